"""Receipts over the API."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from erp.identity.rest.fields import Ref, above_zero, amount, quantity
from erp.identity.rest.filters import RefFilter
from erp.identity.rest.references import Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly
from erp.inventory.api.documents import MAX_LINES, READ, StockDocumentFilters, StockDocumentInput, unit_of_line
from erp.inventory.models import Receipt, ReceiptLine
from erp.inventory.operations.receive_goods import PURPOSES, ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.inventory.permissions import RECEIVE_GOODS, VIEW_VALUE


class ReceiptLineAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    base_quantity = quantity(source="quantity", read_only=True, help_text="in the product's unit")
    quantity = quantity(source="entered_quantity", read_only=True, help_text="in the unit of the line")
    hidden: ClassVar = {"value": VIEW_VALUE}

    class Meta:
        model = ReceiptLine
        fields = names("sequence product quantity unit base_quantity value")


class ReceiptAnswer(ReadSerializer):
    warehouse = Ref()
    supplier = Ref(name="name")
    lines = ReceiptLineAnswer(many=True, read_only=True)
    hidden: ClassVar = {"value": VIEW_VALUE}
    joins: ClassVar = {"warehouse": ("warehouse",), "supplier": ("supplier",)}
    prefetches: ClassVar = {"lines": ("lines__product",)}

    class Meta:
        model = Receipt
        fields = names("id number purpose warehouse supplier date value lines external_source external_ref posted_at")


class ReceiptLineInput(InputSerializer):
    product = Reference("catalog.Product", code="sku", what=_("product"))
    quantity = above_zero()
    unit = unit_of_line()
    unit_cost = amount(
        max_digits=24, decimal_places=8, min_value=0, required=False, help_text="of one, in company currency; or value"
    )
    value = amount(min_value=0, required=False, help_text="total of the line in company currency; 0 for free goods")


class ReceiptInput(StockDocumentInput):
    supplier = Reference("parties.Party", what=_("supplier"), required=False, allow_null=True)
    purpose = serializers.ChoiceField(PURPOSES, required=False)
    lines = ReceiptLineInput(many=True, allow_empty=False, max_length=MAX_LINES)


class ReceiptFilters(StockDocumentFilters):
    supplier = RefFilter("supplier")
    purpose = django_filters.ChoiceFilter(choices=Receipt.Purpose.choices)


class ReceiptView(ReadOnly):
    queryset: QuerySet[Any] = Receipt.objects.all()
    serializer_class = ReceiptAnswer
    filterset_class = ReceiptFilters
    permissions: ClassVar = {**READ, "create": RECEIVE_GOODS}
    inputs: ClassVar = {"create": ReceiptInput}
    operations: ClassVar = {"create": "receive_goods"}

    def create(self, request: Request) -> HttpResponse:
        """Receive goods into a warehouse; posted at once."""
        return self.perform(lambda call: receive_goods(receipts=[_receipt(call)], **call.by)[0].id)


def _receipt(call: Call) -> ReceiptDraft:
    lines = [ReceiptLineDraft(**renamed(line, product="product_id")) for line in call.data["lines"]]
    data = renamed(call.data, warehouse="warehouse_id", supplier="supplier_id")
    return ReceiptDraft(**{"date": call.today, **data, "lines": lines})
