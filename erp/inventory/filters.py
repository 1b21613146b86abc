"""How the lists of the stock can be narrowed."""

import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from erp.inventory.models import Adjustment, Count, Receipt, StockLevel, StockMove, Warehouse
from erp.inventory.queries import levels_at
from erp.screens.filters import dates

AVAILABILITY = (("some", _("Available")), ("none", _("Nothing available")), ("reserved", _("Reserved")))


class LevelFilter(django_filters.FilterSet):
    warehouse = django_filters.CharFilter(label=_("Warehouse code"), field_name="warehouse__code")
    product = django_filters.CharFilter(label=_("SKU"), field_name="product__sku")
    stock = django_filters.ChoiceFilter(label=_("Stock"), choices=AVAILABILITY, method="filter_stock")

    class Meta:
        model = StockLevel
        fields: list[str] = []

    def filter_stock(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        match value:
            case "some":
                return rows.filter(available__gt=0)
            case "none":
                return rows.filter(available__lte=0)
            case "reserved":
                return rows.filter(reserved__gt=0)
            case _:
                return rows


class LevelAtFilter(django_filters.FilterSet):
    at = django_filters.DateFilter(
        label=_("On the day"), method="filter_at", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    warehouse = django_filters.CharFilter(label=_("Warehouse code"), field_name="warehouse__code")
    product = django_filters.CharFilter(label=_("SKU"), field_name="product__sku")

    class Meta:
        model = StockLevel
        fields: list[str] = []

    def filter_at(self, rows: QuerySet[Any], _name: str, value: datetime.date) -> QuerySet[Any]:
        return levels_at(rows, value).filter(~Q(quantity_at=0) | ~Q(value_at=0))


class MoveFilter(django_filters.FilterSet):
    product = django_filters.CharFilter(label=_("SKU"), field_name="product__sku")
    warehouse = django_filters.CharFilter(label=_("Warehouse code"), field_name="warehouse__code")
    reason = django_filters.ChoiceFilter(label=_("Reason"), choices=StockMove.Reason.choices)
    date = dates(_("Date"), "date")

    class Meta:
        model = StockMove
        fields: list[str] = []


class ReceiptFilter(django_filters.FilterSet):
    warehouse = django_filters.CharFilter(label=_("Warehouse code"), field_name="warehouse__code")
    purpose = django_filters.ChoiceFilter(label=_("Purpose"), choices=Receipt.Purpose.choices)
    date = dates(_("Date"), "date")

    class Meta:
        model = Receipt
        fields: list[str] = []


class CountFilter(django_filters.FilterSet):
    warehouse = django_filters.CharFilter(label=_("Warehouse code"), field_name="warehouse__code")
    date = dates(_("Date"), "date")

    class Meta:
        model = Count
        fields: list[str] = []


class AdjustmentFilter(django_filters.FilterSet):
    warehouse = django_filters.CharFilter(label=_("Warehouse code"), field_name="warehouse__code")
    reason = django_filters.ChoiceFilter(label=_("Reason"), choices=Adjustment.Reason.choices)
    date = dates(_("Date"), "date")

    class Meta:
        model = Adjustment
        fields: list[str] = []


class WarehouseFilter(django_filters.FilterSet):
    active = django_filters.BooleanFilter(label=_("Active"))

    class Meta:
        model = Warehouse
        fields: list[str] = []
