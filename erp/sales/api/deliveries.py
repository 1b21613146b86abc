"""Deliveries over the API."""

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.identity.rest.fields import Day, PlainText, Ref, quantity
from erp.identity.rest.filters import DayRange, FlagFilter, RefFilter, TextFilter
from erp.identity.rest.references import Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly, verb
from erp.receivables.api import InvoiceAnswer, InvoiceView
from erp.sales.models import Delivery, DeliveryLine
from erp.sales.operations.deliver_orders import DeliveryPlan, deliver_orders
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.permissions import (
    DELIVER_ORDERS,
    INVOICE_DELIVERIES,
    VIEW_COST,
    VIEW_ORDERS,
)
from erp.sales.queries import with_returned

READ: dict[str, str] = {"list": VIEW_ORDERS, "retrieve": VIEW_ORDERS}


class DeliveryLineAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    returned = quantity(read_only=True, help_text="how much of it came back, in the product's unit")
    base_quantity = quantity(source="quantity", read_only=True, help_text="in the product's unit")
    quantity = quantity(source="measure.entered", read_only=True, help_text="in the unit of the order line, if it comes out even")
    unit = serializers.CharField(source="measure.unit", read_only=True)
    hidden: ClassVar = {"cost": VIEW_COST}

    class Meta:
        model = DeliveryLine
        fields = names("sequence product quantity unit base_quantity returned cost")


class DeliveryAnswer(ReadSerializer):
    sales_order = Ref(source="order", code="number")
    customer = Ref(name="name")
    warehouse = Ref()
    invoice = Ref(code="number")
    lines = DeliveryLineAnswer(many=True, read_only=True)
    hidden: ClassVar = {"cost": VIEW_COST}
    joins: ClassVar = {"sales_order": ("order",), "customer": ("customer",), "warehouse": ("warehouse",), "invoice": ("invoice",)}
    prefetches: ClassVar = {
        "lines": (Prefetch("lines", with_returned(DeliveryLine.objects.select_related("product__unit", "order_line"))),)
    }

    class Meta:
        model = Delivery
        fields = names("id number sales_order customer warehouse date cost invoice lines external_source external_ref posted_at")


class DeliveryInput(InputSerializer):
    sales_order = Reference("sales.SalesOrder", code="number", what=_("sales order"))
    date = Day(required=False, help_text="today, if left out")
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class InvoiceDeliveryInput(InputSerializer):
    date = Day(required=False, help_text="the day of the delivery, if left out")


class DeliveryFilters(FilterSet):
    number = TextFilter()
    sales_order = RefFilter("order", code="number")
    customer = RefFilter("customer")
    warehouse = RefFilter("warehouse")
    invoiced = FlagFilter(field_name="invoice", lookup_expr="isnull", exclude=True)
    date_from, date_to = DayRange()


class DeliveryView(ReadOnly):
    queryset: QuerySet[Any] = Delivery.objects.all()
    serializer_class = DeliveryAnswer
    filterset_class = DeliveryFilters
    permissions: ClassVar = {**READ, "create": DELIVER_ORDERS, "invoice": INVOICE_DELIVERIES}
    inputs: ClassVar = {"create": DeliveryInput, "invoice": InvoiceDeliveryInput}
    answers: ClassVar = {"invoice": InvoiceAnswer}
    statuses: ClassVar = {"invoice": 201}
    operations: ClassVar = {"create": "deliver_orders", "invoice": "invoice_deliveries"}

    def create(self, request: Request) -> HttpResponse:
        """Deliver what is reserved for a sales order."""

        def run(call: Call) -> int:
            plan = DeliveryPlan(**{"date": call.today, **renamed(call.data, sales_order="order_id")})
            return deliver_orders(deliveries=[plan], **call.by)[0].id

        return self.perform(run)

    @verb("invoice")
    def invoice(self, request: Request, pk: str) -> HttpResponse:
        """Invoice a delivery; answers with the invoice."""
        return self.perform(
            lambda call: invoice_deliveries(delivery_ids=[call.target.pk], date=call.data.get("date"), **call.by)[0].id,
            answer=self.shown_by(InvoiceAnswer, InvoiceView.queryset),
        )
