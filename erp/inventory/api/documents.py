"""Receipts and stock counts over the API."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.identity.rest.fields import Day, PlainText, Ref, above_zero, amount, quantity
from erp.identity.rest.filters import DayRange, RefFilter, TextFilter
from erp.identity.rest.references import Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly
from erp.inventory.models import Count, CountLine, Receipt, ReceiptLine
from erp.inventory.operations.count_stock import CountDraft, FoundDraft, count_stock
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.inventory.permissions import COUNT_STOCK, RECEIVE_GOODS, VIEW_STOCK, VIEW_VALUE

READ: dict[str, str] = {"list": VIEW_STOCK, "retrieve": VIEW_STOCK}
MAX_LINES = 5000


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
    unit = PlainText(max_length=12, required=False, allow_blank=True, help_text="the product's, if left out")
    unit_cost = amount(max_digits=24, decimal_places=8, min_value=0, required=False, help_text="of one, in company currency")
    value = amount(min_value=0, required=False, help_text="total of the line in company currency; wins over unit_cost")


class ReceiptInput(InputSerializer):
    warehouse = Reference("inventory.Warehouse", what=_("warehouse"))
    date = Day(required=False, help_text="today, if left out")
    supplier = Reference("parties.Party", what=_("supplier"), required=False, allow_null=True)
    purpose = serializers.ChoiceField(Receipt.Purpose.choices, required=False)
    lines = ReceiptLineInput(many=True, allow_empty=False, max_length=MAX_LINES)
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class ReceiptFilters(FilterSet):
    number = TextFilter()
    warehouse = RefFilter("warehouse")
    supplier = RefFilter("supplier")
    product = RefFilter("lines__product", code="sku", distinct=True)
    purpose = django_filters.ChoiceFilter(choices=Receipt.Purpose.choices)
    date_from, date_to = DayRange()
    external_ref = TextFilter()


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


class CountLineAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    unit = serializers.CharField(source="product.unit.code", read_only=True, help_text="the product's, in which counts are kept")
    hidden: ClassVar = {"value": VIEW_VALUE}

    class Meta:
        model = CountLine
        fields = names("sequence product found unit expected value")


class CountAnswer(ReadSerializer):
    warehouse = Ref()
    lines = CountLineAnswer(many=True, read_only=True)
    hidden: ClassVar = {"value": VIEW_VALUE}
    joins: ClassVar = {"warehouse": ("warehouse",)}
    prefetches: ClassVar = {"lines": ("lines__product__unit",)}

    class Meta:
        model = Count
        fields = names("id number warehouse date value lines external_source external_ref posted_at")


class CountLineInput(InputSerializer):
    product = Reference("catalog.Product", code="sku", what=_("product"))
    found = quantity(min_value=0)
    unit = PlainText(max_length=12, required=False, allow_blank=True, help_text="the product's, if left out")


class CountInput(InputSerializer):
    warehouse = Reference("inventory.Warehouse", what=_("warehouse"))
    date = Day(required=False, help_text="today, if left out")
    lines = CountLineInput(many=True, allow_empty=False, max_length=MAX_LINES)
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class CountFilters(FilterSet):
    number = TextFilter()
    warehouse = RefFilter("warehouse")
    product = RefFilter("lines__product", code="sku", distinct=True)
    date_from, date_to = DayRange()


class CountView(ReadOnly):
    queryset: QuerySet[Any] = Count.objects.all()
    serializer_class = CountAnswer
    filterset_class = CountFilters
    permissions: ClassVar = {**READ, "create": COUNT_STOCK}
    inputs: ClassVar = {"create": CountInput}
    operations: ClassVar = {"create": "count_stock"}

    def create(self, request: Request) -> HttpResponse:
        """Enter what was found on the shelf; the variance is posted at once."""
        return self.perform(lambda call: count_stock(counts=[_count(call)], **call.by)[0].id)


def _receipt(call: Call) -> ReceiptDraft:
    lines = [ReceiptLineDraft(**renamed(line, product="product_id")) for line in call.data["lines"]]
    data = renamed(call.data, warehouse="warehouse_id", supplier="supplier_id")
    return ReceiptDraft(**{"date": call.today, **data, "lines": lines})


def _count(call: Call) -> CountDraft:
    found = [FoundDraft(**renamed(line, product="product_id", found="quantity")) for line in call.data["lines"]]
    data = renamed(call.data, warehouse="warehouse_id", lines="found")
    return CountDraft(**{"date": call.today, **data, "found": found})
