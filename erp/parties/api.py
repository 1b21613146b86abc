"""Parties over the API: customers, suppliers, with their contacts and addresses."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.identity.rest.fields import CurrencyCode, PlainText, Ref, amount
from erp.identity.rest.filters import FlagFilter, TextFilter
from erp.identity.rest.references import BIGINT, Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names
from erp.identity.rest.views import Call, ReadOnly
from erp.parties.drafts import AddressDraft, ContactDraft, PartyDraft
from erp.parties.models import Address, Contact, Party
from erp.parties.operations.save_parties import save_parties
from erp.parties.permissions import EDIT_PARTIES, VIEW_PARTIES


class ContactAnswer(ReadSerializer):
    class Meta:
        model = Contact
        fields = names("id name position email phone")


class AddressAnswer(ReadSerializer):
    class Meta:
        model = Address
        fields = names("id purpose street city postal_code country")


class PartyAnswer(ReadSerializer):
    currency = serializers.CharField(source="currency_id", read_only=True)
    payment_term = Ref()
    contacts = ContactAnswer(many=True, read_only=True)
    addresses = AddressAnswer(many=True, read_only=True)
    joins: ClassVar = {"payment_term": ("payment_term",)}
    prefetches: ClassVar = {"contacts": ("contacts",), "addresses": ("addresses",)}

    class Meta:
        model = Party
        fields = names(
            "id code name is_customer is_supplier tax_number email phone currency payment_term credit_limit "
            "active contacts addresses external_source external_ref created_at"
        )


class ContactInput(InputSerializer):
    id = serializers.IntegerField(min_value=1, max_value=BIGINT - 1, required=False)
    name = PlainText(max_length=120)
    position = PlainText(max_length=80, required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    phone = PlainText(max_length=40, required=False, allow_blank=True)


class AddressInput(InputSerializer):
    id = serializers.IntegerField(min_value=1, max_value=BIGINT - 1, required=False)
    purpose = serializers.ChoiceField(Address.Purpose.choices)
    street = PlainText(max_length=200, required=False, allow_blank=True)
    city = PlainText(max_length=100, required=False, allow_blank=True)
    postal_code = PlainText(max_length=20, required=False, allow_blank=True)
    country = PlainText(max_length=60, required=False, allow_blank=True)


class PartyInput(InputSerializer):
    code = PlainText(max_length=40)
    name = PlainText(max_length=200)
    is_customer = serializers.BooleanField(required=False)
    is_supplier = serializers.BooleanField(required=False)
    tax_number = PlainText(max_length=40, required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    phone = PlainText(max_length=40, required=False, allow_blank=True)
    currency = CurrencyCode()
    payment_term = Reference("reference.PaymentTerm", what=_("payment term"), gives="code")
    credit_limit = amount(min_value=0, required=False, allow_null=True)
    active = serializers.BooleanField(required=False)
    contacts = ContactInput(
        many=True, required=False, max_length=1000, help_text="The list given replaces the one that is there."
    )
    addresses = AddressInput(
        many=True, required=False, max_length=1000, help_text="The list given replaces the one that is there."
    )
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class PartyFilters(FilterSet):
    code = TextFilter()
    is_customer = FlagFilter()
    is_supplier = FlagFilter()
    active = FlagFilter()
    name = django_filters.CharFilter(lookup_expr="istartswith", help_text="names that begin with this text")
    external_source = TextFilter()
    external_ref = TextFilter()


class PartyView(ReadOnly):
    queryset: QuerySet[Any] = Party.objects.all()
    code_field = "code"
    versioned = True
    serializer_class = PartyAnswer
    filterset_class = PartyFilters
    permissions: ClassVar = {
        "list": VIEW_PARTIES,
        "retrieve": VIEW_PARTIES,
        "create": EDIT_PARTIES,
        "partial_update": EDIT_PARTIES,
    }
    inputs: ClassVar = {"create": PartyInput, "partial_update": PartyInput}
    operations: ClassVar = {"create": "save_parties", "partial_update": "save_parties"}

    def create(self, request: Request) -> HttpResponse:
        """Create a party."""
        return self.perform(lambda call: save_parties(parties=[_draft(call.data)], **call.by)[0])

    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change a party: fields left out stay as they are."""
        return self.perform(lambda call: save_parties(parties=[_changed(call)], **call.by)[0])


def _draft(data: Mapping[str, Any], pk: int | None = None) -> PartyDraft:
    apart = {"currency", "payment_term", "contacts", "addresses"}
    contacts, addresses = data.get("contacts"), data.get("addresses")
    return PartyDraft(
        id=pk,
        currency_code=data["currency"],
        payment_term_code=data["payment_term"],
        contacts=None if contacts is None else [ContactDraft(**contact) for contact in contacts],
        addresses=None if addresses is None else [AddressDraft(**address) for address in addresses],
        **{name: value for name, value in data.items() if name not in apart},
    )


def _changed(call: Call) -> PartyDraft:
    party, apart = call.target, {"currency", "payment_term", "contacts", "addresses"}
    now: dict[str, Any] = {name: getattr(party, name) for name in PartyInput().fields if name not in apart}
    now |= {"currency": party.currency_id, "payment_term": party.payment_term.code}
    return _draft({**now, **call.data}, party.pk)


ROUTES = {"erp/parties": PartyView}
