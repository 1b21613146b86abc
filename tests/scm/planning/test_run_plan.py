"""A plan over three levels: what is bought and made for an order, once, and what becomes of it."""

import datetime
from decimal import Decimal

import pytest

from erp.core.scope import company_scope
from erp.manufacturing.drafts import CalendarDraft
from erp.manufacturing.models import ManufacturingOrder
from erp.manufacturing.operations.save_calendars import save_calendars
from erp.purchasing.models import PurchaseOrder, PurchaseOrderLine
from erp.reference.rules import MONDAY_TO_FRIDAY
from scm.planning.errors import ProposalGone
from scm.planning.models import Peg, PlanItem, PlanMessage, PlanRun, Proposal
from scm.planning.operations.accept_proposals import accept_proposals
from scm.planning.operations.run_plan import run_plan
from tests.support.books import differing
from tests.support.cast import AT, TODAY, counted_statements
from tests.support.factory import Factory

D = Decimal


def day(n: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=n)


def items(factory: Factory, run_id: int) -> dict[str, tuple[int, str, str, str, str]]:
    with company_scope(factory.making.trade.actor):
        rows = PlanItem.objects.filter(run_id=run_id).values_list("product__sku", "level", "gross", "on_hand", "net", "planned")
        return {sku: (level, *(f"{q.normalize():f}" for q in figures)) for sku, level, *figures in rows}  # type: ignore[misc]


def test_an_order_is_netted_over_all_levels(factory: Factory) -> None:
    factory.making.stock("10", "SHADE", "BULB")
    factory.sell("40", days=10)
    run = factory.plan()
    assert items(factory, run.id) == {
        "HERON": (0, "40", "0", "40", "40"),
        "SHADE": (1, "40", "10", "30", "30"),
        "BASE": (1, "40", "0", "40", "40"),
        "BULB": (1, "80", "10", "70", "70"),
        "FRAME": (2, "30", "0", "30", "30"),
        "FABRIC": (2, "15", "0", "15", "15"),
    }
    assert factory.proposals() == {
        "HERON": ("make", "40", day(10)),
        "SHADE": ("make", "30", day(8)),  # two days to make the lamps
        "BASE": ("buy", "40", day(8)),
        "BULB": ("buy", "70", day(8)),
        "FRAME": ("buy", "30", day(7)),
        "FABRIC": ("buy", "15", day(7)),
    }
    with company_scope(factory.making.trade.actor):
        frame = Proposal.objects.get(product__sku="FRAME")
        assert (frame.start_date, frame.supplier_id, frame.choice["supplier"]) == (day(4), factory.supplier, "PARTS")


def test_a_second_run_changes_no_proposal(factory: Factory) -> None:
    factory.sell("40", days=10)
    first = factory.plan()
    with company_scope(factory.making.trade.actor):
        before = list(Proposal.objects.order_by("id").extra(select={"xmin": "xmin::text"}).values_list("id", "quantity", "xmin"))  # noqa: S610
    second = factory.plan()
    assert (first.changed, second.changed, second.withdrawn) == (6, 0, 0)
    with company_scope(factory.making.trade.actor):
        after = list(Proposal.objects.order_by("id").extra(select={"xmin": "xmin::text"}).values_list("id", "quantity", "xmin"))  # noqa: S610
        assert after == before
        assert PlanRun.objects.count() == 2


def test_what_is_needed_no_more_is_withdrawn_and_what_changed_is_changed(factory: Factory) -> None:
    factory.sell("40", days=10)
    factory.plan()
    factory.making.stock("25", "HERON")
    run = factory.plan()
    assert factory.proposals()["BULB"] == ("buy", "30", day(8)) and run.changed == 6
    factory.making.stock("25", "HERON")
    run = factory.plan()
    assert (factory.proposals(), run.withdrawn) == ({}, 6)


def test_safety_stock_is_filled_up_once(factory: Factory) -> None:
    factory.policy("BASE", safety_stock=D(12))
    factory.making.stock("5", "BASE")
    factory.plan()
    assert factory.proposals() == {"BASE": ("buy", "7", TODAY)}


def test_every_peg_has_two_ends_and_each_end_is_served_whole(factory: Factory) -> None:
    factory.making.stock("10", "SHADE", "BULB")
    order = factory.sell("40", days=10)
    run = factory.plan()
    with company_scope(factory.making.trade.actor):
        pegs = Peg.objects.filter(run_id=run.id)
        assert sum(p.quantity for p in pegs.filter(demand_kind="sales_order", demand_id=order)) == 40
        heron = Proposal.objects.get(product__sku="HERON")
        for_heron = pegs.filter(demand_kind="proposal", demand_id=heron.pk).values_list("product__sku", "supply_kind", "quantity")
        assert sorted(for_heron) == [
            ("BASE", "proposal", 40),
            ("BULB", "proposal", 70),
            ("BULB", "stock", 10),
            ("SHADE", "proposal", 30),
            ("SHADE", "stock", 10),
        ]
        for proposal in Proposal.objects.all():
            served = sum(p.quantity for p in pegs.filter(supply_kind="proposal", supply_id=proposal.pk))
            assert served == proposal.quantity


def test_what_has_no_source_is_told_and_never_silent(factory: Factory) -> None:
    factory.policy("SHADE")
    with company_scope(factory.making.trade.actor):
        from erp.purchasing.models import AgreementLine

        AgreementLine.objects.filter(product__sku="FABRIC").update(active=False)
    factory.sell("4", days=10)
    run = factory.plan()
    with company_scope(factory.making.trade.actor):
        assert list(PlanMessage.objects.filter(run_id=run.id, code="no_source").values_list("product__sku", "quantity")) == [
            ("FABRIC", 2)
        ]
        assert "FABRIC" not in factory.proposals()


def test_accepted_proposals_are_orders_and_are_not_proposed_again(factory: Factory) -> None:
    factory.sell("40", days=10)
    factory.plan()
    factory.accept_all()
    with company_scope(factory.making.trade.actor):
        order = PurchaseOrder.objects.get()
        assert (order.supplier_id, order.source_kind, order.state) == (factory.supplier, "plan_run", "draft")
        assert PurchaseOrderLine.objects.count() == 4
        made = ManufacturingOrder.objects.order_by("product__sku").values_list("product__sku", "quantity", "due_date")
        assert list(made) == [("HERON", 40, day(10)), ("SHADE", 40, day(8))]
        line = PurchaseOrderLine.objects.get(product__sku="BULB")
        proposal = Proposal.objects.get(product__sku="BULB")
        assert (line.source_id, proposal.document_kind, proposal.document_id) == (proposal.pk, "purchase_order", order.pk)
    assert factory.plan().proposals == 0
    with company_scope(factory.making.trade.actor), pytest.raises(ProposalGone):
        accept_proposals(proposal_ids=[proposal.pk], actor=factory.making.trade.actor, at=AT)
    assert differing(factory.making.trade.actor) == []


def test_a_postponed_receipt_makes_no_second_order(factory: Factory) -> None:
    factory.sell("40", days=10)
    factory.plan()
    factory.accept_all()
    with company_scope(factory.making.trade.actor):
        lines = PurchaseOrderLine.objects.filter(product__sku="BULB")
        lines.update(first_promised_date=day(30), last_promised_date=day(30))
    run = factory.plan()
    assert run.proposals == 0
    with company_scope(factory.making.trade.actor):
        assert PlanMessage.objects.filter(run_id=run.id, code="expedite", product__sku="BULB").exists()


def test_a_net_change_plans_what_is_below_and_leaves_the_rest(factory: Factory) -> None:
    factory.policy("BASE", safety_stock=D(12))
    factory.sell("40", days=10)
    run = factory.plan("HERON")
    assert set(items(factory, run.id)) == {"HERON", "SHADE", "BASE", "BULB", "FRAME", "FABRIC"}
    low = factory.plan("BASE")
    assert set(items(factory, low.id)) == {"BASE"}
    assert low.changed == 0  # what the lamps proposed above still wants is counted


def test_an_order_that_is_not_confirmed_is_not_planned_for(factory: Factory) -> None:
    factory.sell("40", days=10, confirmed=False)
    assert factory.plan().proposals == 0


def test_a_run_costs_the_same_for_one_and_for_many_orders(factory: Factory) -> None:
    costs = []
    for count in (1, 10):
        for n in range(count):
            factory.sell("3", days=n)
        with company_scope(factory.making.trade.actor), counted_statements() as so_far:
            run_plan(warehouse_id=factory.making.trade.warehouse, actor=factory.making.trade.actor, at=AT)
            costs.append(so_far())
    assert max(costs) <= 28 and costs[1] - costs[0] <= 6  # the second run also changes, withdraws and ends


def test_making_begins_before_the_days_of_rest(factory: Factory) -> None:
    """A heron takes two days and is wanted on a Monday: it begins on the Thursday before."""
    trade = factory.making.trade
    days = (7 - TODAY.weekday()) % 7 + 14
    factory.sell("4", days=days)
    factory.plan()
    with company_scope(trade.actor):
        start = Proposal.objects.get(product__sku="HERON").start_date
        assert (start - TODAY).days == days - 2
        draft = CalendarDraft(warehouse_id=trade.warehouse, weekdays=MONDAY_TO_FRIDAY)
        save_calendars(calendars=[draft], actor=trade.actor, at=AT)
    factory.plan()
    with company_scope(trade.actor):
        start = Proposal.objects.get(product__sku="HERON").start_date
        assert (start - TODAY).days == days - 4 and start.weekday() == 3
