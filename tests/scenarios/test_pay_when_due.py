"""Bills are paid by themselves on the day they are due, within the company's limits, once."""

import datetime
from decimal import Decimal

import pytest

from erp.automation.models import ExceptionItem
from erp.automation.operations.save_rules import RuleDraft, save_rules
from erp.core import clock
from erp.core.models import Delivery
from erp.core.scope import company_scope
from erp.ledger.models import Period
from erp.payables.models import VendorBill
from erp.treasury.models import Payment
from integration.flows import purchasing
from integration.relay.drain import drain
from integration.tasks import pay_due_bills
from tests.support.buying import FIRST, Buying, buying
from tests.support.cast import AT, acme
from tests.support.trade import trade

__all__ = ["acme", "buying", "trade"]
pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal


def bills(buying: Buying, *quantities: str) -> None:
    """Posted bills at 9.00 and 13 %, due in thirty days."""
    for number, quantity in enumerate(quantities):
        placed = buying.order(quantity, price="9")
        buying.receive(placed, quantity)
        assert buying.bill(placed, quantity, number=f"R-{number}").state == "posted"


def allow(buying: Buying, limit: str) -> None:
    rule = RuleDraft(verb="pay", name="small bills", valid_from_date=FIRST, limit_amount=D(limit))
    with company_scope(buying.trade.actor):
        save_rules(drafts=[rule], actor=buying.trade.actor, at=AT)


def after(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT + datetime.timedelta(days))
    pay_due_bills()


def paid(buying: Buying) -> list[tuple[Decimal, str]]:
    with company_scope(buying.trade.actor, read_only=True):
        return list(Payment.objects.order_by("id").values_list("amount", "direction"))


def test_a_bill_is_paid_on_its_day_and_not_before_and_not_again(buying: Buying, monkeypatch: pytest.MonkeyPatch) -> None:
    bills(buying, "10")
    allow(buying, "1000")
    after(monkeypatch, 29)
    assert paid(buying) == []
    after(monkeypatch, 30)
    assert paid(buying) == [(D("101.70"), "out")]
    after(monkeypatch, 31)
    assert len(paid(buying)) == 1


def test_what_is_above_the_limit_waits_for_the_accountant_once(buying: Buying, monkeypatch: pytest.MonkeyPatch) -> None:
    bills(buying, "10", "100", "20")
    allow(buying, "500")
    for _hour in range(2):
        after(monkeypatch, 30)
    assert [amount for amount, _direction in paid(buying)] == [D("101.70"), D("203.40")]
    with company_scope(buying.trade.actor, read_only=True):
        assert list(ExceptionItem.objects.values_list("verb", "state", "owner_role")) == [("pay", "open", "accountant")]


def test_a_few_are_paid_in_each_unit(buying: Buying, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purchasing, "AT_ONCE", 2)
    bills(buying, "10", "11", "12", "13", "14")
    allow(buying, "500")
    after(monkeypatch, 40)
    assert len(paid(buying)) == 5


def test_a_held_bill_of_a_month_closed_meanwhile_waits_in_the_inbox_and_holds_nothing_back(buying: Buying) -> None:
    placed = buying.order("100")
    early, other = buying.bill(placed, "40", day=FIRST), buying.bill(placed, "60", number="R-2")
    with company_scope(buying.trade.actor):
        Period.objects.filter(first_date=FIRST).update(ledger_locked=True)
    buying.receive(placed, "100")
    drain()
    with company_scope(buying.trade.actor, read_only=True):
        assert dict(VendorBill.objects.values_list("id", "state")) == {early.id: "held", other.id: "posted"}
        [item] = ExceptionItem.objects.filter(state="open", kind="vendor_bill")
        assert (item.number, item.reason["code"], item.owner_role) == (early.number, "period_closed", "buyer")
        assert not Delivery.objects.exclude(state="done").exists()
