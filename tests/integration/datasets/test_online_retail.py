"""The real data set: its first two months, killed on the way, finished, reconciled, verified. Part of `make test-long`.

The figures were counted from the file by a few lines of plain Python that know nothing of this repository.
"""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg.conninfo import make_conninfo

from erp.core.actor import system_actor
from erp.core.rows import fetch
from erp.core.scope import company_scope
from erp.identity.models import Company
from erp.jobs.models import Job
from tests.support.story import empty_all_tables

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("online_retail")]
UNTIL = "2011-01-31"
SALES = (2645, 75929, 747353, "1515110.70")  # documents, lines, quantity, amount
CANCELLED = (586, "206153.42")  # documents, amount
WRITTEN_OFF, FOUND = (166, -12951), (103, 11679)  # lines = documents, quantity; 540699 finds 1000 POST: nothing to book
DOCUMENTS = 2645 + 586 + 166 + 103
_SALES = """
SELECT count(DISTINCT i.id), count(*), sum(l.quantity)::bigint, sum(l.total)::numeric(20, 2)::text
FROM receivables_invoice i JOIN receivables_invoiceline l ON l.invoice_id = i.id
"""
_CANCELLED = """
SELECT count(DISTINCT split_part(external_ref, '/', 1)), sum(total)::numeric(20, 2)::text FROM receivables_creditnote
"""
_ADJUSTED = "SELECT count(*), coalesce(sum(quantity), 0)::bigint FROM inventory_adjustmentline WHERE sign(quantity) = %s"


def held() -> list[tuple[Any, ...]]:
    """What the company in scope holds of sales, cancellations, write-offs and found stock."""
    return [fetch(_SALES)[0], fetch(_CANCELLED)[0], fetch(_ADJUSTED, [-1])[0], fetch(_ADJUSTED, [1])[0]]


@pytest.fixture
def empty_tables(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        empty_all_tables()
        try:
            yield
        finally:
            empty_all_tables()


@pytest.fixture
def command(online_retail: Path, tmp_path: Path, empty_tables: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command as a process of its own, on the test database."""
    monkeypatch.setenv("DATABASE_URL", make_conninfo(settings.DATABASE_URL, dbname=connection.settings_dict["NAME"]))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return [sys.executable, "manage.py", "load_dataset", "online_retail", str(online_retail), "--until", UNTIL]


def test_it_is_loaded_once_and_reconciles_though_it_was_killed(command: list[str]) -> None:
    done = _kill_after_some_documents(command)
    actor = system_actor(Company.objects.get().pk, "test")
    with company_scope(actor, read_only=True):
        job = Job.objects.get()
        sales, cancelled, written_off, found = held()
        assert (job.state, job.report["documents"]) == ("running", sales[0] + cancelled[0] + written_off[0] + found[0])
        assert done <= job.report["documents"] < DOCUMENTS

    finished = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    print(finished.stdout)  # noqa: T201
    assert finished.returncode == 0, finished.stderr
    assert "reconciled" in finished.stdout
    assert "going on after" in finished.stdout
    with company_scope(actor, read_only=True):
        assert held() == [SALES, CANCELLED, WRITTEN_OFF, FOUND]
        assert Job.objects.get().report["documents"] == DOCUMENTS
    call_command("verify", "--company", "online_retail", stdout=StringIO())

    again = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert (again.returncode, "nothing was left to load" in again.stdout) == (0, True)
    with company_scope(actor, read_only=True):
        assert held() == [SALES, CANCELLED, WRITTEN_OFF, FOUND]


def _kill_after_some_documents(command: list[str]) -> int:
    """Start the load, and kill -9 it as soon as it tells of committed documents."""
    with subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            if found := re.match(r"  ([\d,]+) of [\d,]+ documents", line):
                process.send_signal(signal.SIGKILL)
                return int(found.group(1).replace(",", ""))
    raise AssertionError("the load ended before it told of any document")
