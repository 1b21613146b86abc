"""`python -m tests.bench.mrp_arithmetic [--weeks 13]`: the planner's pure arithmetic alone, without a database.

20,000 items on 6 levels, 16,600 of them made, 100,000 bill lines, 20,000 demands over so many weeks; seeded. Weeks are the
buckets: the more of them, the more lots and pegs each item gets. Seconds are those of the processor.
"""

import argparse
import random
import resource
import time
from datetime import date, timedelta

from scm.planning.explosion import BillLine, Plan, plan_items
from scm.planning.lots import LotRule
from scm.planning.messages import find_messages
from scm.planning.netting import Item, Kind
from scm.planning.rules import MICRO, Bucket, Ref, Requirement, Usage

TODAY = date(2026, 3, 2)
LEVELS, MADE, BOUGHT, LINES, DEMANDS = 6, 16_600, 3_400, 100_000, 20_000
PER_LEVEL = MADE // (LEVELS - 1)


def factory(dice: random.Random) -> tuple[list[Item], list[BillLine]]:
    """Made items fill the upper levels evenly; each has a component one level below, the rest lies anywhere below."""
    items = [_item(dice, product) for product in range(MADE + BOUGHT)]
    edges = {(parent, dice.randrange(*_level(parent // PER_LEVEL + 1))) for parent in range(MADE)}
    while len(edges) < LINES:
        parent = dice.randrange(MADE)
        edges.add((parent, dice.randrange(_level(parent // PER_LEVEL + 1)[0], MADE + BOUGHT)))
    return items, [BillLine(*edge, Usage.of(dice.randint(1, 3) * MICRO, decimals=0)) for edge in sorted(edges)]


def demands(dice: random.Random, weeks: int) -> list[Requirement]:
    return [
        Requirement(
            dice.randrange(PER_LEVEL),
            dice.randint(1, 20) * MICRO,
            TODAY + timedelta(weeks=dice.randrange(weeks), days=dice.randrange(5)),
            Ref("sales_order", number, 1),
        )
        for number in range(DEMANDS)
    ]


def _item(dice: random.Random, product: int) -> Item:
    return Item(
        product,
        Kind.MAKE if product < MADE else Kind.BUY,
        on_hand=dice.randint(0, 20) * MICRO,
        safety_stock=dice.randint(0, 10) * MICRO,
        lot=LotRule(minimum=5 * MICRO, multiple=MICRO),
        lead_days=dice.randint(1, 5),
        bucket=Bucket.WEEK,
    )


def _level(number: int) -> tuple[int, int]:
    """The products of a level, first and first of the next."""
    return number * PER_LEVEL, MADE + BOUGHT if number == LEVELS - 1 else (number + 1) * PER_LEVEL


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.mrp_arithmetic")
    parser.add_argument("--weeks", type=int, default=13)
    weeks = parser.parse_args().weeks
    dice = random.Random(4)
    items, lines = factory(dice)
    wanted = demands(dice, weeks)
    before = _megabytes()
    began = time.process_time()
    plan = plan_items(items, lines, wanted, [], today=TODAY)
    planned = time.process_time()
    messages = sum(1 for netted in plan.netted.values() for _ in find_messages(netted, today=TODAY))
    told = time.process_time()
    grown = _megabytes() - before
    _report(plan, weeks=weeks, messages=messages, planning=planned - began, telling=told - planned, memory=grown)


def _report(plan: Plan, *, weeks: int, messages: int, planning: float, telling: float, memory: float) -> None:
    lots = sum(len(netted.lots) for netted in plan.netted.values())
    pegs = sum(len(netted.pegs) for netted in plan.netted.values())
    print(  # noqa: T201
        f"{weeks} weeks, {1 + max(plan.levels.codes.values())} levels: {lots:,} lots, {pegs:,} pegs, {messages:,} messages; "
        f"planned in {planning:.2f} s = {1e3 * planning / lots:.4f} ms per lot, told in {telling:.2f} s, {memory:,.0f} MB more"
    )


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
