"""A company made by copying is whole, like one that traded. No page reads a company table from end to end there, and a page of
fifty rows asks as often as a page of two.

A company of some thousand rows stands among twenty others of its size, analysed, so that the planner chooses as it would
in life; nothing is switched off. Plans are read as the application log-in, behind the policies.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from erp.core.actor import Actor
from erp.core.invariants import all_invariants, check_company
from erp.core.schema import is_company_model
from erp.core.scope import company_scope
from erp.sales.models import SalesOrder
from integration.thread.queries import order_thread
from tests.bench.million import company
from tests.bench.million.copies import open_store
from tests.bench.million.make import make
from tests.bench.neighbours import add_neighbours
from tests.bench.pages import Address, everything, log_in, narrowed_lists, open_pages
from tests.support.plans import plans_of_statements, scanned_whole

ORDERS, PER_DAY, NEIGHBOURS = 400, 40, 20
# Smaller tables lie in a few blocks, and reading them whole is the right plan.
SMALL_ROWS = 3000


@pytest.fixture(scope="module")
def big(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Client, Actor]]:
    """Somebody who may see everything in the company, and the company's actor."""
    with django_db_blocker.unblock():
        admin = psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=connection.settings_dict["NAME"], autocommit=True)
        url = psycopg.conninfo.make_conninfo(settings.DATABASE_ADMIN_URL, dbname=connection.settings_dict["NAME"])
        try:
            make(open_store(url, lambda _: None), orders=ORDERS, per_day=PER_DAY)
            client, actor = log_in(company.CODE)
            add_neighbours(admin, NEIGHBOURS, of=actor.company_id)
            yield client, actor
        finally:
            admin.execute("DROP SCHEMA IF EXISTS million CASCADE")
            admin.close()
            call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(scope="module")
def large_tables(big: Any, django_db_blocker: Any) -> set[str]:
    """Company tables with more rows than SMALL_ROWS."""
    from django.apps import apps

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s", [SMALL_ROWS])
        large = {name for (name,) in cursor.fetchall()}
    return large & ({m._meta.db_table for m in apps.get_models() if is_company_model(m)} | {"core_delivery"})


def scans(client: Client, addresses: list[Address], large: set[str]) -> dict[str, set[str]]:
    """Address -> the large company tables one of its statements reads whole."""
    found: dict[str, set[str]] = {}

    def around(address: Address, call: Any) -> None:
        def look(sql: str, plan: dict[str, Any]) -> None:
            if whole := scanned_whole(plan) & large:
                found.setdefault(f"{address.group} {address.name}", set()).update(whole)

        with plans_of_statements(look):
            call()

    open_pages(client, addresses, around)
    return found


def test_the_copied_company_is_whole(big: tuple[Client, Actor], django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        findings = list(check_company(big[1], all_invariants()))
    assert [(f.invariant.name, f.examples[:3]) for f in findings if not f.ok] == []
    assert sum(f.compared for f in findings) > 20_000


def test_a_copied_order_has_a_thread_like_the_played_one(big: tuple[Client, Actor], django_db_blocker: Any) -> None:
    """Copies of the first day lie behind both played days, one width apart."""
    with django_db_blocker.unblock(), company_scope(big[1], read_only=True):
        ids = list(SalesOrder.objects.order_by("pk").values_list("pk", flat=True))
        shapes = [_shape(ids[position]) for position in (0, 2 * PER_DAY, 3 * PER_DAY)]
    assert shapes[0] == shapes[1] == shapes[2]
    assert {"sales_order", "delivery", "invoice", "payment", "journal_entry"} <= {kind for kind, _ in shapes[0]}


def _shape(order_id: int) -> list[tuple[str, str]]:
    thread = order_thread(order_id, lambda _permission: True)
    assert thread is not None
    return [(node["type"], node["status"]) for node in thread["nodes"]]


def test_the_reader_of_plans_notices_a_scan(big: tuple[Client, Actor], django_db_blocker: Any) -> None:
    seen: list[set[str]] = []
    looking = plans_of_statements(lambda _sql, plan: seen.append(scanned_whole(plan)))
    with django_db_blocker.unblock(), connection.cursor() as cursor, looking:
        cursor.execute("SELECT count(*) FROM core_delivery WHERE last_error LIKE %s", ["%x%"])
    assert seen == [{"core_delivery"}]


def test_the_tables_that_grow_are_large_enough_to_be_judged(large_tables: set[str]) -> None:
    growing = {
        "sales_salesorder", "sales_salesorderline", "sales_delivery", "sales_deliveryline", "receivables_invoice",
        "receivables_invoiceline", "inventory_stockmove", "inventory_valueentry", "ledger_journalentry", "ledger_journalline",
        "ledger_openitem", "ledger_settlement", "treasury_payment", "core_event", "core_delivery", "customers_activity",
        "documents_history", "automation_automaticstep",
    }  # fmt: skip
    assert growing <= large_tables


def test_no_list_document_thread_or_dashboard_reads_a_company_table_whole(
    big: tuple[Client, Actor], large_tables: set[str], django_db_blocker: Any
) -> None:
    client, actor = big
    with django_db_blocker.unblock():
        assert scans(client, everything(actor, samples=2), large_tables) == {}


def test_no_filter_and_no_sort_of_a_list_reads_a_company_table_whole(
    big: tuple[Client, Actor], large_tables: set[str], django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        assert scans(big[0], list(narrowed_lists()), large_tables) == {}


def test_a_page_of_fifty_asks_as_often_as_a_page_of_two(
    big: tuple[Client, Actor], django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from erp.identity.rest import pagination
    from erp.screens import list_query

    client, actor = big
    lists = [a for a in everything(actor, samples=0) if a.group in {"list", "api"}]
    with django_db_blocker.unblock():
        many = statements(client, lists)
        defaults = list_query.ListQuery.page.__defaults__
        monkeypatch.setattr(list_query.ListQuery.page, "__defaults__", (2,))
        monkeypatch.setattr(pagination, "DEFAULT_LIMIT", 2)
        few = statements(client, lists)
    assert defaults == (50,)
    assert many == few
    assert max(many.values()) <= 25


def statements(client: Client, addresses: list[Address]) -> dict[str, int]:
    """How many statements each page sends, once it was opened before."""
    counted: dict[str, int] = {}

    def around(address: Address, call: Any) -> None:
        call()
        seen: list[str] = []

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            seen.append(str(sql))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            call()
        counted[f"{address.group} {address.name}"] = len(seen)

    open_pages(client, addresses, around)
    return counted
