"""Goods come back and the rest happens by itself: the credit inside the rules, the stock to those who wait."""

from decimal import Decimal

import pytest

from crm.customers.models import Activity
from erp.automation.models import ExceptionItem
from erp.receivables.models import CreditNote
from erp.sales.models import Delivery, DeliveryLine, SalesOrderLine, SalesReturn
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.credit_returns import credit_returns
from erp.sales.operations.deliver_orders import DeliveryPlan, deliver_orders
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.operations.reserve_orders import reserve_orders
from erp.sales.operations.return_goods import ReturnDraft, ReturnLineDraft, return_goods
from integration.relay.drain import drain
from tests.support.market import VERBS, Market, open_market, today, verify

pytestmark = pytest.mark.django_db(transaction=True)


def sold(market: Market, quantity: str = "3") -> list[DeliveryLine]:
    """An order of lamps that ran to its invoice, or as far as the rules let it."""
    order = market.sell({"LAMP": quantity})
    drain()
    with market.looking():
        return list(DeliveryLine.objects.select_related("delivery").filter(delivery__order_id=order))


def bring_back(market: Market, line: DeliveryLine, quantity: str) -> int:
    lines = [ReturnLineDraft(delivery_line_id=line.pk, quantity=Decimal(quantity))]
    draft = ReturnDraft(delivery_id=line.delivery_id, date=line.delivery.date, reason="damaged", lines=lines)
    [made] = market.unit(lambda: return_goods(returns=[draft], **market.by()))
    drain()
    return made.id


def test_a_return_is_credited_by_itself_within_the_limit_and_waits_for_a_person_above_it(db: None) -> None:
    market = open_market(rules=(*VERBS, "credit"))
    market.receive({"LAMP": "50"})
    small, large = sold(market)[0], market.place([{"LAMP": "30"}])[0]
    bring_back(market, small, "1")
    with market.looking():
        [note] = CreditNote.objects.all()
        assert (note.total, note.actor) == (Decimal("45.20"), "system:automation")
        told = set(Activity.objects.values_list("type", flat=True))
    assert {"sales_return.posted", "credit_note.posted"} <= told
    _by_hand(market, large)
    with market.looking():
        [line] = DeliveryLine.objects.select_related("delivery").filter(delivery__order_id=large)
    made = bring_back(market, line, "30")  # 1,356.00, above the limit of 1,000.00
    with market.looking():
        [waiting] = ExceptionItem.objects.filter(state="open", kind="sales_return")
    assert (waiting.verb, waiting.document_id, waiting.owner_role) == ("credit", made, "accountant")
    market.unit(lambda: credit_returns(return_ids=[made], **market.by()))
    drain()
    with market.looking():
        assert not ExceptionItem.objects.filter(state="open", kind="sales_return").exists()
    assert "0 differ" in verify()


def _by_hand(market: Market, order: int) -> None:
    """An order above every limit, taken to its invoice by a person."""
    drain()
    market.unit(lambda: confirm_orders(order_ids=[order], **market.by()))
    market.unit(lambda: reserve_orders(order_ids=[order], **market.by()))
    drain()
    plan = DeliveryPlan(order_id=order, date=today())
    [delivery] = market.unit(lambda: deliver_orders(deliveries=[plan], **market.by()))
    drain()
    with market.looking():
        open_still = Delivery.objects.filter(pk=delivery.id, invoice=None).exists()
    if open_still:
        market.unit(lambda: invoice_deliveries(delivery_ids=[delivery.id], **market.by()))


def test_a_return_before_the_invoice_is_credited_after_it(db: None) -> None:
    market = open_market(rules=("confirm", "reserve", "deliver", "credit"))
    market.receive({"LAMP": "10"})
    [line] = sold(market)
    made = bring_back(market, line, "3")
    with market.looking():
        assert SalesReturn.objects.get(pk=made).credit_note_id is None
        assert not ExceptionItem.objects.filter(state="open", kind="sales_return").exists()
    market.unit(lambda: invoice_deliveries(delivery_ids=[line.delivery_id], **market.by()))
    drain()
    with market.looking():
        assert SalesReturn.objects.get(pk=made).credit_note_id is not None
    assert "0 differ" in verify()


def test_goods_that_come_back_go_to_the_order_that_waits_for_them(db: None) -> None:
    market = open_market(rules=("confirm", "reserve"))
    market.receive({"LAMP": "3"})
    first = market.sell({"LAMP": "3"})
    drain()
    plan = DeliveryPlan(order_id=first, date=today())
    market.unit(lambda: deliver_orders(deliveries=[plan], **market.by()))
    waiting = market.sell({"LAMP": "2"})
    drain()
    with market.looking():
        assert SalesOrderLine.objects.get(order_id=waiting).reserved == 0
        [line] = DeliveryLine.objects.select_related("delivery").filter(delivery__order_id=first)
    bring_back(market, line, "2")
    with market.looking():
        assert SalesOrderLine.objects.get(order_id=waiting).reserved == 2
    assert market.level("LAMP") == (2, 2)
