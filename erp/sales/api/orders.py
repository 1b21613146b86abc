"""Sales orders over the API."""

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.identity.rest.bulk import BulkAnswer, BulkMixin, bulk_verb
from erp.identity.rest.fields import CurrencyCode, Day, PlainText, Ref, above_zero, fraction, price, quantity
from erp.identity.rest.filters import DayRange, RefFilter, TextFilter
from erp.identity.rest.references import Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly, verb
from erp.inventory.models import Warehouse
from erp.sales.models import SalesOrder, SalesOrderLine
from erp.sales.operations.cancel_orders import cancel_orders
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.place_orders import OrderLineDraft, SalesOrderDraft, place_orders
from erp.sales.operations.reserve_orders import reserve_orders
from erp.sales.permissions import (
    CANCEL_ORDERS,
    CONFIRM_ORDERS,
    PLACE_ORDERS,
    RESERVE_ORDERS,
    VIEW_ORDERS,
)
from erp.sales.states import SalesOrderState

READ: dict[str, str] = {"list": VIEW_ORDERS, "retrieve": VIEW_ORDERS}
MAX_LINES, MAX_ORDERS = 5000, 1000


class SalesOrderLineAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    base_quantity = quantity(source="quantity", read_only=True, help_text="in the product's unit")
    quantity = quantity(source="entered_quantity", read_only=True, help_text="in the unit of the line")

    class Meta:
        model = SalesOrderLine
        fields = names(
            "id sequence product description quantity unit base_quantity unit_price discount tax_code tax_rate net tax total "
            "reserved delivered invoiced returned"
        )


class SalesOrderAnswer(ReadSerializer):
    customer = Ref(name="name")
    warehouse = Ref()
    lines = SalesOrderLineAnswer(many=True, read_only=True)
    joins: ClassVar = {"customer": ("customer",), "warehouse": ("warehouse",)}
    prefetches: ClassVar = {"lines": ("lines__product",)}

    class Meta:
        model = SalesOrder
        fields = names(
            "id number state customer warehouse date promised_date first_promised_date priority partial_delivery currency_code "
            "rate prices_include_tax net tax total reference source_kind source_id lines external_source "
            "external_ref placed_at"
        )


class OrderLineInput(InputSerializer):
    product = Reference("catalog.Product", code="sku", what=_("product"))
    quantity = above_zero()
    unit = PlainText(max_length=12, required=False, allow_blank=True, help_text="the product's, if left out")
    unit_price = price(min_value=0, required=False, allow_null=True, help_text="of one of the unit; the list price, if left out")
    discount = fraction(required=False)
    description = PlainText(max_length=200, required=False, allow_blank=True)


class SalesOrderInput(InputSerializer):
    customer = Reference("parties.Party", what=_("customer"))
    warehouse = Reference("inventory.Warehouse", what=_("warehouse"), required=False, help_text="the first one, if left out")
    date = Day(required=False, help_text="today, if left out")
    promised_date = Day(required=False, allow_null=True)
    priority = serializers.IntegerField(min_value=-32768, max_value=32767, required=False)
    partial_delivery = serializers.BooleanField(required=False)
    currency = CurrencyCode(required=False, allow_blank=True, help_text="the customer's, if left out")
    prices_include_tax = serializers.BooleanField(required=False)
    reference = PlainText(max_length=80, required=False, allow_blank=True)
    lines = OrderLineInput(many=True, allow_empty=False, max_length=MAX_LINES)
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class BulkOrdersInput(InputSerializer):
    mode = serializers.ChoiceField(["atomic", "per_row"], default="atomic", help_text="all or nothing, or each for itself")
    orders = SalesOrderInput(many=True, allow_empty=False, max_length=MAX_ORDERS)


class SalesOrderFilters(FilterSet):
    number = TextFilter()
    customer = RefFilter("customer")
    warehouse = RefFilter("warehouse")
    product = RefFilter("lines__product", code="sku", distinct=True)
    state = django_filters.ChoiceFilter(choices=SalesOrderState.choices)
    date_from, date_to = DayRange()
    reference = TextFilter()
    external_source = TextFilter()
    external_ref = TextFilter()


class SalesOrderView(BulkMixin, ReadOnly):
    queryset: QuerySet[Any] = SalesOrder.objects.all()
    serializer_class = SalesOrderAnswer
    filterset_class = SalesOrderFilters
    permissions: ClassVar = {
        **READ,
        "create": PLACE_ORDERS,
        "bulk": PLACE_ORDERS,
        "confirm": CONFIRM_ORDERS,
        "cancel": CANCEL_ORDERS,
        "reserve": RESERVE_ORDERS,
    }
    inputs: ClassVar = {"create": SalesOrderInput, "bulk": BulkOrdersInput}
    answers: ClassVar = {"bulk": BulkAnswer}
    operations: ClassVar = {
        "create": "place_orders",
        "bulk": "place_orders",
        "confirm": "confirm_orders",
        "cancel": "cancel_orders",
        "reserve": "reserve_orders",
    }

    def create(self, request: Request) -> HttpResponse:
        """Place a sales order."""
        return self.perform(lambda call: place_orders(orders=_drafts([call.data], call), **call.by)[0].id)

    @bulk_verb
    def bulk(self, request: Request) -> HttpResponse:
        """Place up to 1,000 sales orders in one call, all or nothing or each for itself."""
        return self.perform_bulk("orders", lambda rows, call: place_orders(orders=_drafts(rows, call), **call.by))

    @verb("confirm")
    def confirm(self, request: Request, pk: str) -> HttpResponse:
        """Confirm a placed order: the company stands by it, within the customer's credit."""
        return self.perform(lambda call: confirm_orders(order_ids=[call.target.pk], **call.by)[0])

    @verb("cancel")
    def cancel(self, request: Request, pk: str) -> HttpResponse:
        """Cancel an order; its stock goes to the orders that wait for it."""
        return self.perform(lambda call: cancel_orders(order_ids=[call.target.pk], **call.by)[0])

    @verb("reserve")
    def reserve(self, request: Request, pk: str) -> HttpResponse:
        """Reserve what is available for a confirmed order."""
        return self.perform(lambda call: next(iter(reserve_orders(order_ids=[call.target.pk], **call.by))))


def _drafts(rows: Sequence[dict[str, Any]], call: Call) -> list[SalesOrderDraft]:
    usual: dict[str, Any] = {"date": call.today}
    if any("warehouse" not in row for row in rows):
        usual["warehouse_id"] = Warehouse.objects.filter(active=True).order_by("id").values_list("id", flat=True).first()
    drafts = []
    for row in rows:
        lines = [OrderLineDraft(**renamed(line, product="product_id")) for line in row["lines"]]
        data = renamed(row, customer="customer_id", warehouse="warehouse_id", currency="currency_code")
        drafts.append(SalesOrderDraft(**{**usual, **data, "lines": lines}))
    return drafts
