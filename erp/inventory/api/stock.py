"""Warehouses, stock levels and stock moves over the API."""

import datetime
from typing import Any, ClassVar

import django_filters
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.identity.rest.fields import PlainText, Ref, quantity
from erp.identity.rest.filters import DayRange, FlagFilter, RefFilter, TextFilter
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names
from erp.identity.rest.views import Call, ReadOnly
from erp.inventory.models import StockLevel, StockMove, Warehouse
from erp.inventory.operations.save_warehouses import WarehouseDraft, save_warehouses
from erp.inventory.permissions import EDIT_WAREHOUSES, VIEW_STOCK, VIEW_VALUE
from erp.inventory.queries import levels_at

READ: dict[str, str] = {"list": VIEW_STOCK, "retrieve": VIEW_STOCK}


class WarehouseAnswer(ReadSerializer):
    class Meta:
        model = Warehouse
        fields = names("id code name active external_source external_ref")


class WarehouseInput(InputSerializer):
    code = PlainText(max_length=20)
    name = PlainText(max_length=120)
    active = serializers.BooleanField(required=False)
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class WarehouseFilters(FilterSet):
    code = TextFilter()
    active = FlagFilter()


class WarehouseView(ReadOnly):
    queryset: QuerySet[Any] = Warehouse.objects.all()
    code_field = "code"
    versioned = True
    serializer_class = WarehouseAnswer
    filterset_class = WarehouseFilters
    permissions: ClassVar = {**READ, "create": EDIT_WAREHOUSES, "partial_update": EDIT_WAREHOUSES}
    inputs: ClassVar = {"create": WarehouseInput, "partial_update": WarehouseInput}
    operations: ClassVar = {"create": "save_warehouses", "partial_update": "save_warehouses"}

    def create(self, request: Request) -> HttpResponse:
        """Open a warehouse or shop."""
        return self.perform(lambda call: save_warehouses(warehouses=[WarehouseDraft(**call.data)], **call.by)[0])

    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change a warehouse: fields left out stay as they are."""

        def run(call: Call) -> int:
            now = {name: getattr(call.target, name) for name in WarehouseInput().fields}
            draft = WarehouseDraft(**{**now, **call.data, "id": call.target.pk})
            return save_warehouses(warehouses=[draft], **call.by)[0]

        return self.perform(run)


class StockLevelAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    warehouse = Ref()
    reserved = quantity(read_only=True, allow_null=True, help_text="null for a day in the past: reservations are of today")
    available = quantity(read_only=True, allow_null=True, help_text="on hand less reserved")
    hidden: ClassVar = {"value": VIEW_VALUE}
    joins: ClassVar = {"product": ("product",), "warehouse": ("warehouse",)}

    class Meta:
        model = StockLevel
        fields = names("id product warehouse on_hand reserved available value")

    def to_representation(self, row: Any) -> dict[str, Any]:
        if hasattr(row, "quantity_at"):
            row.on_hand, row.value, row.reserved, row.available = row.quantity_at, row.value_at, None, None
        return super().to_representation(row)


class StockLevelFilters(FilterSet):
    product = RefFilter("product", code="sku")
    warehouse = RefFilter("warehouse")
    in_stock = FlagFilter(method="only_in_stock", help_text="today")
    date = django_filters.DateFilter(
        method="as_at", input_formats=["%Y-%m-%d"], help_text="stock at the end of this day; now, if left out"
    )

    def only_in_stock(self, rows: QuerySet[StockLevel], _name: str, value: bool) -> QuerySet[StockLevel]:
        return rows.filter(on_hand__gt=0) if value else rows.filter(on_hand=0)

    def as_at(self, rows: QuerySet[StockLevel], _name: str, day: datetime.date) -> QuerySet[StockLevel]:
        return levels_at(rows, day)


class StockLevelView(ReadOnly):
    queryset: QuerySet[Any] = StockLevel.objects.annotate(available=F("on_hand") - F("reserved"))
    code_field = "id"
    serializer_class = StockLevelAnswer
    filterset_class = StockLevelFilters
    permissions: ClassVar = READ


class StockMoveAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    warehouse = Ref()
    joins: ClassVar = {"product": ("product",), "warehouse": ("warehouse",)}

    class Meta:
        model = StockMove
        fields = names("id product warehouse quantity reason kind document_id document_number date recorded_at")


class StockMoveFilters(FilterSet):
    product = RefFilter("product", code="sku")
    warehouse = RefFilter("warehouse")
    reason = django_filters.ChoiceFilter(choices=StockMove.Reason.choices)
    document = TextFilter(field_name="document_number")
    date_from, date_to = DayRange()


class StockMoveView(ReadOnly):
    queryset: QuerySet[Any] = StockMove.objects.all()
    code_field = "id"
    serializer_class = StockMoveAnswer
    filterset_class = StockMoveFilters
    permissions: ClassVar = READ
