"""The planner against an independent one: a plain numpy pass over the same arrays comes to the same lots."""

import random

import pytest

from scm.planning.explosion import plan_items
from tests.bench import mrp_numpy
from tests.bench.mrp_arithmetic import TODAY, demands, factory


@pytest.mark.long
@pytest.mark.parametrize("seed", [4, 11])
def test_twenty_thousand_items_come_to_the_same_lots(seed: int) -> None:
    dice = random.Random(seed)
    items, lines = factory(dice)
    wanted = demands(dice, 13)
    plan = plan_items(items, lines, wanted, [], today=TODAY)
    lots = [lot for netted in plan.netted.values() for lot in netted.lots]
    assert mrp_numpy.plan(items, lines, wanted, TODAY) == (len(lots), sum(lot.quantity for lot in lots))
