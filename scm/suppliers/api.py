"""Suppliers over the API: how they keep their word, what is shared with them, their keys."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from erp.identity.models import ApiKey
from erp.identity.queries import company_today
from erp.identity.rest.fields import Day, Instant, PlainText, quantity
from erp.identity.rest.filters import TextFilter
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names
from erp.identity.rest.views import Call, ReadOnly, ResourceView, verb
from erp.parties.models import Party
from scm.suppliers.operations.supplier_keys import MadeKey, make_supplier_key, revoke_supplier_key
from scm.suppliers.permissions import MANAGE_KEYS, VIEW
from scm.suppliers.queries import list_suppliers, shared_items, standing_of


class SupplierAnswer(ReadSerializer):
    class Meta:
        model = Party
        fields = names("id code name email phone active")


class SupplierFilters(FilterSet):
    code = TextFilter()


class WeekAnswer(serializers.Serializer[Any]):
    week = Day(help_text="its Monday")
    quantity = quantity()


class SharedItemAnswer(serializers.Serializer[Any]):
    product = serializers.CharField()
    name = serializers.CharField()
    on_hand = quantity(allow_null=True, help_text="null where the agreement does not share the stock")
    available = quantity(allow_null=True)
    demand = WeekAnswer(many=True, allow_null=True, help_text="null where the agreement does not share the demand")
    forecast = WeekAnswer(many=True, allow_null=True, help_text="what is proposed to be bought; null where it is not shared")


class SupplierFiguresAnswer(serializers.Serializer[Any]):
    open_lines = serializers.IntegerField(source="standing.open_lines")
    late_lines = serializers.IntegerField(source="standing.late_lines", help_text="by the last promise")
    received_lines = serializers.IntegerField(source="standing.received_lines")
    on_time_lines = serializers.IntegerField(source="standing.on_time_lines", help_text="of these, by the first promise")
    rejected_lines = serializers.IntegerField(source="standing.rejected_lines", help_text="of which something was rejected")
    items = SharedItemAnswer(many=True)


class KeyAnswer(serializers.ModelSerializer[ApiKey]):
    created_at = Instant()

    class Meta:
        model = ApiKey
        fields = names("prefix name created_at last_used_at revoked_at")


class KeysAnswer(serializers.Serializer[Any]):
    keys = KeyAnswer(many=True)


class NewKeyInput(InputSerializer):
    name = PlainText(max_length=80, help_text="which program it is for")


class NewKeyAnswer(serializers.Serializer[Any]):
    name = serializers.CharField()
    prefix = serializers.CharField()
    token = serializers.CharField(help_text="the key; it cannot be shown again")


class RevokeInput(InputSerializer):
    prefix = PlainText(max_length=12)


class SupplierView(ReadOnly):
    queryset: QuerySet[Any] = list_suppliers()
    code_field = "code"
    serializer_class = SupplierAnswer
    filterset_class = SupplierFilters
    permissions: ClassVar = {
        "list": VIEW,
        "retrieve": VIEW,
        "make_key": MANAGE_KEYS,
        "revoke_key": MANAGE_KEYS,
    }
    inputs: ClassVar = {"make_key": NewKeyInput, "revoke_key": RevokeInput}
    answers: ClassVar = {"make_key": NewKeyAnswer}
    operations: ClassVar = {"make_key": "make_supplier_key", "revoke_key": "revoke_supplier_key"}

    @verb("make-key")
    def make_key(self, request: Request, pk: str) -> HttpResponse:
        """A key for a program of the supplier. It is shown this once."""

        def run(call: Call) -> MadeKey:
            return make_supplier_key(supplier_id=call.target.pk, name=call.data["name"], **call.by)

        return self.perform(run, answer=lambda made: NewKeyAnswer(made).data)

    @verb("revoke-key")
    def revoke_key(self, request: Request, pk: str) -> HttpResponse:
        """From now on the key opens nothing."""

        def run(call: Call) -> int:
            revoke_supplier_key(supplier_id=call.target.pk, prefix=call.data["prefix"], **call.by)
            return int(call.target.pk)

        return self.perform(run)


class SupplierFiguresView(ResourceView):
    """How a supplier keeps their word, and what of their items the agreements share with them."""

    queryset = list_suppliers()
    code_field = "code"
    serializer_class = SupplierFiguresAnswer
    permissions: ClassVar = {"figures": VIEW}
    detail = True

    def figures(self, request: Request, pk: str) -> Response:
        """Order lines open, late, received and on time; of each agreed item what is shared."""
        supplier, today = self.get_object(), company_today()
        found = {"standing": standing_of(supplier.pk, today=today), "items": shared_items(supplier.pk, today=today)}
        return Response(self.get_serializer(found).data)


class SupplierKeysView(ResourceView):
    """The keys of a supplier's programs; the secret of none."""

    queryset = list_suppliers()
    code_field = "code"
    serializer_class = KeysAnswer
    permissions: ClassVar = {"keys": MANAGE_KEYS}
    detail = True

    def keys(self, request: Request, pk: str) -> Response:
        """Name, prefix, when it was made, used and revoked."""
        rows = ApiKey.objects.filter(company_id=self.actor.company_id, party_id=self.get_object().pk).order_by("-id")
        return Response(self.get_serializer({"keys": rows}).data)


PATHS = {
    "scm/suppliers/<str:pk>/figures": (SupplierFiguresView, {"get": "figures"}),
    "scm/suppliers/<str:pk>/keys": (SupplierKeysView, {"get": "keys"}),
}
ROUTES = {"scm/suppliers": SupplierView}
