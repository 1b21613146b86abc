"""Bills of materials: what is refused, validity by day, the ways up and down."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from erp.core.errors import InvalidValue, Refusals
from erp.core.scope import company_scope
from erp.manufacturing.errors import BillCycle, NoBill, OverlappingBill
from erp.manufacturing.models import BillOfMaterials
from erp.manufacturing.queries import explode, roll_up_costs, valid_bills, where_used
from tests.support.books import differing
from tests.support.cast import TODAY
from tests.support.making import FIRST, Making

D = Decimal


def test_a_product_cannot_contain_itself_over_three_levels(making: Making) -> None:
    with pytest.raises(BillCycle) as refused:
        making.save(making.bom("FRAME", ("HERON", "1")))
    assert str(refused.value.params["path"]) in {
        "HERON > SHADE > FRAME > HERON",
        "FRAME > HERON > SHADE > FRAME",
        "SHADE > FRAME > HERON > SHADE",
    }
    with pytest.raises(BillCycle):
        making.save(making.bom("BASE", ("BASE", "1")))


def test_everything_that_is_wrong_is_said_at_once(making: Making) -> None:
    bad = making.bom("BULB", ("BASE", "0"), ("FRAME", "-1"), lead_days=-1, yield_fraction=D(2))
    with pytest.raises(Refusals) as refused:
        making.save(bad)
    assert [r.field for r in refused.value.refusals] == [
        "yield_fraction",
        "lead_days",
        "lines.0.quantity",
        "lines.1.quantity",
    ]
    with pytest.raises(InvalidValue):
        making.save(replace(making.bom("BULB"), lines=[]))


def test_two_bills_of_a_product_do_not_share_a_day(making: Making) -> None:
    with pytest.raises(OverlappingBill):
        making.save(making.bom("HERON", ("BASE", "1")))
    making.save(making.bom("HERON", ("BASE", "1"), code="budget"))


def test_the_bill_of_the_day_counts(making: Making) -> None:
    later = TODAY + datetime.timedelta(days=10)
    with company_scope(making.trade.actor):
        BillOfMaterials.objects.filter(product_id=making.products["SHADE"]).update(valid_to_date=later - datetime.timedelta(1))
    making.save(replace(making.bom("SHADE", ("FRAME", "2")), valid_from_date=later))
    with company_scope(making.trade.actor):
        shade = making.products["SHADE"]
        assert [c.quantity for c in valid_bills(on=TODAY)[shade].components] == [1, D("0.5")]
        assert [c.quantity for c in valid_bills(on=later)[shade].components] == [2]
        assert shade not in valid_bills(on=FIRST - datetime.timedelta(days=1))


def test_down_and_up_through_all_levels(making: Making) -> None:
    ids = making.products
    with company_scope(making.trade.actor):
        assert explode(ids["HERON"], D(10), on=TODAY) == {
            ids["SHADE"]: D(10),
            ids["BASE"]: D(10),
            ids["BULB"]: D(20),
            ids["FRAME"]: D(10),
            ids["FABRIC"]: D(5),
        }
        assert where_used(ids["FABRIC"], on=TODAY) == [(ids["SHADE"], 1, D("0.5")), (ids["HERON"], 2, D("0.5"))]


def test_costs_roll_up_from_what_lies_on_the_shelf(making: Making) -> None:
    making.stock("10", "FRAME", "BASE", "BULB")
    with company_scope(making.trade.actor):
        heron = making.products["HERON"]
        assert not roll_up_costs([heron], on=TODAY)[heron].known  # no fabric
    making.stock("10", "FABRIC", cost="4")
    with company_scope(making.trade.actor):
        node = roll_up_costs([heron], on=TODAY)[heron]
        assert (node.each, node.known) == (D(10), True)  # shade 2 + 0.5 · 4, base 2, two bulbs 4
    assert differing(making.trade.actor) == []


def test_without_a_bill_nothing_is_made(making: Making) -> None:
    with pytest.raises(NoBill):
        making.order("BASE", "1")
