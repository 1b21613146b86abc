"""Components that go into an order in parts, and come back: at the cost they went in with, as long as it still lies there."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from erp.core.errors import InvalidValue, Refusals, WrongState
from erp.core.scope import company_scope
from erp.documents.errors import DateInFuture
from erp.identity.roles import Role
from erp.inventory.models import Reservation, StockLevel
from erp.ledger.models import AccountRole
from erp.manufacturing.drafts import ComponentPart, ReturnDraft
from erp.manufacturing.errors import CostHasGone, MoreThanIssued, MoreThanRequired
from erp.manufacturing.models import ComponentLine, ManufacturingOrder
from erp.manufacturing.operations.end_production import close_production
from erp.manufacturing.operations.issue_components import issue_components
from erp.manufacturing.operations.return_components import return_components
from tests.support.books import balance, differing
from tests.support.cast import AT, TODAY, counted_statements
from tests.support.making import Making
from tests.support.trade import LogIn

D = Decimal
Facts = dict[str, tuple[Any, Any]]


@pytest.fixture
def busy(making: Making) -> tuple[Making, int]:
    """Ten herons, released: ten shades at 3, ten bases at 2 and twenty bulbs at 2 are kept for them."""
    making.stock("100", "SHADE", cost="3")
    making.stock("100", "BASE", "BULB")
    return making, making.order("HERON", "10")


def parts(making: Making, order: int, quantities: Mapping[str, str]) -> list[ComponentPart]:
    with company_scope(making.trade.actor):
        ids = dict(ComponentLine.objects.filter(order=order).values_list("product__sku", "id"))
    return [ComponentPart(component_id=ids[sku], quantity=D(quantity)) for sku, quantity in quantities.items()]


def issue(making: Making, order: int, **quantities: str) -> None:
    wanted = parts(making, order, quantities) if quantities else None
    with company_scope(making.trade.actor):
        issue_components(order_ids=[order], date=TODAY, parts=wanted, actor=making.trade.actor, at=AT)


def give_back(making: Making, order: int, *, date: datetime.date = TODAY, **quantities: str) -> None:
    draft = ReturnDraft(order_id=order, date=date, lines=parts(making, order, quantities))
    with company_scope(making.trade.actor):
        return_components(returns=[draft], actor=making.trade.actor, at=AT)


def stands(making: Making, order: int) -> tuple[str, Any, Facts]:
    """State, cost in the order, issued and reserved of each component."""
    with company_scope(making.trade.actor):
        found = ManufacturingOrder.objects.get(pk=order)
        rows = ComponentLine.objects.filter(order=order).values_list("product__sku", "issued", "reserved")
        return found.state, found.wip, {sku: (issued, reserved) for sku, issued, reserved in rows}


def shelf(making: Making, sku: str) -> tuple[Any, Any]:
    with company_scope(making.trade.actor):
        level = StockLevel.objects.get(product=making.products[sku])
        return level.on_hand, level.value


def test_components_go_in_bit_by_bit_and_what_is_kept_for_them_shrinks(busy: tuple[Making, int]) -> None:
    making, order = busy
    issue(making, order, SHADE="4", BULB="20")
    assert stands(making, order) == ("in_progress", 52, {"SHADE": (4, 6), "BASE": (0, 10), "BULB": (20, 0)})
    with company_scope(making.trade.actor):
        assert sorted(Reservation.objects.values_list("quantity", flat=True)) == [6, 10]
    issue(making, order)
    assert stands(making, order) == ("in_progress", 90, {"SHADE": (10, 0), "BASE": (10, 0), "BULB": (20, 0)})
    assert differing(making.trade.actor) == []


def test_a_completion_issues_what_is_still_kept_for_the_order(busy: tuple[Making, int]) -> None:
    making, order = busy
    issue(making, order, SHADE="4")
    making.complete(order, "10")
    assert stands(making, order)[:2] == ("completed", 0)
    assert shelf(making, "HERON") == (10, 90)
    assert differing(making.trade.actor) == []


def test_what_comes_back_costs_what_it_cost_and_the_last_takes_the_rest(busy: tuple[Making, int]) -> None:
    making, order = busy
    issue(making, order)
    making.stock("100", "SHADE", cost="9")
    give_back(making, order, SHADE="4")
    assert stands(making, order) == ("in_progress", 78, {"SHADE": (6, 0), "BASE": (10, 0), "BULB": (20, 0)})
    assert shelf(making, "SHADE") == (194, 270 + 900 + 12)
    give_back(making, order, SHADE="6", BASE="10", BULB="20")
    assert stands(making, order)[1:] == (0, {"SHADE": (0, 0), "BASE": (0, 0), "BULB": (0, 0)})
    with company_scope(making.trade.actor):
        assert balance(AccountRole.WORK_IN_PROGRESS) == 0
    assert differing(making.trade.actor) == []


def test_an_order_from_which_everything_came_back_can_be_issued_again_or_closed(busy: tuple[Making, int]) -> None:
    making, order = busy
    issue(making, order)
    give_back(making, order, SHADE="10", BASE="10", BULB="20")
    issue(making, order, SHADE="1", BASE="1", BULB="2")
    making.complete(order, "1")
    assert shelf(making, "HERON") == (1, D("0.9"))
    with company_scope(making.trade.actor):
        close_production(order_ids=[order], actor=making.trade.actor, at=AT)
    assert stands(making, order)[:2] == ("closed", 0)
    assert differing(making.trade.actor) == []


def test_what_finished_goods_have_taken_does_not_come_back(busy: tuple[Making, int]) -> None:
    making, order = busy
    issue(making, order)
    making.complete(order, "9")
    before = stands(making, order)
    with pytest.raises(CostHasGone, match="have taken the cost"):
        give_back(making, order, BULB="20")
    assert stands(making, order) == before
    give_back(making, order, BULB="2")
    assert stands(making, order)[1] == 5
    assert differing(making.trade.actor) == []


def test_wrong_parts_are_refused_at_their_fields_all_at_once(busy: tuple[Making, int]) -> None:
    making, order = busy
    with pytest.raises(MoreThanRequired) as much:
        issue(making, order, SHADE="11")
    assert much.value.field == "lines.0.quantity"
    with pytest.raises(WrongState):
        give_back(making, order, SHADE="1")
    issue(making, order, SHADE="4", BASE="4")
    with pytest.raises(Refusals) as many:
        give_back(making, order, SHADE="5", BASE="0.5")
    wrong = {refusal.field: type(refusal) for refusal in many.value.refusals}
    assert wrong == {"lines.0.quantity": MoreThanIssued, "lines.1.quantity": InvalidValue}
    with pytest.raises(DateInFuture):
        give_back(making, order, date=TODAY + datetime.timedelta(days=400), SHADE="1")
    assert stands(making, order)[1] == 20


def test_coming_back_costs_the_same_for_one_order_and_for_many(busy: tuple[Making, int]) -> None:
    making, first = busy
    orders = [first, *(making.order("HERON", "3") for _ in range(4))]
    for order in orders:
        issue(making, order)
    counts = []
    for some in (orders[:1], orders[1:]):
        drafts = [ReturnDraft(order_id=pk, date=TODAY, lines=parts(making, pk, {"SHADE": "1", "BULB": "2"})) for pk in some]
        with company_scope(making.trade.actor), counted_statements() as count:
            return_components(returns=drafts, actor=making.trade.actor, at=AT)
        counts.append(count())
    assert counts[0] == counts[1]
    assert differing(making.trade.actor) == []


def test_parts_are_issued_and_returned_on_their_forms(busy: tuple[Making, int], log_in: LogIn) -> None:
    making, order = busy
    client = log_in(Role.PRODUCTION_OPERATOR)
    shade, base = (part.component_id for part in parts(making, order, {"SHADE": "1", "BASE": "1"}))
    page = reverse("manufacturing:issue_parts", args=[order])
    assert b"At most 20 PC" in client.get(page).content
    refused = client.post(page, {f"part_{shade}": "12", f"part_{base}": "1", "date": TODAY.isoformat()})
    assert refused.status_code == 200 and "takes 10 more of SHADE" in refused.content.decode()
    assert client.post(page, {f"part_{shade}": "2", f"part_{base}": "1", "date": TODAY.isoformat()}).status_code == 302
    assert stands(making, order)[2]["SHADE"] == (2, 8)
    back = reverse("manufacturing:return_parts", args=[order])
    assert b"BULB" not in client.get(back).content
    assert client.post(back, {f"part_{shade}": "2", "date": TODAY.isoformat()}).status_code == 302
    assert stands(making, order)[1:] == (2, {"SHADE": (0, 8), "BASE": (1, 9), "BULB": (0, 20)})
