"""The rows of the bench: each is one figure with what it is compared to and what it should be."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from tests.bench.buying import Buying
from tests.bench.database import ROOT, analyse
from tests.bench.entry import entry
from tests.bench.planning import planning
from tests.bench.posting import posting
from tests.bench.reference_buying import BuyingReference
from tests.bench.relay import Watcher, latency_idle, latency_load, throughput, worker
from tests.bench.row import Row
from tests.bench.size import growth_and_pages
from tests.bench.timing import Timing, statements, timed
from tests.bench.trade import Trade
from tests.bench.walls import walls

MAX_STATEMENTS, MAX_BUYING_STATEMENTS = 42, 37


@dataclass(frozen=True)
class Size:
    """How much work a run does."""

    warm: int
    rounds: int
    singles: int
    sets: int
    contended: int
    latencies: int
    backlog: int
    load_seconds: int
    entries: int
    bulks: int
    journal_lines: int
    growth: int
    samples: int
    companies: int
    net_changes: int


FULL = Size(
    warm=60,
    rounds=4,
    singles=150,
    sets=3,
    contended=200,
    latencies=60,
    backlog=2000,
    load_seconds=20,
    entries=300,
    bulks=5,
    journal_lines=100_000,
    growth=150,
    samples=12,
    companies=2000,
    net_changes=20,
)
SHORT = Size(
    warm=20,
    rounds=2,
    singles=25,
    sets=1,
    contended=0,
    latencies=0,
    backlog=0,
    load_seconds=0,
    entries=0,
    bulks=0,
    journal_lines=5000,
    growth=0,
    samples=0,
    companies=0,
    net_changes=0,
)


def measure(size: Size, only: str) -> Iterator[Row]:
    """Measure row by row; `only` is the beginning of the names wanted, up to the first dot."""
    trade = Trade("bench")
    trade.order_to_cash()
    analyse()
    if _wanted(only, "o2c"):
        with worker(1):
            yield from _statements(trade)
            yield from _order_to_cash(trade, size)
            if size.entries:
                yield from entry("bench", singles=size.entries, bulks=size.bulks)
            if size.contended:
                yield from _contended(size)
    if _wanted(only, "p2p"):
        with worker(1):
            yield from _procure_to_pay(trade, size)
    if _wanted(only, "ledger"):
        yield from posting(trade, lines=size.journal_lines, rounds=2 if size.latencies else 1)
    if size.latencies and _wanted(only, "relay"):
        with worker(1):
            yield from _relay(size)
    if size.growth and _wanted(only, "size"):
        _trade_up_to(trade, 1000)
        yield from growth_and_pages("bench", rounds=size.rounds, orders=size.growth, samples=size.samples)
    if size.net_changes and _wanted(only, "mrp"):
        yield from planning(size.net_changes)
    if size.companies and _wanted(only, "walls"):
        yield from walls(size.companies, orders=size.growth, rounds=size.rounds)


def _wanted(only: str, *names: str) -> bool:
    return not only or only in names


def _trade_up_to(trade: Trade, orders: int) -> None:
    """The small company of `o2c.growth` has a thousand orders and statistics of them."""
    from erp.sales.models import SalesOrder

    while trade.unit(SalesOrder.objects.count) < orders:
        trade.order_to_cash(100)
    analyse()


def _statements(trade: Trade) -> Iterator[Row]:
    counts = {lines: statements(lambda lines=lines: trade.order_to_cash(1, lines)) for lines in (5, 50)}  # type: ignore[misc]
    aim = f"<= {MAX_STATEMENTS}, whatever the lines"
    yield Row("o2c.statements", counts[5], "per order", aim=aim, met=counts[5] <= MAX_STATEMENTS and counts[5] == counts[50])
    per_set = statements(lambda: trade.order_to_cash(100))
    yield Row("o2c.statements_set100", per_set, "per set of 100", aim="as many as for one order", met=per_set <= counts[5])


def _in_turn(reference: Any, ours: Callable[..., None], size: Size) -> tuple[Timing, Timing, Timing]:
    """Reference, one order and sets of a hundred in turn, so that all see the same machine. Both first trade a little and are
    analysed: plans made for empty tables cost the reference half of its processor time again."""
    hand, single, sets = Timing(), Timing(), Timing()
    [backend] = [value.info.backend_pid for value in vars(reference).values() if isinstance(value, psycopg.Connection)]
    for work in (reference.order, ours):
        timed(Timing(), work, calls=size.warm, orders=1)
    ours(100)
    analyse()
    for work in (reference.order, ours):
        timed(Timing(), work, calls=10, orders=1)
    for _ in range(size.rounds):
        timed(hand, reference.order, calls=size.singles, orders=1, backend=backend)
        timed(single, ours, calls=size.singles, orders=1)
        timed(sets, lambda: ours(100), calls=size.sets, orders=100)
    return hand, single, sets


def _order_to_cash(trade: Trade, size: Size) -> Iterator[Row]:
    yield from _compared("o2c", *_in_turn(_reference(), trade.order_to_cash, size))


def _procure_to_pay(trade: Trade, size: Size) -> Iterator[Row]:
    buying = Buying(trade)
    buying.procure_to_pay(100)
    analyse()
    counts = {lines: statements(lambda lines=lines: buying.procure_to_pay(1, lines)) for lines in (5, 50)}  # type: ignore[misc]
    aim = f"<= {MAX_BUYING_STATEMENTS}, whatever the lines"
    met = counts[5] <= MAX_BUYING_STATEMENTS and counts[5] == counts[50]
    yield Row("p2p.statements", counts[5], "per order", aim=aim, met=met)
    per_set = statements(lambda: buying.procure_to_pay(100))
    yield Row("p2p.statements_set100", per_set, "per set of 100", aim="as many as for one order", met=per_set <= counts[5])
    reference = BuyingReference(settings.DATABASE_OWNER_URL, 1000, 1)
    yield from _compared("p2p", *_in_turn(reference, buying.procure_to_pay, size))


def _compared(name: str, hand: Timing, single: Timing, sets: Timing) -> Iterator[Row]:
    yield Row(f"{name}.reference", hand.rate, "orders/s")
    yield _against(f"{name}.single", single, hand, ">= 0.55", 0.55)
    for percent in (50, 95, 99):
        yield Row(f"{name}.single.p{percent}", single.percentile(percent), "ms", hand.percentile(percent))
    yield Row(f"{name}.single.client_cpu", 1e3 * single.client_cpu / single.orders, "ms per order")
    yield Row(f"{name}.single.server_cpu", 1e3 * single.server_cpu / single.orders, "ms per order")
    yield _against(f"{name}.set100", sets, hand, ">= 5", 5.0)
    for kind, timing in (("single", single), ("set100", sets)):
        ratio = hand.per_order / timing.per_order
        yield Row(f"{name}.{kind}.cpu", timing.per_order, "ms per order, client and server", hand.per_order, ratio)


def _against(name: str, timing: Timing, hand: Timing, aim: str, least: float) -> Row:
    ratio = timing.rate / hand.rate
    return Row(name, timing.rate, "orders/s", hand.rate, ratio, aim, ratio >= least)


def _reference() -> Any:
    """The hand-written limit: the shared one where it is present, else our own of the same writes."""
    shared = Path(os.environ.get("WEFT_SHARED", ROOT.parent / "shared")) / "bench" / "reference.py"
    path = shared if shared.exists() else Path(__file__).with_name("reference.py")
    spec = importlib.util.spec_from_file_location("o2c_reference", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Reference(settings.DATABASE_OWNER_URL, 1000, 1)


def _contended(size: Size) -> Iterator[Row]:
    """All orders on the same 50 products: one process, then two at once."""
    Trade("bench_hot").order_to_cash()
    alone, _ = _processes(1, size.contended)
    both, errors = _processes(2, size.contended)
    yield Row("o2c.contended1", alone, "orders/s")
    yield Row("o2c.contended2", both, "orders/s", alone, both / alone, ">= 1.35", both / alone >= 1.35)
    yield Row("o2c.contended_errors", errors, "errors", aim="0", met=errors == 0)


def _processes(count: int, orders: int) -> tuple[float, int]:
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.contended", str(seed), str(orders)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(count)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [json.loads(process.communicate()[0]) for process in running]
    return sum(a["orders"] - a["errors"] for a in answers) / max(a["seconds"] for a in answers), sum(a["errors"] for a in answers)


def _relay(size: Size) -> Iterator[Row]:
    trade, watcher = Trade("bench_automatic", automatic=True), Watcher()
    for orders in (100, 100, 1, 1, 1, 1, 1):
        if orders == 1:
            analyse()  # without it the chain runs with plans for empty tables, 30 times slower after 1,000 orders
        trade.place(orders)
        watcher.wait_until_idle(trade.actor.company_id)
    middle, slowest = latency_idle(trade, watcher, size.latencies)
    yield Row("relay.latency_idle.p50", middle, "ms")
    yield Row("relay.latency_idle", slowest, "ms p99, placed order to last reaction", aim="< 250", met=slowest < 250)
    middle, slowest, reached = latency_load(trade, watcher, per_second=100, seconds=size.load_seconds)
    yield Row("relay.latency_load.p50", middle, f"ms at {reached:.0f} orders/s")
    met = slowest < 1000 and reached > 95
    yield Row("relay.latency_load", slowest, f"ms p99 at {reached:.0f} orders/s", aim="< 1,000 at 100 orders/s", met=met)
    rate = throughput(trade, watcher, size.backlog)
    yield Row("relay.throughput", rate, "reactions/s", aim=">= 3,000 (with their effects)", met=rate >= 3000)


def as_json(row: Row) -> dict[str, Any]:
    return asdict(row)
