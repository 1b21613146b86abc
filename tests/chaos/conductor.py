"""Plays a plan of kills against a Weft under load, and judges in the end."""

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.chaos.judge import Verdict, existing, judge
from tests.chaos.load import MAKES_TO_ORDER, SCARCE, Load
from tests.chaos.plan import Kill
from tests.support.fault_points import HIT
from tests.support.fault_site import PATIENCE, FaultSite, wait_until

STORIES, MORE = 16, 4
DONE = "SELECT count(*) = 0 FROM core_delivery WHERE state <> 'done' AND id <= %s"
ORDERS_DONE = "SELECT count(*) = 0 FROM sales_salesorder WHERE state NOT IN ('invoiced', 'cancelled')"
RETURNS_DONE = "SELECT count(*) = 0 FROM sales_salesreturn WHERE credit_note_id IS NULL"
BOUGHT = (
    "SELECT count(*) = 0 FROM purchasing_purchaseorder o JOIN purchasing_purchaseorderline l ON l.order_id = o.id"
    " WHERE o.state <> 'received' OR l.billed <> l.received"
)
MADE = "SELECT count(*) = 0 FROM manufacturing_manufacturingorder WHERE state <> 'closed'"
PAID = (
    "SELECT count(*) = 0 FROM ledger_openitem s JOIN parties_party p ON p.id = s.party_id"
    f" WHERE s.residual <> 0 AND (s.kind = 'vendor_bill' OR (s.kind = 'invoice' AND p.code = '{MAKES_TO_ORDER}'))"  # noqa: S608
)
OF_FACTORY = {
    "purchase orders": "purchasing_purchaseorder",
    "goods received": "purchasing_goodsreceiptline",
    "vendor bills": "payables_vendorbill",
    "manufacturing orders": "manufacturing_manufacturingorder",
    "payments": "treasury_payment WHERE memo <> '' OR direction = 'out'",
}
Say = Callable[[str], object]


@dataclass(frozen=True)
class Outcome:
    kills: int
    verdict: Verdict
    verified: bool
    refusals: list[str]

    @property
    def clean(self) -> bool:
        return self.verified and not (self.verdict.lost or self.verdict.doubled or self.refusals)

    def __str__(self) -> str:
        verdict = self.verdict
        verify = "clean" if self.verified else "FAILED"
        return f"kills {self.kills}, lost {verdict.lost}, doubled {verdict.doubled}, verify {verify}"


class Conductor:
    """One run. A kill is over when every event published before it has been handled; the load goes on all the while."""

    def __init__(self, site: FaultSite, seed: int, say: Say) -> None:
        self.site, self.say = site, say
        self.load = Load(site.url, site.key, seed=seed)
        self.refusals: list[str] = []

    def play(self, plan: Sequence[Kill]) -> Outcome:
        before = existing(self.site)
        self.load.start()
        try:
            for number, kill in enumerate(plan, 1):
                self._strike(number, kill)
            self._finish()
            verdict = judge(self.site, self.load, before)
        except AssertionError:
            self.say(self.site.logs())
            raise
        finally:
            self.load.stop()
        verified = " 0 differ" in self.site.run("manage.py", "verify", check=False)
        outcome = Outcome(len(plan), verdict, verified, [*self.refusals, *self.load.refusals])
        self._report(plan, outcome)
        return outcome

    def _strike(self, number: int, kill: Kill) -> None:
        if kill.kind == "Redis":
            wait_until("no client repeats a request", self.load.calm)
        answered, began = self.load.answered, time.monotonic()
        self.load.ask(STORIES)
        pid = self._standing(kill.point) if kill.point else 0
        if not pid:
            self._answers(answered + kill.after)
        [(last, open_transactions)] = self.site.rows(
            "SELECT (SELECT coalesce(max(id), 0) FROM core_delivery), (SELECT count(*) FROM pg_stat_activity"
            " WHERE usename = 'weft_app' AND state LIKE 'idle in transaction%%' AND backend_xid IS NOT NULL)"
        )
        failed, killed = self.load.failed, time.monotonic()
        more = self._kill(kill, pid)
        wait_until("web answers", self.site.serves)
        wait_until(
            f"the events before kill {number} are handled", lambda: self.site.tend() and self.site.rows(DONE, [last])[0][0]
        )
        now = time.monotonic()
        self.say(
            f"kill {number}: {kill}, {open_transactions} transactions in flight, {self.load.failed - failed} requests repeated,"
            f" all before it handled after {now - killed:.1f} s{more} ({now - began:.1f} s)"
        )

    def _kill(self, kill: Kill, pid: int) -> str:
        """Kill the victim and see that it lives again; what more there is to say."""
        if kill.kind == "Redis":
            return self._without_redis(kill)
        if kill.kind == "PostgreSQL":
            self.site.kill_postgres(pid)
        elif kill.victim.endswith("child"):
            self.site.kill_child(pid)
        else:
            self.site.kill_whole(kill.kind)
        return ""

    def _without_redis(self, kill: Kill) -> str:
        """Redis is away until the clients were answered so often; none of them may notice. It comes back with an empty memory."""
        self.site.kill_redis()
        answered, failed = self.load.answered, self.load.failed
        self.load.ask(kill.after)
        self._answers(answered + kill.after)
        answers, failures = self.load.answered - answered, self.load.failed - failed
        self.site.start_redis()
        if failures:
            self.refusals.append(f"{failures} requests failed because Redis was away")
        return f", {answers} requests answered without Redis, {failures} failed"

    def _answers(self, count: int) -> None:
        wait_until(f"{count} requests are answered", lambda: self.load.answered >= count or self._ask_more())

    def _ask_more(self) -> bool:
        if self.load.idle():
            self.load.ask(MORE)
        return False

    def _standing(self, point: str) -> int:
        """The pid of the process that stands at the point; more stories are told until one comes by."""
        self.site.arm(point)
        deadline = time.monotonic() + PATIENCE
        while (hit := self.site.redis.blpop([HIT], timeout=2)) is None:
            assert time.monotonic() < deadline, f"nobody came by {point}; {self.site.logs()}"
            self.site.tend()
            self.load.ask(MORE)
        report = json.loads(hit[1])
        assert report["point"] == point
        return int(report["pid"])

    def _finish(self) -> None:
        """All stories told, what was waited for received, everything handled."""
        wait_until("every story is told", self.load.idle)
        line = {"product": SCARCE, "quantity": "100000", "unit_cost": "5"}
        self.load.note("receipt", self.site.post("erp/receipts", {"warehouse": "MAIN", "lines": [line]}))
        done = (ORDERS_DONE, RETURNS_DONE, BOUGHT, MADE, PAID)
        try:
            wait_until("all is done", lambda: self._all_handled() and all(self.site.rows(sql)[0][0] for sql in done))
        except AssertionError as late:
            self.refusals.append(str(late))

    def _all_handled(self) -> bool:
        return self.site.tend() and bool(self.site.rows(DONE, [2**62])[0][0])

    def _report(self, plan: Sequence[Kill], outcome: Outcome) -> None:
        load = self.load
        victims = ", ".join(f"{kind} {count}" for kind, count in Counter(kill.kind for kill in plan).most_common())
        accepted = ", ".join(f"{kind} {len(ids)}" for kind, ids in load.accepted.items())
        self.say(f"killed: {victims}")
        self.say(f"the factory's: {', '.join(f'{self._number_of(table)} {name}' for name, table in OF_FACTORY.items())}")
        self.say(f"accepted: {accepted}, of them cancelled {len(load.cancelled)}")
        reasons = ", ".join(f"{why} {count}" for why, count in load.reasons.most_common())
        self.say(f"{load.answered} requests answered, {load.failed} repeated ({reasons}), {load.replayed} answers given again")
        self.say(f"ended by themselves and started again: {', '.join(self.site.ended) or 'none'}")
        for remark in (*outcome.verdict.remarks, *outcome.refusals):
            self.say(f"BAD {remark}")

    def _number_of(self, table: str) -> int:
        return int(self.site.rows(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608
