"""From an agreement to goods on the shelf: prices, limits, receipts in parts, and what is owed until the bill comes."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from erp.core.errors import Refusals, WrongState
from erp.core.models import EventRow
from erp.core.scope import company_scope
from erp.inventory.models import StockLevel
from erp.ledger.models import AccountRole
from erp.purchasing.drafts import OrderReceipt, ReceivedLine
from erp.purchasing.errors import NoAgreedPrice, OrderCancelled, OverReceipt
from erp.purchasing.models import Agreement, AgreementLine, ClearingFact, GoodsReceiptLine, PurchaseOrder, PurchaseOrderLine
from erp.purchasing.operations.issue_orders import issue_orders
from erp.purchasing.operations.place_purchase_orders import place_purchase_orders
from erp.purchasing.operations.receive_orders import receive_orders
from erp.reference.models import ExchangeRate
from tests.support.books import balance, differing
from tests.support.buying import Buying
from tests.support.cast import AT, TODAY, counted_statements

D = Decimal
DAY = datetime.timedelta(days=1)


def order_of(pk: int) -> PurchaseOrder:
    return PurchaseOrder.objects.get(pk=pk)


def codes(refused: pytest.ExceptionInfo[Refusals]) -> dict[str, str]:
    return {str(r.field): r.code for r in refused.value.refusals}


def test_an_order_takes_price_unit_and_terms_from_the_agreement(buying: Buying) -> None:
    placed = buying.order("100", issued=False)
    with company_scope(buying.trade.actor):
        order, line = order_of(placed.id), PurchaseOrderLine.objects.get(order_id=placed.id)
        assert (order.state, order.net, order.tax, order.total) == ("draft", D(900), D(117), D(1017))
        assert (line.unit_price, line.requested_date, line.supplier_id) == (D(9), TODAY + datetime.timedelta(7), buying.supplier)
        assert order.payment_days == 30 and order.number == "PO-000001"


def test_below_the_tier_the_higher_price_counts_and_a_typed_price_wins(buying: Buying) -> None:
    few, typed = buying.order("20"), buying.order("20", price="8.5")
    with company_scope(buying.trade.actor):
        assert order_of(few.id).net == D(200)
        assert order_of(typed.id).net == D(170)


def test_an_agreed_price_counts_in_its_unit_and_currency_and_while_the_agreement_lasts(buying: Buying) -> None:
    with company_scope(buying.trade.actor):
        ExchangeRate.objects.create(currency_id="USD", valid_from_date=TODAY, rate=D("0.9"))
        AgreementLine.objects.filter(pk=buying.line).update(unit="box", unit_numerator=12)
        for head, line, ended in (({}, {"unit": "PC"}, None), ({"currency_code": "USD"}, {}, None), ({}, {}, TODAY - DAY)):
            Agreement.objects.filter(pk=buying.agreement).update(valid_to_date=ended)
            draft = buying.draft()
            draft = replace(draft, lines=[replace(draft.lines[0], **line)], **head)
            with pytest.raises(NoAgreedPrice):
                place_purchase_orders(orders=[draft], actor=buying.trade.actor, at=AT)


def test_everything_that_is_wrong_with_the_lines_is_said_at_once(buying: Buying) -> None:
    good = buying.draft("100")
    line = good.lines[0]
    bad = replace(
        good,
        lines=[
            replace(line, quantity=D(3)),  # below the minimum
            replace(line, quantity=D("10.5")),  # no multiple, and no whole piece
            replace(line, product_id=buying.trade.cable),  # the agreement's line is of lamps
            replace(line, product_id=buying.trade.cable, agreement_line_id=None),  # no price
            replace(line, requested_date=TODAY - datetime.timedelta(days=1)),
        ],
    )
    with company_scope(buying.trade.actor), pytest.raises(Refusals) as refused:
        place_purchase_orders(orders=[good, bad], actor=buying.trade.actor, at=AT)
    assert codes(refused) == {
        "1.lines.0.quantity": "below_minimum",
        "1.lines.1.quantity": "quantity_not_exact",
        "1.lines.2.agreement_line": "agreement_of_another",
        "1.lines.3.unit_price": "no_agreed_price",
        "1.lines.4.requested_date": "invalid_value",
    }
    with company_scope(buying.trade.actor):
        assert not PurchaseOrder.objects.exists()


def test_a_customer_is_no_supplier(buying: Buying) -> None:
    draft = replace(buying.draft(), supplier_id=buying.trade.customer, agreement_id=None)
    with company_scope(buying.trade.actor), pytest.raises(Refusals) as refused:
        place_purchase_orders(orders=[draft], actor=buying.trade.actor, at=AT)
    assert codes(refused) == {"supplier": "supplier_blocked", "lines.0.agreement_line": "agreement_of_another"}


def test_an_order_is_issued_once(buying: Buying) -> None:
    placed = buying.order()
    with company_scope(buying.trade.actor), pytest.raises(WrongState):
        issue_orders(order_ids=[placed.id], actor=buying.trade.actor, at=AT)


def test_what_comes_in_lies_on_the_shelf_at_the_orders_price_and_is_owed(buying: Buying) -> None:
    placed = buying.order("100")
    with company_scope(buying.trade.actor):
        stock, owed = balance(AccountRole.INVENTORY), balance(AccountRole.STOCK_CLEARING)
    buying.receive(placed, "60", "2")
    with company_scope(buying.trade.actor):
        line = PurchaseOrderLine.objects.get(order_id=placed.id)
        assert (line.received, line.rejected, order_of(placed.id).state) == (58, 2, "partly_received")
        assert StockLevel.objects.get(product_id=buying.trade.lamp).on_hand == 158
        assert balance(AccountRole.INVENTORY) - stock == D(522)  # 58 at 9.00
        assert balance(AccountRole.STOCK_CLEARING) - owed == D(-522)
        assert ClearingFact.objects.get(order_line=line).amount == D(522)
    buying.receive(placed, "42")
    with company_scope(buying.trade.actor):
        assert order_of(placed.id).state == "received"
        assert sum(ClearingFact.objects.values_list("amount", flat=True)) == D(900)
    assert differing(buying.trade.actor) == []


def test_a_receipt_names_the_order_it_came_from(buying: Buying) -> None:
    placed = buying.order("100")
    buying.receive(placed, "100")
    with company_scope(buying.trade.actor):
        event = EventRow.objects.filter(type="receipt.posted").latest("id")
        assert EventRow.objects.get(pk=event.causation_id).aggregatetype == "purchase_order"


def test_when_all_is_refused_at_the_door_nothing_moves_and_it_stays_expected(buying: Buying) -> None:
    placed = buying.order("100")
    buying.receive(placed, "100", "100")
    with company_scope(buying.trade.actor):
        line = PurchaseOrderLine.objects.get(order_id=placed.id)
        assert (line.received, line.rejected, order_of(placed.id).state) == (0, 100, "issued")
        assert GoodsReceiptLine.objects.get().receipt_id is None
        assert not ClearingFact.objects.exists()
    buying.receive(placed, "100")
    assert differing(buying.trade.actor) == []


def test_more_than_is_expected_is_refused_also_over_two_lines_of_one_receipt(buying: Buying) -> None:
    placed = buying.order("100")
    line = ReceivedLine(line_id=placed.line_ids[0], arrived=D(60))
    with company_scope(buying.trade.actor), pytest.raises(OverReceipt) as refused:
        draft = OrderReceipt(order_id=placed.id, date=TODAY, lines=[line, line])
        receive_orders(receipts=[draft], actor=buying.trade.actor, at=AT)
    assert refused.value.field == "lines.1.arrived"


def test_the_tolerance_of_the_agreement_lets_more_in_and_closes_what_is_nearly_complete(buying: Buying) -> None:
    placed, short = buying.order("100"), buying.order("100")
    with company_scope(buying.trade.actor):
        PurchaseOrder.objects.update(over_fraction=D("0.1"), under_fraction=D("0.05"))
    buying.receive(placed, "110")
    buying.receive(short, "95")
    with company_scope(buying.trade.actor):
        assert {order_of(o.id).state for o in (placed, short)} == {"received"}
        assert PurchaseOrderLine.objects.get(order_id=short.id).closed_short
        assert sum(f.amount for f in ClearingFact.objects.filter(order_line__order_id=placed.id)) == D(990)
    assert differing(buying.trade.actor) == []
    with pytest.raises(WrongState):  # and nothing else: how much is too much is no question any more
        buying.receive(short, "5")


def test_parts_are_worth_what_the_line_is_worth(buying: Buying) -> None:
    placed = buying.order("30", price="0.3333")
    for part in ("7", "11", "12"):
        buying.receive(placed, part)
    with company_scope(buying.trade.actor):
        assert sum(ClearingFact.objects.values_list("amount", flat=True)) == order_of(placed.id).net == D("10.00")


def test_nothing_is_received_for_a_draft_or_a_cancelled_order_or_tomorrow(buying: Buying) -> None:
    draft, cancelled, issued = buying.order(issued=False), buying.order(), buying.order()
    with company_scope(buying.trade.actor):
        PurchaseOrder.objects.filter(pk=cancelled.id).update(state="cancelled")
        receipts = [
            OrderReceipt(order_id=o.id, date=day, lines=[ReceivedLine(line_id=o.line_ids[0], arrived=D(1))])
            for o, day in ((draft, TODAY), (cancelled, TODAY), (issued, TODAY + datetime.timedelta(days=1)))
        ]
        with pytest.raises(Refusals) as refused:
            receive_orders(receipts=receipts, actor=buying.trade.actor, at=AT)
    assert {(r.field, type(r).__name__) for r in refused.value.refusals} == {
        ("0.order", WrongState.__name__),
        ("1.order", OrderCancelled.__name__),
        ("2.date", "DateInFuture"),
    }


def test_the_day_asked_for_stays_once_issued_and_the_first_promise_for_ever(buying: Buying) -> None:
    placed = buying.order()
    later = TODAY + datetime.timedelta(days=30)
    with company_scope(buying.trade.actor):
        lines = PurchaseOrderLine.objects.filter(order_id=placed.id)
        with pytest.raises(IntegrityError), transaction.atomic():
            lines.update(requested_date=later)
        lines.update(first_promised_date=TODAY, last_promised_date=TODAY)
        with pytest.raises(IntegrityError), transaction.atomic():
            lines.update(first_promised_date=later)
        assert lines.update(last_promised_date=later) == 1


def test_ordering_and_receiving_cost_the_same_for_one_and_for_many(buying: Buying) -> None:
    costs = []
    for count in (1, 20):
        with company_scope(buying.trade.actor), counted_statements() as so_far:
            draft = buying.draft("100")
            placed = place_purchase_orders(orders=[draft] * count, actor=buying.trade.actor, at=AT)
            issue_orders(order_ids=[p.id for p in placed], actor=buying.trade.actor, at=AT)
            receipts = [
                OrderReceipt(order_id=p.id, date=TODAY, lines=[ReceivedLine(line_id=p.line_ids[0], arrived=D(100))])
                for p in placed
            ]
            receive_orders(receipts=receipts, actor=buying.trade.actor, at=AT)
            costs.append(so_far())
    assert costs[0] == costs[1] <= 16
