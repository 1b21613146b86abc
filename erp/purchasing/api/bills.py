"""Vendor bills over the API: sent, matched, held or posted, released, rejected and paid."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.core.money import ZERO
from erp.identity.rest.fields import CurrencyCode, Day, PlainText, Ref, above_zero, amount, price, quantity
from erp.identity.rest.filters import DayRange, RefFilter, TextFilter
from erp.identity.rest.references import BIGINT, Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly, verb
from erp.ledger.models import OpenItem
from erp.payables.models import VendorBill, VendorBillLine
from erp.payables.operations.pay_bills import BillPaymentDraft, pay_bills
from erp.payables.operations.reject_bills import reject_bills
from erp.payables.permissions import PAY, REJECT, RELEASE, SEND_BILL, VIEW
from erp.payables.states import VendorBillState
from erp.purchasing.drafts import BillDraft, BillLineDraft
from erp.purchasing.operations.bill_orders import bill_orders
from erp.purchasing.operations.release_bills import release_bills, rematch_bills


class VendorBillLineAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    base_quantity = quantity(source="quantity", read_only=True, help_text="in the product's unit")
    quantity = quantity(source="entered_quantity", read_only=True, help_text="as billed")

    class Meta:
        model = VendorBillLine
        fields = names(
            "sequence source_kind source_id product description quantity unit base_quantity unit_price tax_code tax_rate net tax "
            "total found price_difference"
        )


class VendorBillAnswer(ReadSerializer):
    supplier = Ref(name="name")
    lines = VendorBillLineAnswer(many=True, read_only=True)
    internal = frozenset({"owner_role", "released_by", "release_reason", "external_source", "external_ref"})
    joins: ClassVar = {"supplier": ("supplier",)}
    prefetches: ClassVar = {"lines": ("lines__product",)}

    class Meta:
        model = VendorBill
        fields = names(
            "id number kind supplier supplier_number state date due_date currency_code rate prices_include_tax net tax total "
            "held_reasons owner_role released_by release_reason lines external_source external_ref entered_at posted_at"
        )


class BillLineInput(InputSerializer):
    order_line = serializers.IntegerField(
        min_value=1, max_value=BIGINT - 1, required=False, allow_null=True, help_text="none: a charge, with its price"
    )
    quantity = above_zero(required=False, help_text="in the order line's unit; 1, if left out")
    unit_price = price(min_value=0, required=False, allow_null=True, help_text="the order's, if left out")
    tax_code = PlainText(max_length=20, required=False, allow_blank=True, help_text="the order's; of a charge none, if left out")
    description = PlainText(max_length=200, required=False, allow_blank=True)


class VendorBillInput(InputSerializer):
    supplier = Reference("parties.Party", what=_("supplier"))
    supplier_number = PlainText(max_length=80, help_text="the supplier's own; the same bill again is answered with the first")
    kind = serializers.ChoiceField(VendorBill.Kind.choices, required=False)
    date = Day(required=False, help_text="today, if left out")
    due_date = Day(required=False, allow_null=True, help_text="by the order's payment days, if left out")
    currency = CurrencyCode(required=False, allow_blank=True, help_text="the order's, if left out")
    prices_include_tax = serializers.BooleanField(required=False)
    lines = BillLineInput(many=True, allow_empty=False, max_length=5000)
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class ReasonInput(InputSerializer):
    reason = PlainText(max_length=200)


class PayInput(InputSerializer):
    date = Day(required=False, help_text="today, if left out")
    amount = amount(min_value=0, required=False, help_text="all that is open, if left out")
    bank_account = PlainText(max_length=40, required=False, allow_blank=True)
    memo = PlainText(max_length=200, required=False, allow_blank=True)


class VendorBillFilters(FilterSet):
    number = TextFilter()
    supplier = RefFilter("supplier")
    supplier_number = TextFilter()
    state = django_filters.ChoiceFilter(choices=VendorBillState.choices)
    kind = django_filters.ChoiceFilter(choices=VendorBill.Kind.choices)
    date_from, date_to = DayRange()
    external_ref = TextFilter()


class VendorBillView(ReadOnly):
    queryset: QuerySet[Any] = VendorBill.objects.all()
    serializer_class = VendorBillAnswer
    filterset_class = VendorBillFilters
    permissions: ClassVar = {
        "list": VIEW,
        "retrieve": VIEW,
        "create": SEND_BILL,
        "rematch": SEND_BILL,
        "release": RELEASE,
        "reject": REJECT,
        "pay": PAY,
    }
    inputs: ClassVar = {"create": VendorBillInput, "release": ReasonInput, "reject": ReasonInput, "pay": PayInput}
    operations: ClassVar = {
        "create": "bill_orders",
        "rematch": "rematch_bills",
        "release": "release_bills",
        "reject": "reject_bills",
        "pay": "pay_bills",
    }

    def create(self, request: Request) -> HttpResponse:
        """Enter a supplier's bill or credit note: posted if it matches, held with its reasons if not."""
        return self.perform(lambda call: bill_orders(bills=[_draft(call)], supplier_id=call.actor.party_id, **call.by)[0].id)

    @verb("rematch")
    def rematch(self, request: Request, pk: str) -> HttpResponse:
        """Match a held bill again."""
        return self.perform(lambda call: (rematch_bills(bill_ids=[call.target.pk], **call.by), call.target.pk)[1])

    @verb("release")
    def release(self, request: Request, pk: str) -> HttpResponse:
        """Post a held bill although it does not match."""

        def run(call: Call) -> int:
            release_bills(bill_ids=[call.target.pk], reason=call.data["reason"], **call.by)
            return int(call.target.pk)

        return self.perform(run)

    @verb("reject")
    def reject(self, request: Request, pk: str) -> HttpResponse:
        """Turn a bill down that is not in the books."""

        def run(call: Call) -> int:
            reject_bills(bill_ids=[call.target.pk], reason=call.data["reason"], **call.by)
            return int(call.target.pk)

        return self.perform(run)

    @verb("pay")
    def pay(self, request: Request, pk: str) -> HttpResponse:
        """Pay a posted bill, all that is open or so much of it."""

        def run(call: Call) -> int:
            bill = call.target
            open_now = OpenItem.objects.filter(kind="vendor_bill", document_id=bill.pk).values_list("residual", flat=True).first()
            data = {"date": call.today, "amount": -(open_now or ZERO), **call.data}
            draft = BillPaymentDraft(supplier_id=bill.supplier_id, currency_code=bill.currency_code, bill_ids=[bill.pk], **data)
            pay_bills(payments=[draft], **call.by)
            return int(bill.pk)

        return self.perform(run)


def _draft(call: Call) -> BillDraft:
    lines = [BillLineDraft(**renamed(line, order_line="order_line_id")) for line in call.data["lines"]]
    data = renamed(call.data, supplier="supplier_id", currency="currency_code")
    return BillDraft(**{"date": call.today, **data, "lines": lines})
