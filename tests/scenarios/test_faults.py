"""kill -9 of web, worker and PostgreSQL in the middle of the work: every order comes to its end once."""

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.fault_site import ROOT, FaultSite, fault_site, wait_until

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("faults")]
HANDLERS = [f"order_to_cash.{verb}" for verb in ("confirm", "reserve", "deliver", "invoice")]
# what is killed, and where the process stands then
KILLS = [
    ("worker child", "relay.claimed"),
    *(("worker child", handler) for handler in HANDLERS),
    ("worker child", "relay.marked"),
    ("whole worker", "relay.marked"),
    ("whole worker", "order_to_cash.deliver"),
    ("worker child", "customer_timeline.record"),
    ("web child", "web.accepted"),
    ("whole web", "web.accepted"),
    ("PostgreSQL", "order_to_cash.deliver"),
    ("PostgreSQL", "relay.marked"),
    ("PostgreSQL", "web.accepted"),
]
ORDERS = """
SELECT q.id, count(DISTINCT o.id), count(DISTINCT d.id), count(DISTINCT i.id), count(DISTINCT m.id), min(o.state)
FROM pipeline_quotation q LEFT JOIN sales_salesorder o ON o.source_kind = 'quotation' AND o.source_id = q.id
LEFT JOIN sales_delivery d ON d.order_id = o.id
LEFT JOIN core_event e ON e.type = 'invoice.posted' AND e.payload @> jsonb_build_object('source_id', d.id)
LEFT JOIN receivables_invoice i ON i.id = e.aggregateid
LEFT JOIN inventory_stockmove m ON m.kind = 'delivery' AND m.document_id = d.id
GROUP BY q.id
"""
COMPLETE = (1, 1, 1, 2, "invoiced")


@pytest.fixture(scope="module")
def site() -> Iterator[FaultSite]:
    with fault_site() as site:
        yield site


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print, whatever pytest captures, and keep it in .data/faults.log, since workers of xdist print nowhere."""
    log = ROOT / ".data" / "faults.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text("")

    def write(line: str) -> None:
        with log.open("a") as kept:
            kept.write(f"{line}\n")
        with capsys.disabled():
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()

    return write


def done(site: FaultSite) -> bool:
    """Every order has come to its end, and no work is left for the relay."""
    waiting = site.rows("SELECT 1 FROM core_delivery WHERE state <> 'done' LIMIT 1")
    return not waiting and all(row[1:] == COMPLETE for row in site.rows(ORDERS))


def strike(site: FaultSite, victim: str, point: str) -> int:
    """Take two orders, kill the victim while a process stands at the point; how many transactions were open."""
    quotations = [site.quote(), site.quote()]
    site.arm(point)
    if point.startswith("web."):
        request = site.in_background(lambda: site.accept(quotations[0]))
        pid = site.standing(point)
    else:
        for quotation in quotations:
            site.accept(quotation)
        pid = site.standing(point)
    open_transactions = site.in_flight()
    if victim == "PostgreSQL":
        site.kill_postgres(pid)
    elif victim.startswith("whole"):
        site.kill_whole(victim.removeprefix("whole "))
    else:
        site.kill_child(pid)
    if point.startswith("web."):
        request.join(90)
        wait_until("web answers", site.serves)
        assert site.rows("SELECT count(*) FROM sales_salesorder WHERE source_id = ANY(%s)", [quotations]) == [(0,)]
        for quotation in quotations:
            site.accept(quotation)
    return open_transactions


def test_whoever_is_killed_every_order_is_complete_exactly_once(site: FaultSite, say: Callable[[str], Any]) -> None:
    say("")
    for number, (victim, point) in enumerate(KILLS, 1):
        began = time.monotonic()
        open_transactions = strike(site, victim, point)
        assert open_transactions or point == "relay.claimed"
        try:
            wait_until(f"all is done after {victim} was killed in {point}", lambda: done(site))
        except AssertionError:
            stuck = site.rows(
                "SELECT consumer, key, state, started_attempts, finished_attempts, last_error FROM core_delivery"
                " WHERE state <> 'done'"
            )
            say(f"{stuck}\n{site.logs()}")
            raise
        say(
            f"kill {number}: {victim} in {point}, {open_transactions} transactions in flight,"
            f" all complete after {time.monotonic() - began:.1f} s"
        )
    counted = [row[1:5] for row in site.rows(ORDERS)]
    lost = sum(1 for counts in counted if any(count < want for count, want in zip(counts, COMPLETE, strict=False)))
    doubled = sum(1 for counts in counted if any(count > want for count, want in zip(counts, COMPLETE, strict=False)))
    assert len(counted) == 2 * len(KILLS)
    assert dict(site.rows("SELECT state, count(*) FROM core_delivery GROUP BY 1")).keys() == {"done"}
    tables = ("sales_salesorder", "sales_delivery", "receivables_invoice")
    assert [site.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables] == [len(counted)] * 3
    verified = site.run("manage.py", "verify")
    assert " 0 differ" in verified
    assert (lost, doubled) == (0, 0)
    say(f"kills {len(KILLS)}, lost {lost}, doubled {doubled}, verify clean")
