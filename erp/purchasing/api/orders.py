"""Purchase orders over the API, with everything that is said and done about them."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.automation.api.approvals import ApproveInput
from erp.automation.operations.answer_approvals import ApprovalReply, answer_approvals
from erp.automation.permissions import ANSWER_APPROVALS
from erp.automation.queries import approvals_of
from erp.identity.rest.fields import CurrencyCode, Day, Instant, PlainText, Ref, above_zero, price, quantity
from erp.identity.rest.filters import DayRange, FlagFilter, RefFilter, TextFilter
from erp.identity.rest.references import BIGINT, Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly, verb
from erp.inventory.models import Warehouse
from erp.purchasing.drafts import (
    AdviceDraft,
    AdvisedLine,
    MessageDraft,
    OrderAnswer,
    OrderReceipt,
    PurchaseLineDraft,
    PurchaseOrderDraft,
    ReceivedLine,
)
from erp.purchasing.filters import received_not_billed
from erp.purchasing.models import OrderMessage, PurchaseOrder, PurchaseOrderLine, SupplierAnswer
from erp.purchasing.operations.advise_deliveries import advise_deliveries
from erp.purchasing.operations.answer_orders import answer_orders, settle_answers
from erp.purchasing.operations.end_orders import cancel_purchase_orders, close_purchase_orders
from erp.purchasing.operations.issue_orders import issue_orders
from erp.purchasing.operations.place_purchase_orders import place_purchase_orders
from erp.purchasing.operations.receive_orders import receive_orders
from erp.purchasing.operations.write_messages import write_messages
from erp.purchasing.operations.write_off_accruals import write_off_accruals
from erp.purchasing.permissions import (
    ADVISE,
    ANSWER,
    CLOSE,
    ISSUE,
    PLACE,
    RECEIVE,
    SETTLE_ANSWERS,
    VIEW,
    WRITE_MESSAGE,
    WRITE_OFF,
)
from erp.purchasing.queries import keep_to_agreement
from erp.purchasing.states import PurchaseOrderState

MAX_LINES = 5000


class PurchaseOrderLineAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    base_quantity = quantity(source="quantity", read_only=True, help_text="in the product's unit")
    quantity = quantity(source="entered_quantity", read_only=True, help_text="in the unit of the line")
    internal = frozenset({"chosen", "source_kind", "source_id"})

    class Meta:
        model = PurchaseOrderLine
        fields = names(
            "id sequence product description quantity unit base_quantity unit_price tax_code tax_rate net tax total "
            "requested_date first_promised_date last_promised_date received rejected returned billed closed_short chosen "
            "source_kind source_id"
        )


class SupplierAnswerAnswer(ReadSerializer):
    line = serializers.IntegerField(source="line_id", read_only=True)
    settled = serializers.SerializerMethodField(help_text="of a counter-proposal: accepted, turned down, or null while it waits")

    class Meta:
        model = SupplierAnswer
        fields = names("id line kind quantity unit_price promised_date remark message_id answered_at settled")

    def get_settled(self, row: SupplierAnswer) -> bool | None:
        return next((outcome.accepted for outcome in row.outcomes.all()), None)


class OrderMessageAnswer(ReadSerializer):
    class Meta:
        model = OrderMessage
        fields = names("id text from_supplier message_id at")


class PurchaseOrderAnswer(ReadSerializer):
    supplier = Ref(name="name")
    warehouse = Ref()
    agreement = Ref(code="number")
    lines = PurchaseOrderLineAnswer(many=True, read_only=True)
    answers = SupplierAnswerAnswer(many=True, read_only=True)
    messages = OrderMessageAnswer(many=True, read_only=True)
    internal = frozenset({"source_kind", "source_id", "external_source", "external_ref"})
    joins: ClassVar = {"supplier": ("supplier",), "warehouse": ("warehouse",), "agreement": ("agreement",)}
    prefetches: ClassVar = {"lines": ("lines__product",), "answers": ("answers__outcomes",), "messages": ("messages",)}

    class Meta:
        model = PurchaseOrder
        fields = names(
            "id number state supplier warehouse agreement date currency_code rate prices_include_tax payment_days net tax total "
            "over_fraction under_fraction source_kind source_id lines answers messages external_source external_ref placed_at "
            "issued_at"
        )


class PurchaseLineInput(InputSerializer):
    product = Reference("catalog.Product", code="sku", what=_("product"))
    quantity = above_zero()
    unit = PlainText(max_length=12, required=False, allow_blank=True, help_text="the agreement's, else the product's")
    unit_price = price(min_value=0, required=False, allow_null=True, help_text="of one of the unit; the agreed one, if left out")
    requested_date = Day()
    agreement_line = serializers.IntegerField(min_value=1, max_value=BIGINT - 1, required=False, allow_null=True)
    description = PlainText(max_length=200, required=False, allow_blank=True)


class PurchaseOrderInput(InputSerializer):
    supplier = Reference("parties.Party", what=_("supplier"))
    warehouse = Reference("inventory.Warehouse", what=_("warehouse"), required=False, help_text="the first one, if left out")
    agreement = Reference("purchasing.Agreement", code="number", what=_("agreement"), required=False)
    date = Day(required=False, help_text="today, if left out")
    currency = CurrencyCode(required=False, allow_blank=True, help_text="the agreement's, else the supplier's")
    prices_include_tax = serializers.BooleanField(required=False)
    lines = PurchaseLineInput(many=True, allow_empty=False, max_length=MAX_LINES)
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class ConfirmInput(InputSerializer):
    line = serializers.IntegerField(min_value=1, max_value=BIGINT - 1, required=False, help_text="every open one, if left out")
    promised_date = Day(required=False, help_text="the requested day, if left out")
    remark = PlainText(max_length=200, required=False, allow_blank=True)
    message_id = PlainText(max_length=80, required=False, allow_blank=True, help_text="your name for it: sent twice it is one")
    answered_at = Instant(required=False, help_text="when it was said; now, if left out")


class CounterInput(ConfirmInput):
    quantity = above_zero(required=False, help_text="in the line's unit")
    unit_price = price(min_value=0, required=False)


class SettleInput(InputSerializer):
    answer = serializers.IntegerField(min_value=1, max_value=BIGINT - 1)
    accepted = serializers.BooleanField()


class AdvisedLineInput(InputSerializer):
    line = serializers.IntegerField(min_value=1, max_value=BIGINT - 1)
    quantity = above_zero(help_text="in the product's unit")


class AdviseInput(InputSerializer):
    expected_date = Day()
    reference = PlainText(max_length=80, required=False, allow_blank=True)
    message_id = PlainText(max_length=80, required=False, allow_blank=True)
    lines = AdvisedLineInput(
        many=True, required=False, max_length=MAX_LINES, help_text="if left out: what is open and not advised already"
    )


class ReceivedLineInput(InputSerializer):
    line = serializers.IntegerField(min_value=1, max_value=BIGINT - 1)
    arrived = above_zero(help_text="in the unit, or the product's")
    rejected = quantity(min_value=0, required=False, help_text="of it, refused at the door")
    unit = PlainText(max_length=12, required=False, allow_blank=True)
    reason = PlainText(max_length=200, required=False, allow_blank=True)


class ReceiveInput(InputSerializer):
    date = Day(required=False, help_text="today, if left out")
    lines = ReceivedLineInput(many=True, allow_empty=False, max_length=MAX_LINES)
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class MessageInput(InputSerializer):
    text = PlainText(max_length=2000)
    message_id = PlainText(max_length=80, required=False, allow_blank=True)


class ReasonInput(InputSerializer):
    reason = PlainText(max_length=200)


class PurchaseOrderFilters(FilterSet):
    number = TextFilter()
    supplier = RefFilter("supplier")
    warehouse = RefFilter("warehouse")
    product = RefFilter("lines__product", code="sku", distinct=True)
    state = django_filters.ChoiceFilter(choices=PurchaseOrderState.choices)
    to_bill = FlagFilter(method="only_to_bill", help_text="something came that is not billed")
    date_from, date_to = DayRange()
    external_source = TextFilter()
    external_ref = TextFilter()

    def only_to_bill(self, rows: QuerySet[PurchaseOrder], _name: str, value: bool) -> QuerySet[PurchaseOrder]:
        owed = received_not_billed().values("order_id")
        return rows.filter(pk__in=owed) if value else rows.exclude(pk__in=owed)


class PurchaseOrderView(ReadOnly):
    queryset: QuerySet[Any] = PurchaseOrder.objects.all()
    serializer_class = PurchaseOrderAnswer
    filterset_class = PurchaseOrderFilters
    permissions: ClassVar = {
        "list": VIEW,
        "retrieve": VIEW,
        "create": PLACE,
        "issue": ISSUE,
        "approve": ANSWER_APPROVALS,
        "confirm": ANSWER,
        "counter_propose": ANSWER,
        "settle": SETTLE_ANSWERS,
        "advise": ADVISE,
        "receive": RECEIVE,
        "close": CLOSE,
        "cancel": CLOSE,
        "message": WRITE_MESSAGE,
        "write_off": WRITE_OFF,
    }
    inputs: ClassVar = {
        "create": PurchaseOrderInput,
        "approve": ApproveInput,
        "confirm": ConfirmInput,
        "counter_propose": CounterInput,
        "settle": SettleInput,
        "advise": AdviseInput,
        "receive": ReceiveInput,
        "message": MessageInput,
        "write_off": ReasonInput,
    }
    operations: ClassVar = {
        "create": "place_purchase_orders",
        "issue": "issue_orders",
        "approve": "answer_approvals",
        "confirm": "answer_orders",
        "counter_propose": "answer_orders",
        "settle": "settle_answers",
        "advise": "advise_deliveries",
        "receive": "receive_orders",
        "close": "close_purchase_orders",
        "cancel": "cancel_purchase_orders",
        "message": "write_messages",
        "write_off": "write_off_accruals",
    }

    def create(self, request: Request) -> HttpResponse:
        """Write a purchase order; it is a draft until it is issued."""
        return self.perform(lambda call: place_purchase_orders(orders=[_agreed(call)], **call.by)[0].id)

    @verb("issue")
    def issue(self, request: Request, pk: str) -> HttpResponse:
        """Send the order to its supplier."""
        return self.perform(lambda call: (issue_orders(order_ids=[call.target.pk], **call.by), call.target.pk)[1])

    @verb("approve")
    def approve(self, request: Request, pk: str) -> HttpResponse:
        """Agree to the order where it waits for approval."""

        def run(call: Call) -> int:
            waiting = next((row for row in approvals_of("purchase_order", call.target.pk) if row.state == "pending"), None)
            reply = ApprovalReply(request_id=waiting.pk if waiting else 0, approved=True, comment=call.data.get("comment", ""))
            answer_approvals(replies=[reply], **call.by)
            return int(call.target.pk)

        return self.perform(run)

    @verb("confirm")
    def confirm(self, request: Request, pk: str) -> HttpResponse:
        """The supplier confirms lines and the days of their delivery."""
        return self.perform(lambda call: _answer(call, "confirm"))

    @verb("counter-propose")
    def counter_propose(self, request: Request, pk: str) -> HttpResponse:
        """The supplier would rather deliver another quantity, at another price or on another day."""
        return self.perform(lambda call: _answer(call, "counter"))

    @verb("settle")
    def settle(self, request: Request, pk: str) -> HttpResponse:
        """Accept a counter-proposal, or turn it down."""

        def run(call: Call) -> int:
            answers = [call.data["answer"]] if call.target.answers.filter(pk=call.data["answer"]).exists() else [0]
            settle_answers(answer_ids=answers, accepted=call.data["accepted"], **call.by)
            return int(call.target.pk)

        return self.perform(run)

    @verb("advise")
    def advise(self, request: Request, pk: str) -> HttpResponse:
        """The supplier says what is on its way."""

        def run(call: Call) -> int:
            lines = [AdvisedLine(**renamed(line, line="line_id")) for line in call.data.get("lines", ())]
            advice = AdviceDraft(order_id=call.target.pk, **{**call.data, "lines": lines})
            advise_deliveries(advices=[advice], supplier_id=call.actor.party_id, **call.by)
            return int(call.target.pk)

        return self.perform(run)

    @verb("receive")
    def receive(self, request: Request, pk: str) -> HttpResponse:
        """Take in goods of the order, and refuse some at the door."""

        def run(call: Call) -> int:
            lines = [ReceivedLine(**renamed(line, line="line_id")) for line in call.data["lines"]]
            data = {"date": call.today, **call.data, "lines": lines}
            receive_orders(receipts=[OrderReceipt(order_id=call.target.pk, **data)], **call.by)
            return int(call.target.pk)

        return self.perform(run)

    @verb("close")
    def close(self, request: Request, pk: str) -> HttpResponse:
        """Close the order for what has not come in."""
        return self.perform(lambda call: (close_purchase_orders(order_ids=[call.target.pk], **call.by), call.target.pk)[1])

    @verb("cancel")
    def cancel(self, request: Request, pk: str) -> HttpResponse:
        """Cancel the order, of which nothing has come in."""
        return self.perform(lambda call: (cancel_purchase_orders(order_ids=[call.target.pk], **call.by), call.target.pk)[1])

    @verb("message")
    def message(self, request: Request, pk: str) -> HttpResponse:
        """Write to the supplier about the order."""

        def run(call: Call) -> int:
            write_messages(
                messages=[MessageDraft(order_id=call.target.pk, **call.data)], supplier_id=call.actor.party_id, **call.by
            )
            return int(call.target.pk)

        return self.perform(run)

    @verb("write-off")
    def write_off(self, request: Request, pk: str) -> HttpResponse:
        """Write off what of the order was received and will never be billed, or the other way."""

        def run(call: Call) -> int:
            lines = list(call.target.lines.order_by("sequence").values_list("id", flat=True))
            open_lines = [pk for pk in lines if _is_open(pk)]
            write_off_accruals(order_line_ids=open_lines or lines[:1], reason=call.data["reason"], **call.by)
            return int(call.target.pk)

        return self.perform(run)


def _is_open(line_id: int) -> bool:
    from erp.purchasing.models import ClearingFact

    return sum(ClearingFact.objects.filter(order_line_id=line_id).values_list("amount", flat=True)) != 0


def _answer(call: Call, kind: str) -> int:
    data = renamed(call.data, line="line_id")
    answers = [OrderAnswer(order_id=call.target.pk, kind=kind, **data)]
    answer_orders(answers=answers, supplier_id=call.actor.party_id, **call.by)
    return int(call.target.pk)


def _agreed(call: Call) -> PurchaseOrderDraft:
    return keep_to_agreement(_draft(call), company_id=call.actor.company_id)


def _draft(call: Call) -> PurchaseOrderDraft:
    usual: dict[str, Any] = {"date": call.today}
    if "warehouse" not in call.data:
        usual["warehouse_id"] = Warehouse.objects.filter(active=True).order_by("id").values_list("id", flat=True).first()
    lines = [
        PurchaseLineDraft(**renamed(line, product="product_id", agreement_line="agreement_line_id"))
        for line in call.data["lines"]
    ]
    data = renamed(
        call.data, supplier="supplier_id", warehouse="warehouse_id", agreement="agreement_id", currency="currency_code"
    )
    return PurchaseOrderDraft(**{**usual, **data, "lines": lines})
