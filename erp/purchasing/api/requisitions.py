"""Requisitions over the API."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.identity.rest.fields import Day, PlainText, Ref, above_zero, quantity
from erp.identity.rest.filters import DayRange, RefFilter, TextFilter
from erp.identity.rest.references import BIGINT, Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly, verb
from erp.inventory.models import Warehouse
from erp.purchasing.drafts import RequisitionDraft, RequisitionLineDraft
from erp.purchasing.models import Requisition, RequisitionLine
from erp.purchasing.operations.order_requisitions import cancel_requisitions, order_requisitions
from erp.purchasing.operations.request_goods import request_goods
from erp.purchasing.permissions import PLACE, REQUEST, VIEW_REQUISITIONS
from erp.purchasing.states import RequisitionState


class RequisitionLineAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    supplier = Ref()
    base_quantity = quantity(source="quantity", read_only=True, help_text="in the product's unit")
    quantity = quantity(source="entered_quantity", read_only=True, help_text="in the unit of the line")
    purchase_order = serializers.CharField(source="order_line.order.number", allow_null=True, default=None, read_only=True)

    class Meta:
        model = RequisitionLine
        fields = names("id sequence product quantity unit base_quantity need_date supplier purchase_order")


class RequisitionAnswer(ReadSerializer):
    warehouse = Ref()
    lines = RequisitionLineAnswer(many=True, read_only=True)
    joins: ClassVar = {"warehouse": ("warehouse",)}
    prefetches: ClassVar = {"lines": ("lines__product", "lines__supplier", "lines__order_line__order")}

    class Meta:
        model = Requisition
        fields = names("id number state warehouse date memo lines requested_at external_source external_ref")


class RequisitionLineInput(InputSerializer):
    product = Reference("catalog.Product", code="sku", what=_("product"))
    quantity = above_zero()
    unit = PlainText(max_length=12, required=False, allow_blank=True, help_text="the product's, if left out")
    need_date = Day()
    supplier = Reference("parties.Party", what=_("supplier"), required=False, help_text="where only one will do")


class RequisitionInput(InputSerializer):
    warehouse = Reference("inventory.Warehouse", what=_("warehouse"), required=False, help_text="the first one, if left out")
    date = Day(required=False, help_text="today, if left out")
    memo = PlainText(max_length=200, required=False, allow_blank=True)
    lines = RequisitionLineInput(many=True, allow_empty=False, max_length=1000)
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class OrderRequisitionInput(InputSerializer):
    lines = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=BIGINT - 1),
        required=False,
        allow_empty=False,
        max_length=1000,
        help_text="ids of lines; all that are not ordered yet, if left out",
    )


class RequisitionFilters(FilterSet):
    number = TextFilter()
    warehouse = RefFilter("warehouse")
    product = RefFilter("lines__product", code="sku", distinct=True)
    state = django_filters.ChoiceFilter(choices=RequisitionState.choices)
    date_from, date_to = DayRange()
    external_source = TextFilter()
    external_ref = TextFilter()


class RequisitionView(ReadOnly):
    queryset: QuerySet[Any] = Requisition.objects.all()
    serializer_class = RequisitionAnswer
    filterset_class = RequisitionFilters
    permissions: ClassVar = {
        "list": VIEW_REQUISITIONS,
        "retrieve": VIEW_REQUISITIONS,
        "create": REQUEST,
        "order": PLACE,
        "cancel": REQUEST,
    }
    inputs: ClassVar = {"create": RequisitionInput, "order": OrderRequisitionInput}
    operations: ClassVar = {"create": "request_goods", "order": "order_requisitions", "cancel": "cancel_requisitions"}

    def create(self, request: Request) -> HttpResponse:
        """Ask the buyers for something."""
        return self.perform(lambda call: request_goods(requisitions=[_draft(call)], **call.by)[0][0])

    @verb("order")
    def order(self, request: Request, pk: str) -> HttpResponse:
        """Order what is asked for from the best suppliers."""

        def run(call: Call) -> int:
            order_requisitions(requisition_ids=[call.target.pk], line_ids=call.data.get("lines"), **call.by)
            return int(call.target.pk)

        return self.perform(run)

    @verb("cancel")
    def cancel(self, request: Request, pk: str) -> HttpResponse:
        """Give up what is not ordered yet."""
        return self.perform(lambda call: (cancel_requisitions(requisition_ids=[call.target.pk], **call.by), call.target.pk)[1])


def _draft(call: Call) -> RequisitionDraft:
    usual: dict[str, Any] = {"date": call.today}
    if "warehouse" not in call.data:
        usual["warehouse_id"] = Warehouse.objects.filter(active=True).order_by("id").values_list("id", flat=True).first()
    lines = [RequisitionLineDraft(**renamed(line, product="product_id", supplier="supplier_id")) for line in call.data["lines"]]
    return RequisitionDraft(**{**usual, **renamed(call.data, warehouse="warehouse_id"), "lines": lines})
