"""Returns to suppliers over the API."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.identity.rest.fields import Day, PlainText, Ref, above_zero
from erp.identity.rest.filters import DayRange, RefFilter, TextFilter
from erp.identity.rest.references import BIGINT, Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly
from erp.inventory.permissions import VIEW_VALUE
from erp.purchasing.drafts import PurchaseReturnDraft, ReturnedLine
from erp.purchasing.models import PurchaseReturn, PurchaseReturnLine
from erp.purchasing.operations.return_to_suppliers import return_to_suppliers
from erp.purchasing.permissions import RETURN, VIEW


class PurchaseReturnLineAnswer(ReadSerializer):
    line = serializers.IntegerField(source="order_line_id", read_only=True)
    product = Ref(source="order_line.product", code="sku", name="name")
    hidden: ClassVar = {"cost": VIEW_VALUE, "agreed": VIEW_VALUE}

    class Meta:
        model = PurchaseReturnLine
        fields = names("sequence line product quantity cost agreed")


class PurchaseReturnAnswer(ReadSerializer):
    purchase_order = Ref(source="order", code="number")
    supplier = Ref(name="name")
    warehouse = Ref()
    lines = PurchaseReturnLineAnswer(many=True, read_only=True)
    hidden: ClassVar = {"value": VIEW_VALUE}
    joins: ClassVar = {"purchase_order": ("order",), "supplier": ("supplier",), "warehouse": ("warehouse",)}
    prefetches: ClassVar = {"lines": ("lines__order_line__product",)}

    class Meta:
        model = PurchaseReturn
        fields = names("id number purchase_order supplier warehouse date reason value lines at")


class ReturnedLineInput(InputSerializer):
    line = serializers.IntegerField(min_value=1, max_value=BIGINT - 1, help_text="of the order")
    quantity = above_zero(help_text="in the product's unit")


class PurchaseReturnInput(InputSerializer):
    purchase_order = Reference("purchasing.PurchaseOrder", code="number", what=_("purchase order"))
    date = Day(required=False, help_text="today, if left out")
    reason = PlainText(max_length=200, required=False, allow_blank=True)
    lines = ReturnedLineInput(many=True, allow_empty=False, max_length=5000)


class PurchaseReturnFilters(FilterSet):
    number = TextFilter()
    purchase_order = RefFilter("order", code="number")
    supplier = RefFilter("supplier")
    date_from, date_to = DayRange()


class PurchaseReturnView(ReadOnly):
    queryset: QuerySet[Any] = PurchaseReturn.objects.all()
    serializer_class = PurchaseReturnAnswer
    filterset_class = PurchaseReturnFilters
    permissions: ClassVar = {"list": VIEW, "retrieve": VIEW, "create": RETURN}
    inputs: ClassVar = {"create": PurchaseReturnInput}
    operations: ClassVar = {"create": "return_to_suppliers"}

    def create(self, request: Request) -> HttpResponse:
        """Send goods back to their supplier; posted at once."""
        return self.perform(lambda call: return_to_suppliers(returns=[_draft(call)], **call.by)[0][0])


def _draft(call: Call) -> PurchaseReturnDraft:
    lines = [ReturnedLine(**renamed(line, line="line_id")) for line in call.data["lines"]]
    return PurchaseReturnDraft(**{"date": call.today, **renamed(call.data, purchase_order="order_id"), "lines": lines})
