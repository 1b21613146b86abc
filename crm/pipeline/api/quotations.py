"""Quotations, and orders entered directly, over the API."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from crm.pipeline.drafts import QuotationDraft, QuotationLineDraft
from crm.pipeline.models import Quotation, QuotationLine
from crm.pipeline.operations.accept_quotations import accept_quotations
from crm.pipeline.operations.cancel_quotations import cancel_quotations
from crm.pipeline.operations.enter_orders import enter_orders
from crm.pipeline.operations.save_quotations import save_quotations
from crm.pipeline.permissions import (
    ACCEPT_QUOTATIONS,
    EDIT_QUOTATIONS,
    ENTER_ORDERS,
    VIEW_QUOTATIONS,
)
from crm.pipeline.states import QuotationState
from erp.identity.rest.fields import CurrencyCode, Day, PlainText, Ref, above_zero, fraction, price, quantity
from erp.identity.rest.filters import DayRange, RefFilter, TextFilter
from erp.identity.rest.references import Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly, verb
from erp.sales.api import SalesOrderAnswer, SalesOrderFilters
from erp.sales.models import SalesOrder
from erp.sales.permissions import VIEW_ORDERS

MAX_LINES = 5000
RENAMED = {
    "customer": "customer_id",
    "warehouse": "warehouse_id",
    "opportunity": "opportunity_id",
    "currency": "currency_code",
}


class QuotationLineAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    base_quantity = quantity(source="quantity", read_only=True, help_text="in the product's unit")
    quantity = quantity(source="entered_quantity", read_only=True, help_text="in the unit of the line")

    class Meta:
        model = QuotationLine
        fields = names(
            "sequence product description quantity unit base_quantity unit_price discount tax_code tax_rate net tax total"
        )


class QuotationAnswer(ReadSerializer):
    customer = Ref(name="name")
    warehouse = Ref()
    opportunity = Ref(code="number")
    sales_order = Ref(code="number")
    lines = QuotationLineAnswer(many=True, read_only=True)
    joins: ClassVar = {
        "customer": ("customer",),
        "warehouse": ("warehouse",),
        "opportunity": ("opportunity",),
        "sales_order": ("sales_order",),
    }
    prefetches: ClassVar = {"lines": ("lines__product",)}

    class Meta:
        model = Quotation
        fields = names(
            "id number state customer opportunity warehouse date valid_until_date promised_date priority "
            "partial_delivery currency_code rate prices_include_tax net tax total reference sales_order "
            "lines external_source external_ref created_at"
        )


class QuotationLineInput(InputSerializer):
    product = Reference("catalog.Product", code="sku", what=_("product"))
    quantity = above_zero()
    unit = PlainText(max_length=12, required=False, allow_blank=True, help_text="the product's, if left out")
    unit_price = price(min_value=0, required=False, allow_null=True, help_text="of one of the unit; the list price, if left out")
    discount = fraction(required=False)
    description = PlainText(max_length=200, required=False, allow_blank=True)


class QuotationInput(InputSerializer):
    customer = Reference("parties.Party", what=_("customer"))
    opportunity = Reference("pipeline.Opportunity", code="number", what=_("opportunity"), required=False, allow_null=True)
    warehouse = Reference("inventory.Warehouse", what=_("warehouse"), required=False, help_text="the first one, if left out")
    date = Day(required=False, help_text="today, if left out")
    valid_until_date = Day(required=False, allow_null=True)
    promised_date = Day(required=False, allow_null=True)
    priority = serializers.IntegerField(min_value=-32768, max_value=32767, required=False)
    partial_delivery = serializers.BooleanField(required=False)
    currency = CurrencyCode(required=False, allow_blank=True, help_text="the customer's, if left out")
    prices_include_tax = serializers.BooleanField(required=False)
    reference = PlainText(max_length=80, required=False, allow_blank=True)
    lines = QuotationLineInput(many=True, max_length=MAX_LINES, help_text="On PATCH the list replaces the one that is there.")
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class QuotationFilters(FilterSet):
    number = TextFilter()
    customer = RefFilter("customer")
    opportunity = RefFilter("opportunity", code="number")
    sales_order = RefFilter("sales_order", code="number")
    product = RefFilter("lines__product", code="sku", distinct=True)
    state = django_filters.ChoiceFilter(choices=QuotationState.choices)
    date_from, date_to = DayRange()
    reference = TextFilter()
    external_ref = TextFilter()


class QuotationView(ReadOnly):
    queryset: QuerySet[Any] = Quotation.objects.all()
    versioned = True
    serializer_class = QuotationAnswer
    filterset_class = QuotationFilters
    permissions: ClassVar = {
        "list": VIEW_QUOTATIONS,
        "retrieve": VIEW_QUOTATIONS,
        "create": EDIT_QUOTATIONS,
        "partial_update": EDIT_QUOTATIONS,
        "accept": ACCEPT_QUOTATIONS,
        "cancel": EDIT_QUOTATIONS,
    }
    inputs: ClassVar = {"create": QuotationInput, "partial_update": QuotationInput}
    operations: ClassVar = {
        "create": "save_quotations",
        "partial_update": "save_quotations",
        "accept": "accept_quotations",
        "cancel": "cancel_quotations",
    }

    def create(self, request: Request) -> HttpResponse:
        """Write a quotation."""
        return self.perform(lambda call: save_quotations(quotations=[_draft(call.data, call)], **call.by)[0].id)

    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change a draft: fields left out stay as they are, lines given replace all lines."""
        return self.perform(lambda call: save_quotations(quotations=[_changed(call)], **call.by)[0].id)

    @verb("accept")
    def accept(self, request: Request, pk: str) -> HttpResponse:
        """The customer accepts: the sales order is placed in the same transaction; answers with `sales_order`."""
        return self.perform(lambda call: accept_quotations(quotation_ids=[call.target.pk], **call.by)[0].quotation_id)

    @verb("cancel")
    def cancel(self, request: Request, pk: str) -> HttpResponse:
        """The offer came to nothing."""
        return self.perform(lambda call: cancel_quotations(quotation_ids=[call.target.pk], **call.by)[0])


class OrderView(ReadOnly):
    """Sales orders as the CRM enters and reads them."""

    queryset: QuerySet[Any] = SalesOrder.objects.all()
    serializer_class = SalesOrderAnswer
    filterset_class = SalesOrderFilters
    permissions: ClassVar = {"list": VIEW_ORDERS, "retrieve": VIEW_ORDERS, "create": ENTER_ORDERS}
    inputs: ClassVar = {"create": QuotationInput}
    operations: ClassVar = {"create": "enter_orders"}

    def create(self, request: Request) -> HttpResponse:
        """Enter an order directly: in one step the same as a quotation and its acceptance."""
        return self.perform(lambda call: enter_orders(orders=[_draft(call.data, call)], **call.by)[0].sales_order_id)


def _draft(data: Mapping[str, Any], call: Call, pk: int | None = None) -> QuotationDraft:
    lines = [QuotationLineDraft(**renamed(line, product="product_id")) for line in data["lines"]]
    return QuotationDraft(**{"date": call.today, **renamed(data, **RENAMED), "lines": lines, "id": pk})


def _changed(call: Call) -> QuotationDraft:
    quotation, apart = call.target, {"customer", "opportunity", "warehouse", "currency", "lines"}
    now: dict[str, Any] = {name: getattr(quotation, name) for name in QuotationInput().fields if name not in apart}
    now |= {name: getattr(quotation, column) for name, column in RENAMED.items()}
    kept = ("product_id", "unit", "unit_price", "discount", "description")
    lines = quotation.lines.order_by("sequence")
    now["lines"] = [{name: getattr(line, name) for name in kept} | {"quantity": line.entered_quantity} for line in lines]
    return _draft({**now, **call.data}, call, quotation.pk)
