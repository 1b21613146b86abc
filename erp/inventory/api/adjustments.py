"""Stock adjustments over the API."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from erp.identity.rest.fields import PlainText, Ref, above_zero, amount, quantity
from erp.identity.rest.references import Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly
from erp.inventory.api.documents import MAX_LINES, READ, StockDocumentFilters, StockDocumentInput, unit_of_line
from erp.inventory.models import Adjustment, AdjustmentLine
from erp.inventory.operations.adjust_stock import AdjustmentDraft, AdjustmentLineDraft, adjust_stock
from erp.inventory.permissions import ADJUST_STOCK, VIEW_VALUE


class AdjustmentLineAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    base_quantity = quantity(source="quantity", read_only=True, help_text="in the product's unit, below zero if it left")
    quantity = quantity(source="entered_quantity", read_only=True, help_text="in the unit of the line, signed alike")
    hidden: ClassVar = {"value": VIEW_VALUE}

    class Meta:
        model = AdjustmentLine
        fields = names("sequence product quantity unit base_quantity value")


class AdjustmentAnswer(ReadSerializer):
    warehouse = Ref()
    lines = AdjustmentLineAnswer(many=True, read_only=True)
    hidden: ClassVar = {"value": VIEW_VALUE}
    joins: ClassVar = {"warehouse": ("warehouse",)}
    prefetches: ClassVar = {"lines": ("lines__product",)}

    class Meta:
        model = Adjustment
        fields = names("id number reason warehouse date note value lines external_source external_ref posted_at")


class AdjustmentLineInput(InputSerializer):
    product = Reference("catalog.Product", code="sku", what=_("product"))
    quantity = above_zero()
    unit = unit_of_line()
    unit_cost = amount(
        max_digits=24,
        decimal_places=8,
        min_value=0,
        required=False,
        help_text="of found stock, company currency per unit; the present average, if left out",
    )


class AdjustmentInput(StockDocumentInput):
    reason = serializers.ChoiceField(Adjustment.Reason.choices, help_text="found stock comes in, all else leaves")
    note = PlainText(max_length=200, required=False, allow_blank=True)
    lines = AdjustmentLineInput(many=True, allow_empty=False, max_length=MAX_LINES)


class AdjustmentFilters(StockDocumentFilters):
    reason = django_filters.ChoiceFilter(choices=Adjustment.Reason.choices)


class AdjustmentView(ReadOnly):
    queryset: QuerySet[Any] = Adjustment.objects.all()
    serializer_class = AdjustmentAnswer
    filterset_class = AdjustmentFilters
    permissions: ClassVar = {**READ, "create": ADJUST_STOCK}
    inputs: ClassVar = {"create": AdjustmentInput}
    operations: ClassVar = {"create": "adjust_stock"}

    def create(self, request: Request) -> HttpResponse:
        """Write stock off, or enter found stock; posted at once."""
        return self.perform(lambda call: adjust_stock(adjustments=[_adjustment(call)], **call.by)[0].id)


def _adjustment(call: Call) -> AdjustmentDraft:
    lines = [AdjustmentLineDraft(**renamed(line, product="product_id")) for line in call.data["lines"]]
    data = renamed(call.data, warehouse="warehouse_id")
    return AdjustmentDraft(**{"date": call.today, **data, "lines": lines})
