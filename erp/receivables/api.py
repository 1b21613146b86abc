"""Invoices, credit notes, payments and open items over the API."""

import datetime
from typing import Any, ClassVar

import django_filters
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Abs
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from erp.identity.rest.fields import CurrencyCode, Day, PlainText, Ref, above_zero, amount, quantity
from erp.identity.rest.filters import DayRange, FlagFilter, RefFilter, TextFilter
from erp.identity.rest.references import Reference
from erp.identity.rest.reports import ReportView
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly
from erp.ledger.filters import ITEM_SIDES
from erp.ledger.models import OpenItem
from erp.ledger.permissions import VIEW_LEDGER
from erp.ledger.queries import role_account
from erp.receivables.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from erp.receivables.operations.apply_credits import CreditDraft, CreditPair, apply_credits
from erp.receivables.operations.post_credit_notes import CreditLineDraft, CreditNoteDraft, post_credit_notes
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from erp.receivables.permissions import APPLY_CREDITS, POST_CREDIT_NOTES, RECEIVE_PAYMENTS, VIEW_INVOICES
from erp.receivables.queries import ageing, credited_of_invoice
from erp.treasury.models import Payment
from erp.treasury.permissions import VIEW_PAYMENTS


def with_open_amount(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    """The rows with what is still open of each (negative for money on account)."""
    item = OpenItem.objects.filter(kind=kind, document_id=OuterRef("pk"))
    return rows.annotate(open_amount=Subquery(item.values("residual")[:1]))


class InvoiceLineAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    base_quantity = quantity(source="quantity", read_only=True, help_text="in the product's unit")
    quantity = quantity(source="entered_quantity", read_only=True, help_text="in the unit of the line")

    class Meta:
        model = InvoiceLine
        fields = names(
            "sequence product description quantity unit base_quantity unit_price discount tax_code tax_rate net tax total"
        )


class InvoiceAnswer(ReadSerializer):
    customer = Ref(name="name")
    open_amount = amount(read_only=True, allow_null=True, help_text="what is not settled yet")
    credited = amount(read_only=True, help_text="what was credited of it, tax included")
    lines = InvoiceLineAnswer(many=True, read_only=True)
    joins: ClassVar = {"customer": ("customer",)}
    prefetches: ClassVar = {"lines": ("lines__product",)}

    class Meta:
        model = Invoice
        fields = names(
            "id number customer date due_date currency_code rate prices_include_tax net tax total "
            "open_amount credited lines external_source external_ref posted_at"
        )


class InvoiceFilters(FilterSet):
    number = TextFilter()
    customer = RefFilter("customer")
    product = RefFilter("lines__product", code="sku", distinct=True)
    delivery = RefFilter("delivery", code="number", distinct=True)
    sales_order = RefFilter("delivery__order", code="number", distinct=True)
    open = FlagFilter(method="only_open", help_text="not fully settled")
    date_from, date_to = DayRange()
    external_ref = TextFilter()

    def only_open(self, rows: QuerySet[Invoice], _name: str, value: bool) -> QuerySet[Invoice]:
        return rows.exclude(open_amount=0) if value else rows.filter(open_amount=0)


class InvoiceView(ReadOnly):
    queryset: QuerySet[Any] = with_open_amount(Invoice.objects.all(), "invoice").annotate(credited=credited_of_invoice())
    serializer_class = InvoiceAnswer
    filterset_class = InvoiceFilters
    permissions: ClassVar = {"list": VIEW_INVOICES, "retrieve": VIEW_INVOICES}


class CreditNoteLineAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    invoice_line = serializers.IntegerField(
        source="invoice_line.sequence", default=None, read_only=True, help_text="the line of the invoice, by its sequence"
    )
    base_quantity = quantity(source="quantity", read_only=True, help_text="in the product's unit; 0: a part of the price")
    quantity = quantity(source="entered_quantity", read_only=True, help_text="in the unit of the line")

    class Meta:
        model = CreditNoteLine
        fields = names(
            "sequence invoice_line product description quantity unit base_quantity unit_price discount tax_code tax_rate "
            "net tax total"
        )


class CreditNoteAnswer(ReadSerializer):
    customer = Ref(name="name")
    invoice = Ref(code="number")
    open_amount = amount(read_only=True, allow_null=True, help_text="what of it is still on the customer's account")
    lines = CreditNoteLineAnswer(many=True, read_only=True)
    joins: ClassVar = {"customer": ("customer",), "invoice": ("invoice",)}
    prefetches: ClassVar = {"lines": ("lines__product", "lines__invoice_line")}

    class Meta:
        model = CreditNote
        fields = names(
            "id number customer invoice date currency_code rate prices_include_tax net tax total "
            "open_amount memo lines external_source external_ref posted_at"
        )


class CreditLineInput(InputSerializer):
    invoice_line = serializers.IntegerField(required=False, help_text="the line of the invoice, by its sequence")
    quantity = above_zero(required=False, help_text="credit that many of the invoice line")
    unit = PlainText(max_length=12, required=False, allow_blank=True, help_text="of the quantity; the line's, if left out")
    amount = amount(required=False, help_text="credit this of the price: net, or gross where prices include tax")
    tax_code = PlainText(max_length=20, required=False, help_text="without an invoice: the tax code of the amount")
    description = PlainText(max_length=200, required=False, allow_blank=True)
    product = Reference("catalog.Product", code="sku", what=_("product"), required=False)


class CreditNoteInput(InputSerializer):
    invoice = Reference("receivables.Invoice", code="number", what=_("invoice"), required=False)
    customer = Reference("parties.Party", what=_("customer"), required=False, help_text="without an invoice: who is credited")
    date = Day(required=False, help_text="today, if left out")
    currency = CurrencyCode(required=False, allow_blank=True, help_text="without an invoice; else the customer's")
    prices_include_tax = serializers.BooleanField(required=False, help_text="without an invoice")
    lines = CreditLineInput(many=True, allow_empty=False, max_length=1000)
    memo = PlainText(max_length=200, required=False, allow_blank=True, help_text="why")
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class CreditNoteFilters(FilterSet):
    number = TextFilter()
    customer = RefFilter("customer")
    invoice = RefFilter("invoice", code="number")
    product = RefFilter("lines__product", code="sku", distinct=True)
    date_from, date_to = DayRange()
    external_ref = TextFilter()


class CreditNoteView(ReadOnly):
    queryset: QuerySet[Any] = with_open_amount(CreditNote.objects.all(), "credit_note").annotate(open_amount=-F("open_amount"))
    serializer_class = CreditNoteAnswer
    filterset_class = CreditNoteFilters
    permissions: ClassVar = {"list": VIEW_INVOICES, "retrieve": VIEW_INVOICES, "create": POST_CREDIT_NOTES}
    inputs: ClassVar = {"create": CreditNoteInput}
    operations: ClassVar = {"create": "post_credit_notes"}

    def create(self, request: Request) -> HttpResponse:
        """Credit an invoice, or a customer without one; goods that come back are credited from their return."""

        def run(call: Call) -> int:
            return post_credit_notes(notes=[_credit_note(call)], **call.by)[0].id

        return self.perform(run)


def _credit_note(call: Call) -> CreditNoteDraft:
    data = renamed(call.data, invoice="invoice_id", customer="customer_id", currency="currency_code")
    of_invoice = InvoiceLine.objects.filter(invoice_id=data.get("invoice_id"))
    ids = dict(of_invoice.values_list("sequence", "pk"))
    lines = []
    for line in data["lines"]:
        asked = renamed(line, invoice_line="invoice_line_id", product="product_id")
        if "invoice_line_id" in asked:
            asked["invoice_line_id"] = ids.get(asked["invoice_line_id"], 0)  # no id: nothing is found for it
        lines.append(CreditLineDraft(**asked))
    return CreditNoteDraft(**{"date": call.today, **data, "lines": lines})


class PaymentAnswer(ReadSerializer):
    party = Ref(name="name")
    bank_account = Ref()
    open_amount = amount(read_only=True, allow_null=True, help_text="what is not yet used to settle an invoice")
    joins: ClassVar = {"party": ("party",), "bank_account": ("bank_account",)}

    class Meta:
        model = Payment
        fields = names(
            "id number direction party bank_account date currency_code rate amount open_amount memo "
            "external_source external_ref posted_at"
        )


class PaymentInput(InputSerializer):
    customer = Reference("parties.Party", what=_("customer"))
    amount = amount()
    date = Day(required=False, help_text="today, if left out")
    currency = CurrencyCode(required=False, allow_blank=True, help_text="the customer's, if left out")
    bank_account = Reference("treasury.BankAccount", what=_("bank account"), gives="code", required=False)
    invoices = serializers.ListField(
        child=Reference("receivables.Invoice", code="number", what=_("invoice")),
        required=False,
        max_length=1000,
        help_text="the oldest open ones first, if left out",
    )
    memo = PlainText(max_length=200, required=False, allow_blank=True)
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class PaymentFilters(FilterSet):
    number = TextFilter()
    party = RefFilter("party")
    customer = RefFilter("party")
    direction = django_filters.ChoiceFilter(choices=Payment.Direction.choices)
    date_from, date_to = DayRange()
    external_ref = TextFilter()


class PaymentView(ReadOnly):
    queryset: QuerySet[Any] = with_open_amount(Payment.objects.all(), "payment").annotate(open_amount=Abs("open_amount"))
    serializer_class = PaymentAnswer
    filterset_class = PaymentFilters
    permissions: ClassVar = {"list": VIEW_PAYMENTS, "retrieve": VIEW_PAYMENTS, "create": RECEIVE_PAYMENTS}
    inputs: ClassVar = {"create": PaymentInput}
    operations: ClassVar = {"create": "receive_payments"}

    def create(self, request: Request) -> HttpResponse:
        """Enter money received from a customer; posted at once, open invoices are settled with it."""

        def run(call: Call) -> int:
            data = renamed(call.data, customer="customer_id", currency="currency_code", invoices="invoice_ids")
            return receive_payments(payments=[PaymentDraft(**{"date": call.today, **data})], **call.by)[0].id

        return self.perform(run)


class AgeingQuery(InputSerializer):
    date = Day(required=False, help_text="how it stood at the end of this day; by default today")
    customer = Reference("parties.Party", what=_("customer"), required=False)


class AgeingAnswer(serializers.Serializer[Any]):
    customer = serializers.SerializerMethodField()
    not_due = amount(read_only=True)
    days_30 = amount(read_only=True, help_text="1 to 30 days past due")
    days_60 = amount(read_only=True)
    days_90 = amount(read_only=True)
    days_120 = amount(read_only=True)
    older = amount(read_only=True)
    on_account = amount(read_only=True, help_text="money and credit not yet used, negative")
    total = amount(read_only=True)

    def get_customer(self, row: Any) -> dict[str, Any]:
        return {"id": row.party_id, "code": row.code, "name": row.name}


class AgeingView(ReportView):
    """What each customer owed at the end of a day, by days past due, in company currency; largest debt first."""

    serializer_class = AgeingAnswer
    query_class = AgeingQuery
    permissions: ClassVar = {"list": VIEW_INVOICES}

    def rows(self, asked: dict[str, Any], today: datetime.date) -> list[Any]:
        chosen = [asked["customer"]] if "customer" in asked else []
        return ageing(on=asked.get("date", today), customer_ids=chosen).rows


class OpenItemAnswer(ReadSerializer):
    party = Ref(name="name")
    open_amount = amount(source="residual", read_only=True, help_text="what is not settled yet; below zero for a credit")
    joins: ClassVar = {"party": ("party",)}

    class Meta:
        model = OpenItem
        fields = names("id party kind document_id document_number date due_date currency_code rate amount open_amount")


class OpenItemFilters(FilterSet):
    customer = RefFilter("party")
    side = django_filters.ChoiceFilter(
        method="of_side", choices=ITEM_SIDES, help_text="what customers owe the company, or what it owes its suppliers"
    )
    kind = TextFilter(help_text="the kind of its document, such as invoice or payment")
    currency = TextFilter(field_name="currency_code")
    open = FlagFilter(method="only_open", help_text="not fully settled")

    def of_side(self, rows: QuerySet[OpenItem], _name: str, value: str) -> QuerySet[OpenItem]:
        return rows.filter(account_id=role_account(value))

    def only_open(self, rows: QuerySet[OpenItem], _name: str, value: bool) -> QuerySet[OpenItem]:
        return rows.filter(is_open=value)


def item_id(**kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=2**63 - 1, **kwargs)


class PairInput(InputSerializer):
    credit = item_id(help_text="id of the credit's open item")
    invoice = Reference("receivables.Invoice", code="number", what=_("invoice"))
    amount = amount(required=False, help_text="as much as both have, if left out")


class ApplyInput(InputSerializer):
    customer = Reference("parties.Party", what=_("customer"))
    date = Day(required=False, help_text="today, if left out; never before either document")
    credits = serializers.ListField(
        child=item_id(), required=False, max_length=1000, help_text="ids of open items; all the customer's, if left out"
    )
    pairs = PairInput(many=True, required=False, max_length=1000, help_text="the oldest due invoices first, if left out")


class AppliedAnswer(serializers.Serializer[Any]):
    credit_item_id = serializers.IntegerField()
    credit_number = serializers.CharField()
    invoice_id = serializers.IntegerField()
    invoice_number = serializers.CharField()
    amount = amount()


class SettledAnswer(serializers.Serializer[Any]):
    settled = AppliedAnswer(many=True)


class OpenItemView(ReadOnly):
    queryset: QuerySet[Any] = OpenItem.objects.all()
    code_field = "id"
    serializer_class = OpenItemAnswer
    filterset_class = OpenItemFilters
    permissions: ClassVar = {"list": VIEW_LEDGER, "retrieve": VIEW_LEDGER, "apply": APPLY_CREDITS}
    inputs: ClassVar = {"apply": ApplyInput}
    answers: ClassVar = {"apply": SettledAnswer}
    operations: ClassVar = {"apply": "apply_credits"}

    @action(detail=False, methods=["post"], url_path="apply", url_name="apply")
    def apply(self, request: Request) -> HttpResponse:
        """Settle a customer's open invoices with money on account and credit notes."""

        def run(call: Call) -> Any:
            data = {"date": call.today, **renamed(call.data, customer="customer_id", credits="credit_item_ids")}
            pairs = [CreditPair(**renamed(p, credit="credit_item_id", invoice="invoice_id")) for p in data.pop("pairs", ())]
            return apply_credits(credits=[CreditDraft(**data, pairs=pairs)], **call.by)

        return self.perform(run, answer=lambda applied: SettledAnswer({"settled": applied}).data)


ROUTES = {
    "erp/receivables-ageing": AgeingView,
    "erp/invoices": InvoiceView,
    "erp/credit-notes": CreditNoteView,
    "erp/payments": PaymentView,
    "erp/open-items": OpenItemView,
}
