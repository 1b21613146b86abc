"""From a planned order to goods on the shelf: components kept, issued, what comes out costs what went in, and nothing is left."""

from decimal import Decimal

import pytest

from erp.core.errors import WrongState
from erp.core.scope import company_scope
from erp.inventory.models import Reservation, StockLevel
from erp.ledger.models import AccountRole
from erp.manufacturing.drafts import CompletionDraft, ManufacturingDraft, ProductionMove
from erp.manufacturing.errors import ComponentsMissing, MoreThanOrdered
from erp.manufacturing.models import ComponentLine, ManufacturingOrder, ProductionCompletion
from erp.manufacturing.operations.complete_production import complete_production
from erp.manufacturing.operations.end_production import cancel_production, close_production, move_production
from erp.manufacturing.operations.issue_components import issue_components
from erp.manufacturing.operations.place_production import place_production
from erp.manufacturing.operations.release_production import release_production
from erp.manufacturing.queries import find_releasable
from tests.support.books import balance, differing
from tests.support.cast import AT, TODAY, counted_statements
from tests.support.making import Making

D = Decimal


def order_of(making: Making, pk: int) -> ManufacturingOrder:
    with company_scope(making.trade.actor):
        return ManufacturingOrder.objects.get(pk=pk)


def stocked(making: Making) -> Making:
    making.stock("100", "SHADE", "BASE", "BULB")
    return making


def test_an_order_copies_its_components(making: Making) -> None:
    pk = making.order("HERON", "10", released=False)
    with company_scope(making.trade.actor):
        rows = ComponentLine.objects.filter(order_id=pk).order_by("sequence").values_list("product__sku", "required")
        assert list(rows) == [("SHADE", 10), ("BASE", 10), ("BULB", 20)]


def test_release_is_all_or_nothing_and_names_what_is_missing(making: Making) -> None:
    making.stock("15", "SHADE", "BASE", "BULB")
    with pytest.raises(ComponentsMissing) as refused:
        making.order("HERON", "10")
    assert refused.value.params["components"] == "BULB 5"
    with company_scope(making.trade.actor):
        assert not Reservation.objects.filter(kind="manufacturing_order").exists()


def test_cost_comes_out_by_share_and_the_last_units_take_the_rest(making: Making) -> None:
    """Ten lamps of 8.00 each in parts of 3, 4 and 3: what is on the shelf costs what went in, and nothing is left in the
    order."""
    pk = stocked(making).order("HERON", "10")
    for part in ("3", "4", "3"):
        making.complete(pk, part)
    order = order_of(making, pk)
    assert (order.completed, order.state, order.wip) == (10, "completed", 0)
    with company_scope(making.trade.actor):
        assert list(ProductionCompletion.objects.order_by("id").values_list("value", flat=True)) == [D(24), D(32), D(24)]
        assert balance(AccountRole.WORK_IN_PROGRESS) == 0
        assert StockLevel.objects.get(product_id=making.products["HERON"]).value == D(80)
        close_production(order_ids=[pk], actor=making.trade.actor, at=AT)
        assert balance(AccountRole.PRODUCTION_VARIANCE) == 0
    assert differing(making.trade.actor) == []


def test_unexpected_scrap_is_a_loss_and_expected_scrap_is_carried_by_the_good_ones(making: Making) -> None:
    stocked(making)
    loss, carried = making.order("HERON", "10"), making.order("HERON", "10")
    making.complete(loss, "8", "2")
    making.complete(carried, "8", "2", expected=True)
    with company_scope(making.trade.actor):
        assert balance(AccountRole.PRODUCTION_SCRAP) == D(16)
        assert StockLevel.objects.get(product_id=making.products["HERON"]).value == D(64) + D(80)
        assert balance(AccountRole.WORK_IN_PROGRESS) == 0
    assert {order_of(making, pk).state for pk in (loss, carried)} == {"completed"}
    assert differing(making.trade.actor) == []


def test_an_order_closed_short_leaves_a_variance(making: Making) -> None:
    pk = stocked(making).order("HERON", "10")
    making.complete(pk, "4")
    with company_scope(making.trade.actor):
        close_production(order_ids=[pk], actor=making.trade.actor, at=AT)
        assert balance(AccountRole.PRODUCTION_VARIANCE) == D(48)
        assert balance(AccountRole.WORK_IN_PROGRESS) == 0
    assert (order_of(making, pk).state, order_of(making, pk).wip) == ("closed", 0)
    assert differing(making.trade.actor) == []


def test_issued_once_and_completed_no_further_than_ordered(making: Making) -> None:
    pk = stocked(making).order("HERON", "10")
    with company_scope(making.trade.actor):
        issue_components(order_ids=[pk], date=TODAY, actor=making.trade.actor, at=AT)
        assert balance(AccountRole.WORK_IN_PROGRESS) == D(80)
        assert not Reservation.objects.filter(kind="manufacturing_order").exists()
    with pytest.raises(MoreThanOrdered):
        making.complete(pk, "11")
    making.complete(pk, "10")
    with pytest.raises(WrongState):
        making.complete(pk, "1")


def test_a_planned_order_cannot_be_completed_and_a_begun_one_not_cancelled(making: Making) -> None:
    planned, begun = making.order("HERON", "1", released=False), stocked(making).order("HERON", "1")
    with pytest.raises(WrongState):
        making.complete(planned, "1")
    making.complete(begun, "1")
    with company_scope(making.trade.actor), pytest.raises(WrongState):
        cancel_production(order_ids=[begun], actor=making.trade.actor, at=AT)


def test_a_cancelled_order_frees_its_components(making: Making) -> None:
    pk = stocked(making).order("HERON", "10")
    with company_scope(making.trade.actor):
        cancel_production(order_ids=[pk], actor=making.trade.actor, at=AT)
        assert not StockLevel.objects.filter(reserved__gt=0).exists()
    assert differing(making.trade.actor) == []


def test_what_can_begin_is_found_by_priority_as_far_as_the_stock_goes(making: Making) -> None:
    making.stock("20", "SHADE", "BASE")
    making.stock("30", "BULB")
    first = making.order("HERON", "10", released=False)
    urgent = making.order("HERON", "10", released=False, priority=5)
    small = making.order("HERON", "5", released=False, days=9)
    with company_scope(making.trade.actor):
        warehouse, bulb = making.trade.warehouse, making.products["BULB"]
        assert find_releasable(warehouse_id=warehouse, product_ids=[bulb]) == [urgent, small]  # 20 of 30 bulbs, then 10
        release_production(order_ids=[urgent, small], actor=making.trade.actor, at=AT)
        assert find_releasable(warehouse_id=warehouse) == []
        assert ManufacturingOrder.objects.get(pk=first).state == "planned"


def test_a_moved_order_keeps_its_first_due_day(making: Making) -> None:
    pk = making.order("HERON", "1", released=False)
    before = order_of(making, pk)
    with company_scope(making.trade.actor):
        move = ProductionMove(order_id=pk, start_date=TODAY, due_date=before.due_date.replace(day=20))
        move_production(moves=[move], actor=making.trade.actor, at=AT)
    after = order_of(making, pk)
    assert (after.due_date.day, after.first_due_date) == (20, before.due_date)


def test_making_costs_the_same_for_one_and_for_many(making: Making) -> None:
    making.stock("900", "SHADE", "BASE", "BULB", "HERON")  # the first goods of a product make its stock level
    costs = []
    for count in (1, 12):
        with company_scope(making.trade.actor), counted_statements() as so_far:
            by = {"actor": making.trade.actor, "at": AT}
            draft = ManufacturingDraft(
                product_id=making.products["HERON"],
                quantity=D(3),
                warehouse_id=making.trade.warehouse,
                date=TODAY,
                due_date=TODAY,
                start_date=TODAY,
            )
            ids = [p.id for p in place_production(orders=[draft] * count, **by)]  # type: ignore[arg-type]
            release_production(order_ids=ids, **by)  # type: ignore[arg-type]
            issue_components(order_ids=ids, date=TODAY, **by)  # type: ignore[arg-type]
            done = [CompletionDraft(order_id=pk, good=D(2), scrapped=D(1), date=TODAY) for pk in ids]
            complete_production(completions=done, **by)  # type: ignore[arg-type]
            close_production(order_ids=ids, **by)  # type: ignore[arg-type]
            costs.append(so_far())
    assert costs[0] == costs[1] <= 60
