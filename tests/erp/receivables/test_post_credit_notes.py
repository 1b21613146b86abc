"""A price that was too high is credited: of an invoice, or for a customer without one."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from erp.core.errors import InvalidValue, NotFound, Refusals, UnknownCode
from erp.ledger.models import AccountRole, OpenItem
from erp.receivables.errors import CreditBeforeInvoice, MoreThanInvoiced
from erp.receivables.models import CreditNote, CreditNoteLine, Invoice
from erp.receivables.operations.post_credit_notes import CreditLineDraft, CreditNoteDraft, post_credit_notes
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from tests.support.cast import TODAY, counted_statements
from tests.support.shop import Shop

D = Decimal


def invoiced(shop: Shop, customer: str = "ZEN", *lines: tuple[str, str], **more: Any) -> Invoice:
    delivery = shop.delivered(customer, *(lines or (("LAMP", "3"),)), **more)
    [posted] = invoice_deliveries(delivery_ids=[delivery.id], **shop.by)
    return Invoice.objects.get(pk=posted.id)


def note(invoice: Invoice, **line: Any) -> CreditNoteDraft:
    """A credit of the invoice's first line."""
    first = invoice.lines.order_by("sequence")[0]
    return CreditNoteDraft(
        date=TODAY, invoice_id=invoice.pk, memo="Scratched", lines=[CreditLineDraft(invoice_line_id=first.pk, **line)]
    )


def free(shop: Shop, *lines: CreditLineDraft, **more: Any) -> CreditNoteDraft:
    return CreditNoteDraft(**{"date": TODAY, "customer_id": shop.customers["ZEN"], "lines": lines, **more})


def test_a_part_of_the_price_is_credited_with_its_tax(shop: Shop) -> None:
    invoice = invoiced(shop)
    [posted] = post_credit_notes(notes=[note(invoice, amount=D("10.00"))], **shop.by)
    found, line = CreditNote.objects.get(), CreditNoteLine.objects.get()
    assert (posted.number, found.net, found.tax, found.memo) == ("CN-000001", 10, D("1.30"), "Scratched")
    assert (line.quantity, line.description, line.tax_rate) == (0, "Lamp", D("0.13"))
    assert OpenItem.objects.get(kind="invoice").residual == D("124.30")
    assert shop.balance(AccountRole.REVENUE) == -110
    assert shop.level("LAMP") == (7, 0, 70)


def test_the_last_part_of_the_price_takes_the_rest_of_the_tax(shop: Shop) -> None:
    invoice = invoiced(shop, "ZEN", ("LAMP", "1"))
    for amount in ("13.33", "13.33", "13.34"):
        post_credit_notes(notes=[note(invoice, amount=D(amount))], **shop.by)
    assert [n.tax for n in CreditNote.objects.order_by("pk")] == [D("1.73"), D("1.73"), D("1.74")]
    assert OpenItem.objects.get(kind="invoice").residual == 0
    with pytest.raises(MoreThanInvoiced):
        post_credit_notes(notes=[note(invoice, amount=D("0.01"))], **shop.by)


def test_gross_prices_are_credited_gross(shop: Shop) -> None:
    invoice = invoiced(shop, "ZEN", ("LAMP", "1"), prices_include_tax=True)
    assert (invoice.net, invoice.tax, invoice.total) == (D("35.40"), D("4.60"), 40)
    post_credit_notes(notes=[note(invoice, amount=D("39.99")), note(invoice, amount=D("0.01"))], **shop.by)
    notes = list(CreditNote.objects.order_by("pk"))
    assert [n.total for n in notes] == [D("39.99"), D("0.01")]
    assert (sum(n.net for n in notes), sum(n.tax for n in notes)) == (D("35.40"), D("4.60"))


def test_all_refusals_of_a_set_come_at_once_and_nothing_is_posted(shop: Shop) -> None:
    invoice = invoiced(shop)
    early = TODAY - datetime.timedelta(days=1)
    line = invoice.lines.get().pk
    drafts = [
        note(invoice, amount=D("200.00")),
        note(invoice, quantity=D(4)),
        note(invoice, quantity=D(1), amount=D(1)),
        note(invoice, amount=D("0.001")),
        note(invoice, quantity=D(-1)),
        CreditNoteDraft(date=early, invoice_id=invoice.pk, lines=[CreditLineDraft(invoice_line_id=line + 999, quantity=D(1))]),
        CreditNoteDraft(date=TODAY, invoice_id=99999, lines=[CreditLineDraft(invoice_line_id=line, quantity=D(1))]),
        free(shop, customer_id=99999, memo="x" * 201),
        free(shop, CreditLineDraft(amount=D(1), tax_code="STD"), CreditLineDraft(amount=D(0), tax_code="STD", description="x")),
        free(shop, CreditLineDraft(amount=D(1), tax_code="NO", description="x"), CreditLineDraft(amount=D(1), product_id=999)),
        free(shop, CreditLineDraft(amount=D(1), tax_code="STD", description="x"), currency_code="XXX"),
    ]
    with pytest.raises(Refusals) as refused:
        post_credit_notes(notes=drafts, **shop.by)
    assert [(r.field, type(r)) for r in refused.value.refusals] == [
        ("0.lines.0.amount", MoreThanInvoiced),
        ("1.lines.0.quantity", MoreThanInvoiced),
        ("2.lines.0.quantity", InvalidValue),
        ("3.lines.0.amount", InvalidValue),
        ("4.lines.0.quantity", InvalidValue),
        ("5.date", CreditBeforeInvoice),
        ("5.lines.0.invoice_line", UnknownCode),
        ("6.invoice", NotFound),
        ("7.lines", InvalidValue),
        ("7.memo", InvalidValue),
        ("7.customer", UnknownCode),
        ("8.lines.0.description", InvalidValue),
        ("8.lines.1.amount", InvalidValue),
        ("9.lines.0.tax_code", UnknownCode),
        ("9.lines.1.product", UnknownCode),
        ("10.currency", UnknownCode),
    ]
    assert not CreditNote.objects.exists()


def test_two_credits_of_a_set_do_not_take_the_same_rest(shop: Shop) -> None:
    invoice = invoiced(shop)
    with pytest.raises(MoreThanInvoiced) as refused:
        post_credit_notes(notes=[note(invoice, quantity=D(2)), note(invoice, quantity=D(2))], **shop.by)
    assert refused.value.field == "1.lines.0.quantity"


def test_without_an_invoice_the_credit_stays_on_the_customers_account(shop: Shop) -> None:
    invoiced(shop)
    lines = [
        CreditLineDraft(amount=D("100.00"), tax_code="STD", description="Bonus of the year"),
        CreditLineDraft(amount=D("5.00"), tax_code="ZERO", product_id=shop.products["HOUR"]),
    ]
    post_credit_notes(notes=[free(shop, *lines)], **shop.by)
    found = CreditNote.objects.get()
    assert (found.invoice_id, found.total) == (None, D("118.00"))
    assert list(CreditNoteLine.objects.order_by("pk").values_list("description", flat=True)) == ["Bonus of the year", "Hour"]
    assert OpenItem.objects.get(kind="credit_note").residual == -118
    assert OpenItem.objects.get(kind="invoice").residual == D("135.60")
    assert shop.balance(AccountRole.RECEIVABLE) == D("17.60")


def test_a_foreign_credit_of_a_partly_paid_invoice_leaves_nothing_behind(shop: Shop) -> None:
    invoice = invoiced(shop, "YEN", ("LAMP", "3"))
    later = TODAY + datetime.timedelta(days=18)
    shop.wait(18)
    pay = PaymentDraft(customer_id=shop.customers["YEN"], amount=D("33.33"), date=later, invoice_ids=[invoice.pk])
    receive_payments(payments=[pay], **shop.by)
    post_credit_notes(notes=[note(invoice, quantity=D(1)), note(invoice, quantity=D(2))], **shop.by)
    item = OpenItem.objects.get(kind="invoice")
    assert (item.residual, item.company_residual) == (0, 0)
    left = OpenItem.objects.filter(kind="credit_note").exclude(residual=0).get()
    assert (left.residual, left.rate) == (D("-33.33"), D("0.90"))
    assert shop.balance(AccountRole.REVENUE) == shop.balance(AccountRole.OUTPUT_TAX) == 0


def test_a_set_costs_as_many_statements_as_one(shop: Shop) -> None:
    invoices = [invoiced(shop, "YEN", ("HOUR", "2")) for _ in range(12)]

    def statements(some: list[Invoice]) -> int:
        drafts = [note(invoice, quantity=D(1)) for invoice in some]
        with counted_statements() as made:
            post_credit_notes(notes=drafts, **shop.by)
            return made()

    statements(invoices[:1])
    assert statements(invoices[1:11]) == statements(invoices[11:])
