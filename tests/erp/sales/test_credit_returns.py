"""What came back is credited at the terms it was sold at, and the invoice is settled with it."""

import datetime
from decimal import Decimal

import pytest

from erp.core.actor import system_actor
from erp.core.errors import NotFound, Refusals
from erp.core.scope import company_scope
from erp.identity.models import Company
from erp.ledger.models import AccountRole, JournalLine, OpenItem, Settlement
from erp.receivables.errors import MoreThanInvoiced
from erp.receivables.models import CreditNote, CreditNoteLine, Invoice
from erp.receivables.operations.post_credit_notes import CreditLineDraft, CreditNoteDraft, post_credit_notes
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from erp.sales.errors import AlreadyCredited, ReturnNotInvoiced
from erp.sales.models import SalesOrder, SalesReturn
from erp.sales.operations.credit_returns import credit_returns
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.operations.return_goods import ReturnLineDraft, return_goods
from tests.erp.sales.test_return_goods import back, free
from tests.support.cast import AT, TODAY, counted_statements
from tests.support.shop import Shop
from tests.support.trade import Trade

D = Decimal


def invoiced(shop: Shop, customer: str, *lines: tuple[str, str]) -> int:
    """A delivery that is invoiced; its id."""
    delivery = shop.delivered(customer, *lines)
    invoice_deliveries(delivery_ids=[delivery.id], **shop.by)
    return delivery.id


def came_back(shop: Shop, delivery_id: int, *quantities: str) -> int:
    return return_goods(returns=[back(delivery_id, *quantities)], **shop.by)[0].id


def residuals(kind: str) -> list[tuple[Decimal, Decimal]]:
    return list(OpenItem.objects.filter(kind=kind).order_by("pk").values_list("residual", "company_residual"))


def test_a_return_is_credited_at_the_invoices_terms_and_settles_it(shop: Shop) -> None:
    delivery = invoiced(shop, "ZEN", ("LAMP", "3"), ("HOUR", "1"))
    made = came_back(shop, delivery, "1")
    [note] = credit_returns(return_ids=[made], **shop.by)
    found, line = CreditNote.objects.get(), CreditNoteLine.objects.get()
    assert (note.number, found.invoice_id, found.date) == ("CN-000001", Invoice.objects.get().pk, TODAY)
    assert (found.net, found.tax, found.total) == (40, D("5.20"), D("45.20"))
    assert (line.quantity, line.unit_price, line.tax_code, line.tax_rate) == (1, 40, "STD", D("0.13"))
    assert shop.balance(AccountRole.REVENUE) == -160
    assert shop.balance(AccountRole.OUTPUT_TAX) == D("-20.80")
    assert shop.balance(AccountRole.RECEIVABLE) == D("180.80")
    assert residuals("credit_note") == [(0, 0)]
    assert residuals("invoice") == [(D("180.80"), D("180.80"))]
    assert SalesReturn.objects.get().credit_note_id == note.id
    assert SalesOrder.objects.get().state == "invoiced"


def test_a_second_press_is_refused(shop: Shop) -> None:
    made = came_back(shop, invoiced(shop, "ZEN", ("LAMP", "3")), "1")
    credit_returns(return_ids=[made], **shop.by)
    with pytest.raises(AlreadyCredited):
        credit_returns(return_ids=[made], **shop.by)
    assert CreditNote.objects.count() == 1


def test_all_refusals_of_a_set_come_at_once(shop: Shop) -> None:
    done = came_back(shop, invoiced(shop, "ZEN", ("LAMP", "3")), "1")
    credit_returns(return_ids=[done], **shop.by)
    early = came_back(shop, shop.delivered("ZEN", ("LAMP", "1")).id, "1")
    with pytest.raises(Refusals) as refused:
        credit_returns(return_ids=[done, early, 99999], **shop.by)
    assert [type(r) for r in refused.value.refusals] == [NotFound, AlreadyCredited, ReturnNotInvoiced]


def test_goods_that_came_back_before_the_invoice_are_credited_after_it(shop: Shop) -> None:
    delivery = shop.delivered("ZEN", ("LAMP", "3"))
    made = came_back(shop, delivery.id, "3")
    later = TODAY + datetime.timedelta(days=3)
    shop.wait(3)
    invoice_deliveries(delivery_ids=[delivery.id], date=later, **shop.by)
    credit_returns(return_ids=[made], **shop.by)
    assert CreditNote.objects.get().date == later
    assert residuals("invoice") == residuals("credit_note") == [(0, 0)]


def test_what_is_paid_already_stays_on_the_customers_account(shop: Shop) -> None:
    delivery = invoiced(shop, "ZEN", ("LAMP", "3"))
    receive_payments(payments=[PaymentDraft(customer_id=shop.customers["ZEN"], amount=D("100.00"), date=TODAY)], **shop.by)
    credit_returns(return_ids=[came_back(shop, delivery, "3")], **shop.by)
    assert residuals("invoice") == [(0, 0)]
    assert residuals("credit_note") == [(-100, -100)]
    assert shop.balance(AccountRole.RECEIVABLE) == -100
    assert shop.balance(AccountRole.REVENUE) == shop.balance(AccountRole.OUTPUT_TAX) == 0


def test_partial_credits_give_back_the_invoice_to_the_cent(shop: Shop) -> None:
    shop.receive("CABLE", "7", "7")
    delivery = invoiced(shop, "YEN", ("CABLE", "7"), ("HOUR", "0.333"))
    for quantities in (("1", "0.1"), ("2", "0.1"), ("1", "0.1"), ("3", "0.033")):
        credit_returns(return_ids=[came_back(shop, delivery, *quantities)], **shop.by)
    invoice, notes = Invoice.objects.get(), list(CreditNote.objects.all())
    assert sum(n.net for n in notes) == invoice.net
    assert sum(n.tax for n in notes) == invoice.tax
    assert residuals("invoice") == [(0, 0)]
    for role in (AccountRole.REVENUE, AccountRole.OUTPUT_TAX, AccountRole.RECEIVABLE, AccountRole.EXCHANGE_DIFFERENCE):
        assert shop.balance(role) == 0, role
    assert shop.balance(AccountRole.COST_OF_SALES) == 0


def test_a_foreign_credit_keeps_the_rate_of_its_invoice(shop: Shop) -> None:
    delivery = invoiced(shop, "YEN", ("LAMP", "1"))
    late = TODAY + datetime.timedelta(days=19)
    shop.wait(19)
    made = return_goods(returns=[back(delivery, "1", date=late)], **shop.by)[0].id
    credit_returns(return_ids=[made], **shop.by)
    note = CreditNote.objects.get()
    assert (note.date, note.currency_code, note.rate) == (late, "USD", D("0.90"))
    assert {(s.debit_company_amount, s.credit_company_amount) for s in Settlement.objects.all()} == {(D("45.20"), D("45.20"))}
    assert not JournalLine.objects.filter(account__postingaccount__role=AccountRole.EXCHANGE_DIFFERENCE).exists()


def test_a_price_that_was_credited_before_is_not_credited_again_with_the_goods(shop: Shop) -> None:
    delivery = invoiced(shop, "ZEN", ("LAMP", "4"))
    line = Invoice.objects.get().lines.get()
    price = CreditLineDraft(invoice_line_id=line.pk, amount=D("40.00"))
    post_credit_notes(notes=[CreditNoteDraft(date=TODAY, invoice_id=line.invoice_id, lines=[price])], **shop.by)
    made = came_back(shop, delivery, "1"), came_back(shop, delivery, "3")
    credit_returns(return_ids=made, **shop.by)
    assert [n.net for n in CreditNote.objects.order_by("pk")] == [40, 30, 90]
    assert residuals("invoice") == [(0, 0)]


def test_goods_whose_quantity_is_credited_already_are_not_credited_twice(shop: Shop) -> None:
    delivery = invoiced(shop, "ZEN", ("LAMP", "4"))
    line = Invoice.objects.get().lines.get()
    lost = CreditLineDraft(invoice_line_id=line.pk, quantity=D(3))
    post_credit_notes(notes=[CreditNoteDraft(date=TODAY, invoice_id=line.invoice_id, lines=[lost])], **shop.by)
    made = came_back(shop, delivery, "2")
    with pytest.raises(MoreThanInvoiced, match="only 1 are left to credit, not 2"):
        credit_returns(return_ids=[made], **shop.by)
    assert SalesReturn.objects.get().credit_note_id is None


def test_goods_without_an_original_are_credited_at_their_own_price(shop: Shop) -> None:
    line = ReturnLineDraft(product_id=shop.products["LAMP"], quantity=D(3), unit_price=D("33.33"), discount=D("0.1"))
    [made] = return_goods(returns=[free(shop, line, prices_include_tax=True, external_source="x", external_ref="1")], **shop.by)
    credit_returns(return_ids=[made.id], **shop.by)
    note = CreditNote.objects.get()
    assert (note.invoice_id, note.total, note.net, note.external_ref) == (None, D("89.99"), D("79.64"), "1")
    assert residuals("credit_note") == [(D("-89.99"), D("-89.99"))]


def test_free_goods_are_credited_with_nothing(shop: Shop) -> None:
    line = ReturnLineDraft(product_id=shop.products["LAMP"], quantity=D(3), unit_price=D(0))
    [made] = return_goods(returns=[free(shop, line)], **shop.by)
    credit_returns(return_ids=[made.id], **shop.by)
    assert (CreditNote.objects.get().total, residuals("credit_note")) == (0, [(0, 0)])


def test_a_set_costs_as_many_statements_as_one(shop: Shop) -> None:
    shop.receive("CABLE", "100", "100")
    made = [came_back(shop, invoiced(shop, "YEN", ("CABLE", "2"), ("HOUR", "1")), "1", "1") for _ in range(12)]

    def statements(ids: list[int]) -> int:
        with counted_statements() as count:
            credit_returns(return_ids=ids, **shop.by)
            return count()

    statements(made[:1])
    assert statements(made[1:11]) == statements(made[11:])


def test_a_return_of_another_company_is_not_there(trade: Trade, rival: Company) -> None:
    trade.order("invoiced")
    with company_scope(trade.actor):
        delivery = SalesOrder.objects.get().deliveries.get()
        [made] = return_goods(returns=[back(delivery.pk, "1")], actor=trade.actor, at=AT)
    stranger = system_actor(rival.pk, "test")
    with company_scope(stranger), pytest.raises(NotFound):
        credit_returns(return_ids=[made.id], actor=stranger, at=AT)
