"""Rows that ask whether size matters: on the company of a million orders where `make million` has made it."""

import os
import statistics
from collections.abc import Iterator

from tests.bench import database
from tests.bench.big import GROUPS, Company
from tests.bench.million.__main__ import NAME as MILLION
from tests.bench.million.company import CODE
from tests.bench.row import Row

PAGE_AIMS = {"list": 60, "document": 60, "thread": 60, "dashboard": 150}


def growth_and_pages(small: str, *, rounds: int, orders: int, samples: int) -> Iterator[Row]:
    """The rows of the big company; without it the small one stands in, and the rows say so."""
    here = dict(os.environ)
    is_big = database.exists(MILLION)
    if is_big:
        database.migrate(MILLION)  # it may be older than the code
    big = Company(CODE, database.environment(MILLION)) if is_big else Company(small, here)
    note = f"{big.ask('count'):,} orders" if is_big else "without the million"
    try:
        if is_big:
            yield from _growth(Company(small, here), big, rounds=rounds, orders=orders, note=note)
        yield from _reports(big, note)
        yield from _pages(big, samples, note)
    finally:
        big.close()


def _growth(small: Company, big: Company, *, rounds: int, orders: int, note: str) -> Iterator[Row]:
    """Both in turn, warmed up, so that both see the same machine."""
    seconds = {small: 0.0, big: 0.0}
    try:
        for company in seconds:
            company.ask(f"trade {orders}")
        for _ in range(rounds):
            for company in seconds:
                seconds[company] += company.ask(f"trade {orders}")["seconds"]
    finally:
        small.close()
    rates = {company: rounds * orders / spent for company, spent in seconds.items()}
    ratio = rates[big] / rates[small]
    yield Row("o2c.growth", rates[big], "orders/s", rates[small], ratio, ">= 0.9 of the small company", ratio >= 0.9, note)


def _reports(big: Company, note: str) -> Iterator[Row]:
    found = big.ask("reports 5")
    for name, key in (("ledger.trial_balance", "trial_balance"), ("receivables.ageing", "ageing")):
        yield Row(name, found[key], "ms, slowest of 5", aim="< 1,000", met=found[key] < 1000, note=note)
    yield Row("receivables.ageing.past", found["ageing_past"], "ms, of two months ago", note=note)


def _pages(big: Company, samples: int, note: str) -> Iterator[Row]:
    found = big.ask(f"pages {samples}")
    for group in GROUPS:
        times = found[group]
        slow = statistics.quantiles(times * 2, n=100)[94]  # twice, so that one page is enough
        middle = statistics.median(times)
        aim = PAGE_AIMS[group]
        is_met = slow < aim and (group == "dashboard" or middle < 20)
        words = f"ms p95, p50 {middle:.1f}, {len(times)} pages"
        yield Row(
            f"pages.{group}", slow, words, aim=f"< {aim}" + ("" if group == "dashboard" else ", p50 < 20"), met=is_met, note=note
        )
