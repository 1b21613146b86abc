"""Sales returns over the API."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.identity.rest.fields import CurrencyCode, Day, PlainText, Ref, above_zero, amount, fraction, price, quantity
from erp.identity.rest.filters import DayRange, FlagFilter, RefFilter, TextFilter
from erp.identity.rest.references import Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly, verb
from erp.receivables.api import CreditNoteAnswer, CreditNoteView
from erp.sales.models import DeliveryLine, SalesReturn, SalesReturnLine
from erp.sales.operations.credit_returns import credit_returns
from erp.sales.operations.return_goods import ReturnDraft, ReturnLineDraft, return_goods
from erp.sales.permissions import CREDIT_RETURNS, RETURN_GOODS, VIEW_COST, VIEW_ORDERS

MAX_LINES = 5000


class SalesReturnLineAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    delivery_line = serializers.IntegerField(
        source="delivery_line.sequence", default=None, read_only=True, help_text="the line of the delivery, by its sequence"
    )
    base_quantity = quantity(source="quantity", read_only=True, help_text="in the product's unit")
    quantity = quantity(source="entered_quantity", read_only=True, help_text="in the unit of the line")
    hidden: ClassVar = {"cost": VIEW_COST}

    class Meta:
        model = SalesReturnLine
        fields = names(
            "sequence delivery_line product description quantity unit base_quantity unit_price discount tax_code tax_rate cost"
        )


class SalesReturnAnswer(ReadSerializer):
    delivery = Ref(code="number")
    customer = Ref(name="name")
    warehouse = Ref()
    credit_note = Ref(code="number")
    lines = SalesReturnLineAnswer(many=True, read_only=True)
    hidden: ClassVar = {"cost": VIEW_COST}
    joins: ClassVar = {
        "delivery": ("delivery",),
        "customer": ("customer",),
        "warehouse": ("warehouse",),
        "credit_note": ("credit_note",),
    }
    prefetches: ClassVar = {"lines": ("lines__product", "lines__delivery_line")}

    class Meta:
        model = SalesReturn
        fields = names(
            "id number delivery customer warehouse date reason remark currency_code rate prices_include_tax cost credit_note "
            "lines external_source external_ref posted_at"
        )


class ReturnLineInput(InputSerializer):
    delivery_line = serializers.IntegerField(required=False, help_text="the line of the delivery, by its sequence")
    quantity = above_zero()
    unit = PlainText(max_length=12, required=False, allow_blank=True, help_text="as the delivery states it, if left out")
    product = Reference("catalog.Product", code="sku", what=_("product"), required=False, help_text="without a delivery")
    unit_price = price(min_value=0, required=False, allow_null=True, help_text="without a delivery; else the list price")
    discount = fraction(required=False)
    tax_code = PlainText(max_length=20, required=False, help_text="without a delivery; else the product's")
    description = PlainText(max_length=200, required=False, allow_blank=True)
    unit_cost = amount(
        max_digits=24,
        decimal_places=8,
        min_value=0,
        required=False,
        help_text="of one, in company currency; counts only without a delivery, where none of it lies in the warehouse",
    )


class SalesReturnInput(InputSerializer):
    delivery = Reference("sales.Delivery", code="number", what=_("delivery"), required=False)
    customer = Reference("parties.Party", what=_("customer"), required=False, help_text="without a delivery")
    warehouse = Reference("inventory.Warehouse", what=_("warehouse"), required=False, help_text="the delivery's, if left out")
    date = Day(required=False, help_text="today, if left out")
    reason = serializers.ChoiceField(SalesReturn.Reason.choices)
    remark = PlainText(max_length=200, required=False, allow_blank=True)
    currency = CurrencyCode(required=False, allow_blank=True, help_text="without a delivery; else the customer's")
    prices_include_tax = serializers.BooleanField(required=False, help_text="without a delivery")
    lines = ReturnLineInput(many=True, allow_empty=False, max_length=MAX_LINES)
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class CreditReturnInput(InputSerializer):
    date = Day(required=False, help_text="the day of the return or of its invoice, if left out")


class SalesReturnFilters(FilterSet):
    number = TextFilter()
    delivery = RefFilter("delivery", code="number")
    sales_order = RefFilter("delivery__order", code="number")
    customer = RefFilter("customer")
    warehouse = RefFilter("warehouse")
    product = RefFilter("lines__product", code="sku", distinct=True)
    reason = django_filters.ChoiceFilter(choices=SalesReturn.Reason.choices)
    credited = FlagFilter(field_name="credit_note", lookup_expr="isnull", exclude=True)
    date_from, date_to = DayRange()
    external_ref = TextFilter()


class SalesReturnView(ReadOnly):
    queryset: QuerySet[Any] = SalesReturn.objects.all()
    serializer_class = SalesReturnAnswer
    filterset_class = SalesReturnFilters
    permissions: ClassVar = {"list": VIEW_ORDERS, "retrieve": VIEW_ORDERS, "create": RETURN_GOODS, "credit": CREDIT_RETURNS}
    inputs: ClassVar = {"create": SalesReturnInput, "credit": CreditReturnInput}
    answers: ClassVar = {"credit": CreditNoteAnswer}
    statuses: ClassVar = {"credit": 201}
    operations: ClassVar = {"create": "return_goods", "credit": "credit_returns"}

    def create(self, request: Request) -> HttpResponse:
        """Take goods back: of a delivery, or of a customer without an original."""
        return self.perform(lambda call: return_goods(returns=[_draft(call)], **call.by)[0].id)

    @verb("credit")
    def credit(self, request: Request, pk: str) -> HttpResponse:
        """Credit a return; answers with the credit note."""
        return self.perform(
            lambda call: credit_returns(return_ids=[call.target.pk], date=call.data.get("date"), **call.by)[0].id,
            answer=self.shown_by(CreditNoteAnswer, CreditNoteView.queryset),
        )


def _draft(call: Call) -> ReturnDraft:
    data = renamed(call.data, delivery="delivery_id", customer="customer_id", warehouse="warehouse_id", currency="currency_code")
    ids = dict(DeliveryLine.objects.filter(delivery_id=data.get("delivery_id")).values_list("sequence", "pk"))
    lines = []
    for line in data["lines"]:
        asked = renamed(line, delivery_line="delivery_line_id", product="product_id")
        if "delivery_line_id" in asked:
            asked["delivery_line_id"] = ids.get(asked["delivery_line_id"], 0)  # no id: nothing is found for it
        lines.append(ReturnLineDraft(**asked))
    return ReturnDraft(**{"date": call.today, **data, "lines": lines})
