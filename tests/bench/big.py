"""What is measured on one company, in a process of its own: `python -m tests.bench.big CODE`, asked line by line.

`trade N` does N orders to cash; `reports` times trial balance and ageing; `pages N` opens lists, N documents of each kind,
N threads and the dashboards. Each answer is one line of JSON.
"""

import datetime
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.bench.database import ROOT

GROUPS = ("list", "document", "thread", "dashboard")


class Company:
    """The asking side: such a process on a database."""

    def __init__(self, code: str, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.big", code],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, question: str) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=120)


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from integration.relay.drain import drain
    from tests.bench.trade import Trade

    trade = Trade(sys.argv[1])
    answers: dict[str, Callable[[int], Any]] = {
        "trade": lambda n: _trade(trade, n),
        "reports": lambda n: _reports(trade, n),
        "pages": lambda n: _pages(sys.argv[1], n),
        "count": lambda _: trade.unit(_orders),
    }
    for line in sys.stdin:
        what, _, number = line.strip().partition(" ")
        print(json.dumps(answers[what](int(number or 1))), flush=True)  # noqa: T201
    while drain():
        pass


def _orders() -> int:
    from erp.sales.models import SalesOrder

    return SalesOrder.objects.count()


def _trade(trade: Any, orders: int) -> dict[str, float]:
    began = time.perf_counter()
    for _ in range(orders):
        trade.order_to_cash()
    return {"orders": orders, "seconds": time.perf_counter() - began}


def _reports(trade: Any, rounds: int) -> dict[str, float]:
    """Milliseconds of each report, the slowest of `rounds`; the ageing also of the end of the month before the last."""
    from erp.ledger.queries import trial_balance
    from erp.receivables.queries import ageing

    first, past = trade.today.replace(month=1, day=1), trade.today.replace(day=1) - datetime.timedelta(days=32)
    reports: dict[str, Callable[[], Any]] = {
        "trial_balance": lambda: trial_balance(first_date=first, last_date=trade.today),
        "ageing": lambda: ageing(on=trade.today),
        "ageing_past": lambda: ageing(on=past.replace(day=28)),
    }
    return {name: max(_ms(lambda work=work: trade.unit(work)) for _ in range(rounds)) for name, work in reports.items()}  # type: ignore[misc]


def _pages(code: str, samples: int) -> dict[str, list[float]]:
    """Milliseconds of server time by group, each address opened once before."""
    from tests.bench.pages import Address, everything, log_in, open_pages

    client, actor = log_in(code)
    found: dict[str, list[float]] = {group: [] for group in GROUPS}

    def around(address: Address, call: Callable[[], Any]) -> None:
        if address.group in found:
            call()
            found[address.group] += [_ms(call) for _ in range(3 if address.group in ("list", "dashboard") else 1)]

    open_pages(client, [a for a in everything(actor, samples=samples) if a.group in found], around)
    return found


def _ms(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
