"""A supplier's bill: matched and posted, or held; paid; and everything that clears to nothing in the end."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from erp.core.errors import UnknownCode, WrongState
from erp.core.models import EventRow
from erp.core.scope import company_scope
from erp.documents.drafts import MissingValue
from erp.documents.models import History
from erp.ledger.models import AccountRole, OpenItem
from erp.ledger.queries import ageing_of
from erp.parties.models import Party
from erp.payables.errors import BillKnown, BillNotOpen, StillExpected
from erp.payables.models import VendorBill, VendorBillLine
from erp.payables.operations.pay_bills import BillPaymentDraft, pay_bills
from erp.payables.operations.reject_bills import reject_bills
from erp.purchasing.drafts import BillDraft, BillLineDraft, PurchaseReturnDraft, ReturnedLine
from erp.purchasing.models import PurchaseOrderLine
from erp.purchasing.operations.bill_orders import bill_orders
from erp.purchasing.operations.end_orders import close_purchase_orders
from erp.purchasing.operations.issue_orders import issue_orders
from erp.purchasing.operations.place_purchase_orders import place_purchase_orders
from erp.purchasing.operations.release_bills import held_bills_of, release_bills, rematch_bills
from erp.purchasing.operations.return_to_suppliers import return_to_suppliers
from erp.purchasing.operations.write_off_accruals import write_off_accruals
from erp.reference.models import ExchangeRate
from tests.support.books import balance, differing
from tests.support.buying import Buying
from tests.support.cast import AT, TODAY, counted_statements

D = Decimal


def bill_of(pk: int) -> VendorBill:
    return VendorBill.objects.get(pk=pk)


def owed(buying: Buying) -> Decimal:
    """What stands in clearing beside the stock the trade began with."""
    with company_scope(buying.trade.actor):
        return -balance(AccountRole.STOCK_CLEARING) - D(1400)


def test_the_known_answer_of_the_trade(buying: Buying) -> None:
    """100 at 10 ordered; 98 received, 2 of them rejected; 98 billed at 10.20 with 2 %: held for the quantity alone. Billed 96 at
    10.20: posted, 19.20 price difference, nothing left in clearing."""
    placed = buying.order("100", price="10")
    buying.receive(placed, "98", "2")
    wrong = buying.bill(placed, "98", "10.20")
    assert (wrong.state, wrong.held) == ("held", ("quantity_over",))
    assert owed(buying) == D(960)
    right = buying.bill(placed, "96", "10.20", number="R-2")
    assert (right.state, right.held) == ("posted", ())
    with company_scope(buying.trade.actor):
        assert balance(AccountRole.PRICE_DIFFERENCE) == D("19.20")
        line = PurchaseOrderLine.objects.get(order_id=placed.id)
        assert (line.received, line.rejected, line.billed) == (96, 2, 96)
    assert owed(buying) == 0
    assert differing(buying.trade.actor) == []


def test_a_matching_bill_is_owed_with_its_tax_until_it_is_paid(buying: Buying) -> None:
    placed = buying.order("100")
    buying.receive(placed, "100")
    entered = buying.bill(placed, "100")
    with company_scope(buying.trade.actor):
        bill = bill_of(entered.id)
        assert (bill.net, bill.tax, bill.total, bill.due_date) == (D(900), D(117), D(1017), TODAY + datetime.timedelta(30))
        assert balance(AccountRole.PAYABLE) == D(-1017) and balance(AccountRole.INPUT_TAX) == D(117)
        assert ageing_of(AccountRole.PAYABLE, on=TODAY).total.total == D(1017)
        payment = BillPaymentDraft(supplier_id=buying.supplier, amount=D(1017), date=TODAY, bill_ids=[bill.pk])
        pay_bills(payments=[payment], actor=buying.trade.actor, at=AT)
        assert balance(AccountRole.PAYABLE) == 0
        event = EventRow.objects.get(type="payment.sent")
        assert event.payload["bill_id"] == bill.pk
        with pytest.raises(BillNotOpen):
            pay_bills(payments=[payment], actor=buying.trade.actor, at=AT)
    assert differing(buying.trade.actor) == []


def test_a_bill_before_its_goods_is_held_and_posted_when_they_come(buying: Buying) -> None:
    placed = buying.order("100")
    early = buying.bill(placed, "100")
    assert (early.state, early.held) == ("held", ("not_received",))
    with company_scope(buying.trade.actor):
        assert balance(AccountRole.PAYABLE) == 0
        assert rematch_bills(bill_ids=[early.id], actor=buying.trade.actor, at=AT) == []
        assert EventRow.objects.filter(type="vendor_bill.held").count() == 1  # told once
    buying.receive(placed, "100")
    with company_scope(buying.trade.actor):
        assert rematch_bills(bill_ids=held_bills_of([placed.id]), actor=buying.trade.actor, at=AT) == [early.id]
        assert bill_of(early.id).state == "posted"
    assert owed(buying) == 0


def test_the_same_bill_twice_is_one_and_another_under_its_number_is_refused(buying: Buying) -> None:
    placed = buying.order("100")
    buying.receive(placed, "100")
    first = buying.bill(placed, "60")
    assert buying.bill(placed, "60").id == first.id
    assert buying.bill(placed, "60", "9").id == first.id
    with pytest.raises(BillKnown):
        buying.bill(placed, "40")
    with pytest.raises(BillKnown):
        buying.bill(placed, "60", "8.90")
    with company_scope(buying.trade.actor):
        assert VendorBill.objects.count() == 1


def test_bills_in_parts_clear_what_receipts_in_parts_brought(buying: Buying) -> None:
    placed = buying.order("30", price="0.3333")
    for part in ("7", "11", "12"):
        buying.receive(placed, part)
    for i, part in enumerate(("13", "13", "4")):
        assert buying.bill(placed, part, number=f"R-{i}").state == "posted"
    assert owed(buying) == 0
    assert differing(buying.trade.actor) == []


def test_bills_that_come_together_take_what_the_earlier_ones_leave(buying: Buying) -> None:
    placed = buying.order("100")
    buying.receive(placed, "100")
    with company_scope(buying.trade.actor):
        drafts = [
            BillDraft(
                supplier_id=buying.supplier,
                supplier_number=f"R-{quantity}",
                date=TODAY,
                lines=[BillLineDraft(order_line_id=placed.line_ids[0], quantity=D(quantity))],
            )
            for quantity in (70, 31, 30)
        ]
        entered = bill_orders(bills=drafts, actor=buying.trade.actor, at=AT)
        assert [(b.state, b.held) for b in entered] == [("posted", ()), ("held", ("quantity_over",)), ("posted", ())]
        assert PurchaseOrderLine.objects.get(order_id=placed.id).billed == 100
    assert owed(buying) == 0
    assert differing(buying.trade.actor) == []


def test_a_bill_is_written_once_with_what_its_match_found(buying: Buying) -> None:
    placed = buying.order("100")
    buying.receive(placed, "60")
    held = buying.bill(placed, "100")
    posted = buying.bill(placed, "60", "9.10", number="R-2")
    with company_scope(buying.trade.actor):
        assert not History.objects.filter(table_name__startswith="payables_vendorbill").exists()
        rows = {line.bill_id: line for line in VendorBillLine.objects.select_related("bill")}
        assert (rows[held.id].found, rows[held.id].clearing) == (["quantity_over"], 0)
        assert (rows[posted.id].found, rows[posted.id].clearing, rows[posted.id].price_difference) == ([], 540, 6)
        assert (bill_of(held.id).owner_role, bill_of(held.id).posted_at) == ("buyer", None)
        assert (bill_of(posted.id).owner_role, bill_of(posted.id).posted_at) == ("", AT)


def test_a_person_with_the_right_releases_a_bill_with_a_reason(buying: Buying) -> None:
    placed = buying.order("100")
    buying.receive(placed, "60")
    held = buying.bill(placed, "100", "12")
    with company_scope(buying.trade.actor):
        by = {"actor": buying.trade.actor, "at": AT}
        with pytest.raises(MissingValue):
            release_bills(bill_ids=[held.id], reason=" ", **by)  # type: ignore[arg-type]
        release_bills(bill_ids=[held.id], reason="agreed by phone", **by)  # type: ignore[arg-type]
        bill = bill_of(held.id)
        assert (bill.state, bill.release_reason, bill.released_by) == ("posted", "agreed by phone", buying.trade.actor.name)
        with pytest.raises(WrongState):
            release_bills(bill_ids=[held.id], reason="again", **by)  # type: ignore[arg-type]
    assert owed(buying) == D(-360)  # 40 at 9.00 are paid for and still to come
    buying.receive(placed, "40")
    assert owed(buying) == 0
    assert differing(buying.trade.actor) == []


def test_a_rejected_bill_frees_its_number(buying: Buying) -> None:
    placed = buying.order("100")
    held = buying.bill(placed, "100")
    with company_scope(buying.trade.actor):
        reject_bills(bill_ids=[held.id], reason="not ours", actor=buying.trade.actor, at=AT)
    buying.receive(placed, "100")
    assert buying.bill(placed, "100").state == "posted"
    assert differing(buying.trade.actor) == []


def test_goods_that_went_back_after_the_bill_are_credited_to_nothing(buying: Buying) -> None:
    placed = buying.order("100")
    buying.receive(placed, "100")
    buying.bill(placed, "100")
    with company_scope(buying.trade.actor):
        lines = [ReturnedLine(line_id=placed.line_ids[0], quantity=D(10))]
        draft = PurchaseReturnDraft(order_id=placed.id, date=TODAY, lines=lines)
        return_to_suppliers(returns=[draft], actor=buying.trade.actor, at=AT)
    assert owed(buying) == D(-90)
    assert buying.bill(placed, "11", number="C-1", kind="credit").held == ("quantity_over",)
    assert buying.bill(placed, "10", number="C-2", kind="credit").state == "posted"
    assert owed(buying) == 0
    with company_scope(buying.trade.actor):
        assert balance(AccountRole.PAYABLE) == D("-915.30")  # 90 at 9.00 and 13 %
    assert differing(buying.trade.actor) == []


def test_a_bill_at_another_rate_is_price_and_rate(buying: Buying) -> None:
    """100 at 10 USD received at 0.90, billed at 11 USD at 0.95: price 95, rate 50 (released, for 10 % is too much)."""
    later = TODAY
    with company_scope(buying.trade.actor):
        ExchangeRate.objects.bulk_create(
            [
                ExchangeRate(currency_id="USD", valid_from_date=TODAY - datetime.timedelta(days=1), rate=D("0.9")),
                ExchangeRate(currency_id="USD", valid_from_date=TODAY, rate=D("0.95")),
            ]
        )
        base = buying.draft("100", price="10")
        draft = replace(base, currency_code="USD", date=TODAY - datetime.timedelta(days=1))
        [placed] = place_purchase_orders(orders=[draft], actor=buying.trade.actor, at=AT)
        issue_orders(order_ids=[placed.id], actor=buying.trade.actor, at=AT)
    buying.receive(placed, "100", day=TODAY - datetime.timedelta(days=1))
    held = buying.bill(placed, "100", "11", day=later)
    assert held.held == ("price_over",)
    with company_scope(buying.trade.actor):
        release_bills(bill_ids=[held.id], reason="agreed", actor=buying.trade.actor, at=AT)
        assert (balance(AccountRole.PRICE_DIFFERENCE), balance(AccountRole.EXCHANGE_DIFFERENCE)) == (D(95), D(50))
        assert VendorBillLine.objects.get(bill_id=held.id).clearing == D(900)
    assert owed(buying) == 0
    assert differing(buying.trade.actor) == []


def test_freight_on_a_bill_is_a_charge(buying: Buying) -> None:
    placed = buying.order("100")
    buying.receive(placed, "100")
    with company_scope(buying.trade.actor):
        lines = [
            BillLineDraft(order_line_id=placed.line_ids[0], quantity=D(100)),
            BillLineDraft(description="Freight", unit_price=D(25), tax_code="STD"),
        ]
        draft = BillDraft(supplier_id=buying.supplier, supplier_number="R-1", date=TODAY, lines=lines)
        [entered] = bill_orders(bills=[draft], actor=buying.trade.actor, at=AT)
        assert entered.state == "posted"
        assert balance(AccountRole.PURCHASE_CHARGES) == D(25) and balance(AccountRole.INPUT_TAX) == D("120.25")
    assert differing(buying.trade.actor) == []


def test_a_supplier_cannot_bill_in_anothers_name(buying: Buying) -> None:
    with company_scope(buying.trade.actor), pytest.raises(UnknownCode):
        draft = BillDraft(supplier_id=buying.supplier, supplier_number="X", date=TODAY, lines=[BillLineDraft(unit_price=D(1))])
        bill_orders(bills=[draft], supplier_id=buying.trade.customer, actor=buying.trade.actor, at=AT)


def test_who_is_customer_and_supplier_has_two_accounts(buying: Buying) -> None:
    placed = buying.order("100")
    buying.receive(placed, "100")
    with company_scope(buying.trade.actor):
        Party.objects.filter(pk=buying.supplier).update(is_customer=True)
    entered = buying.bill(placed, "100")
    with company_scope(buying.trade.actor):
        item = OpenItem.objects.get(kind="vendor_bill", document_id=entered.id)
        assert item.amount == D(-1017)
        assert ageing_of(AccountRole.RECEIVABLE, on=TODAY).total.total == 0


def test_what_will_never_be_billed_is_written_off_when_the_order_is_closed(buying: Buying) -> None:
    placed = buying.order("100")
    buying.receive(placed, "60")
    buying.bill(placed, "50")
    with company_scope(buying.trade.actor):
        by = {"actor": buying.trade.actor, "at": AT}
        with pytest.raises(StillExpected):
            write_off_accruals(order_line_ids=list(placed.line_ids), reason="lost", **by)  # type: ignore[arg-type]
        close_purchase_orders(order_ids=[placed.id], **by)  # type: ignore[arg-type]
        write_off_accruals(order_line_ids=list(placed.line_ids), reason="lost", **by)  # type: ignore[arg-type]
        assert balance(AccountRole.PRICE_DIFFERENCE) == D(-90)
    assert owed(buying) == 0
    assert differing(buying.trade.actor) == []


def test_a_bill_for_what_was_written_off_is_held(buying: Buying) -> None:
    placed = buying.order("100")
    buying.receive(placed, "100")
    with company_scope(buying.trade.actor):
        write_off_accruals(order_line_ids=list(placed.line_ids), reason="lost", actor=buying.trade.actor, at=AT)
    late = buying.bill(placed, "100")
    assert (late.state, late.held) == ("held", ("not_received",))
    assert owed(buying) == 0


def test_a_bill_of_nothing_is_posted_and_leaves_nothing_to_pay(buying: Buying) -> None:
    placed = buying.order("100")
    buying.receive(placed, "100")
    assert buying.bill(placed, "100", "0").state == "posted"
    with company_scope(buying.trade.actor):
        assert not OpenItem.objects.filter(kind="vendor_bill").exclude(residual=0).exists()
        assert balance(AccountRole.PRICE_DIFFERENCE) == D(-900)
    assert owed(buying) == 0
    assert differing(buying.trade.actor) == []


def test_billing_and_paying_cost_the_same_for_one_and_for_many(buying: Buying) -> None:
    costs = []
    for count in (1, 15):
        orders = [buying.order("100") for _ in range(count)]
        for order in orders:
            buying.receive(order, "100")
        with company_scope(buying.trade.actor), counted_statements() as so_far:
            drafts = [
                BillDraft(
                    supplier_id=buying.supplier,
                    supplier_number=f"{count}-{order.number}",
                    date=TODAY,
                    lines=[BillLineDraft(order_line_id=order.line_ids[0], quantity=D(100))],
                )
                for order in orders
            ]
            bills = bill_orders(bills=drafts, actor=buying.trade.actor, at=AT)
            assert {b.state for b in bills} == {"posted"}
            payments = [BillPaymentDraft(supplier_id=buying.supplier, amount=D(1017), date=TODAY, bill_ids=[b.id]) for b in bills]
            pay_bills(payments=payments, actor=buying.trade.actor, at=AT)
            costs.append(so_far())
    assert costs[0] == costs[1] <= 14
