"""The order of things: found, play two days, copy them, derive the sums, build the indexes, vacuum."""

import datetime

from erp.core import clock
from tests.bench.million.columns import DERIVED
from tests.bench.million.company import ZONE, found_big_company
from tests.bench.million.copies import (
    Store,
    build_indexes,
    carriers,
    copy_day,
    drop_indexes,
    note_day,
    plan_copies,
    tops,
)
from tests.bench.million.derive import advance_counters, derive
from tests.bench.million.references import broken_references
from tests.bench.million.story import PAID_WITHIN_DAYS, Day

YEARS, RECENT_SHARE, ORDERS_PER_CUSTOMER = 3, 0.04, 50
ORDINARY, RECENT = 0, 1
OPENING_HOUR = 1  # UTC


def make(store: Store, *, orders: int, per_day: int) -> None:
    """All steps that are not done yet. What was interrupted while a day was played cannot be resumed: drop it."""
    copies = orders // per_day - 2
    recent = max(1, round(copies * RECENT_SHARE))
    counts = (copies - recent, recent)
    if not store.is_done("played"):
        _play(store, orders, per_day)
    store.once("planned", lambda: _plan(store, counts))
    by_day = carriers(store, counts)
    store.once("indexes dropped", lambda: drop_indexes(store, sorted({t for c in by_day for t in c.spans} - DERIVED)))
    for day, carrier in enumerate(by_day):
        copy_day(store, day, carrier, counts[day])
        store.once(f"day {day} derived", lambda d=day, c=carrier: derive(store, d, c, counts[d]))  # type: ignore[misc]
        store.once(f"day {day} counted", lambda d=day, c=carrier: advance_counters(store, c, counts[d]))  # type: ignore[misc]
    build_indexes(store)
    if not store.is_done("vacuumed"):
        store.say("vacuum, analyse")
        store.run("VACUUM (ANALYZE, FREEZE)")
        store.once("vacuumed", lambda: None)
    store.once("references checked", lambda: _check(store, sorted({t for c in by_day for t in c.spans})))
    store.say("done")


def _check(store: Store, tables: list[str]) -> None:
    store.say("references")
    if broken := broken_references(store, tables):
        raise SystemExit(f"The copies break {', '.join(broken)}")


def _play(store: Store, orders: int, per_day: int) -> None:
    if store.rows("SELECT 1 FROM million.span") or store.rows("SELECT 1 FROM sales_salesorder LIMIT 1"):
        raise SystemExit("It was interrupted while a day was played. Drop it and begin anew: --drop")
    customers = max(100, orders // ORDERS_PER_CUSTOMER)
    company = found_big_company(customers=customers, products=max(100, min(2000, orders // 100)), years=YEARS)
    now = clock.now()
    opening = now.replace(hour=OPENING_HOUR, minute=0, second=0, microsecond=0)
    for day, first in ((ORDINARY, opening - datetime.timedelta(days=PAID_WITHIN_DAYS + 1)), (RECENT, opening)):
        store.run("ANALYZE")
        before = tops(store)
        began = clock.now()
        Day(company, first, seed=day).play(per_day, finished=day == ORDINARY)
        after = tops(store)
        note_day(store, day, before, after, late=began - first)
        store.say(f"played {per_day} orders of {clock.local_date(first, ZONE)}")
    store.once("played", lambda: None)


def _plan(store: Store, counts: tuple[int, int]) -> None:
    today = clock.local_date(clock.now(), ZONE)
    old = today - datetime.timedelta(days=PAID_WITHIN_DAYS + 1)
    start = datetime.date(today.year - YEARS, 1, 10)
    dates = [start + datetime.timedelta(days=i) for i in range((old - start).days + 1)]
    plan_copies(store, ORDINARY, count=counts[ORDINARY], last=old, dates=dates)
    days = [old + datetime.timedelta(days=i) for i in range(1, PAID_WITHIN_DAYS + 2)]
    plan_copies(store, RECENT, count=counts[RECENT], last=today, dates=days)
