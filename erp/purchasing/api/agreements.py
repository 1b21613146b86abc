"""Agreements over the API."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.identity.rest.fields import CurrencyCode, Day, PlainText, Ref, above_zero, fraction, price, quantity
from erp.identity.rest.filters import FlagFilter, RefFilter, TextFilter
from erp.identity.rest.references import BIGINT, Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly
from erp.purchasing.drafts import AgreementDraft, AgreementLineDraft, TierDraft
from erp.purchasing.models import Agreement, AgreementLine, PriceTier
from erp.purchasing.operations.save_agreements import save_agreements
from erp.purchasing.permissions import SAVE_AGREEMENTS, VIEW

MAX_LINES, MAX_TIERS = 5000, 50


class TierAnswer(ReadSerializer):
    class Meta:
        model = PriceTier
        fields = names("from_quantity price valid_from_date valid_to_date")


class AgreementLineAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    tiers = TierAnswer(many=True, read_only=True)

    class Meta:
        model = AgreementLine
        fields = names(
            "id product unit unit_numerator unit_denominator lead_days min_quantity max_quantity multiple supplier_sku "
            "active tiers"
        )


class AgreementAnswer(ReadSerializer):
    supplier = Ref(name="name")
    payment_term = Ref()
    lines = AgreementLineAnswer(many=True, read_only=True)
    joins: ClassVar = {"supplier": ("supplier",), "payment_term": ("payment_term",)}
    prefetches: ClassVar = {"lines": ("lines__product", "lines__tiers")}

    class Meta:
        model = Agreement
        fields = names(
            "id number supplier currency_code payment_term valid_from_date valid_to_date preferred blocked over_fraction "
            "under_fraction shares_stock shares_demand shares_forecast memo lines external_source external_ref"
        )


class TierInput(InputSerializer):
    from_quantity = quantity(min_value=0, required=False, help_text="in the line's unit; from the first, if left out")
    price = price(min_value=0, help_text="of one of the line's unit, in the agreement's currency")
    valid_from_date = Day(required=False, allow_null=True, help_text="as long as the agreement, if left out")
    valid_to_date = Day(required=False, allow_null=True)


class AgreementLineInput(InputSerializer):
    id = serializers.IntegerField(min_value=1, max_value=BIGINT - 1, required=False)
    product = Reference("catalog.Product", code="sku", what=_("product"))
    unit = PlainText(max_length=12, required=False, allow_blank=True, help_text="the product's, if left out")
    lead_days = serializers.IntegerField(min_value=0, max_value=3650, required=False)
    min_quantity = quantity(min_value=0, required=False, help_text="in the unit, as the other limits")
    max_quantity = above_zero(required=False, allow_null=True, help_text="of one order line")
    multiple = above_zero(required=False)
    supplier_sku = PlainText(max_length=60, required=False, allow_blank=True)
    active = serializers.BooleanField(required=False)
    tiers = TierInput(many=True, required=False, max_length=MAX_TIERS)


class AgreementInput(InputSerializer):
    supplier = Reference("parties.Party", what=_("supplier"))
    currency = CurrencyCode()
    payment_term = Reference("reference.PaymentTerm", what=_("payment term"), gives="code", required=False)
    valid_from_date = Day()
    valid_to_date = Day(required=False, allow_null=True)
    preferred = serializers.BooleanField(required=False)
    blocked = serializers.BooleanField(required=False)
    over_fraction = fraction(required=False, help_text="how much more may come in: 0.1 is 10 %")
    under_fraction = fraction(required=False, help_text="how little may be missing for a line to be complete")
    shares_stock = serializers.BooleanField(required=False)
    shares_demand = serializers.BooleanField(required=False)
    shares_forecast = serializers.BooleanField(required=False)
    memo = PlainText(max_length=200, required=False, allow_blank=True)
    lines = AgreementLineInput(
        many=True, required=False, max_length=MAX_LINES, help_text="The list given replaces the one that is there."
    )
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class AgreementFilters(FilterSet):
    number = TextFilter()
    supplier = RefFilter("supplier")
    product = RefFilter("lines__product", code="sku", distinct=True)
    blocked = FlagFilter()
    external_ref = TextFilter()


class AgreementView(ReadOnly):
    queryset: QuerySet[Any] = Agreement.objects.all()
    code_field = "number"
    versioned = True
    serializer_class = AgreementAnswer
    filterset_class = AgreementFilters
    permissions: ClassVar = {
        "list": VIEW,
        "retrieve": VIEW,
        "create": SAVE_AGREEMENTS,
        "partial_update": SAVE_AGREEMENTS,
    }
    inputs: ClassVar = {"create": AgreementInput, "partial_update": AgreementInput}
    operations: ClassVar = {"create": "save_agreements", "partial_update": "save_agreements"}

    def create(self, request: Request) -> HttpResponse:
        """Write down an agreement with a supplier."""
        return self.perform(lambda call: save_agreements(agreements=[_draft(call.data)], **call.by)[0])

    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change an agreement: fields left out stay as they are."""
        return self.perform(lambda call: save_agreements(agreements=[_changed(call)], **call.by)[0])


_APART = {"supplier", "currency", "payment_term", "lines"}


def _draft(data: Mapping[str, Any], pk: int | None = None) -> AgreementDraft:
    lines = data.get("lines")
    return AgreementDraft(
        id=pk,
        supplier_id=data["supplier"],
        currency_code=data["currency"],
        payment_term_code=data.get("payment_term", ""),
        lines=None if lines is None else [_line(line) for line in lines],
        **{name: value for name, value in data.items() if name not in _APART},
    )


def _line(data: Mapping[str, Any]) -> AgreementLineDraft:
    tiers = [TierDraft(**tier) for tier in data.get("tiers", ())]
    return AgreementLineDraft(**{**renamed(data, product="product_id"), "tiers": tiers})


def _changed(call: Call) -> AgreementDraft:
    agreement = call.target
    now: dict[str, Any] = {name: getattr(agreement, name) for name in AgreementInput().fields if name not in _APART}
    term = agreement.payment_term.code if agreement.payment_term_id else ""
    now |= {"supplier": agreement.supplier_id, "currency": agreement.currency_code, "payment_term": term}
    return _draft({**now, **call.data}, agreement.pk)
