"""The figures of thirty days read thirty days, however long the company has traded: proven by the plans."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from erp.core.rows import COMPANY, fetch_one
from erp.core.scope import company_scope
from erp.identity.roles import Role
from tests.support.cast import TODAY
from tests.support.story import superuser
from tests.support.trade import LogIn, Trade

pytestmark = pytest.mark.django_db(transaction=True)
FACTS = ("ledger_openitem", "ledger_settlement", "inventory_valueentry")
ROWS = 20_000
# Ten years of settled invoices and payments, and of what came in and left; one invoice in a thousand is open.
FILL = (
    """
    INSERT INTO ledger_openitem (id, company_id, account_id, entry_id, party_id, kind, document_id, document_number, date,
                                 due_date, currency_code, rate, amount, company_amount, residual, company_residual)
    SELECT 1000000 + n, i.company_id, i.account_id, i.entry_id, i.party_id, i.kind, 1000000 + n, 'OLD-' || n, d.day, d.day + 30,
           'EUR', 1, 10, 10, CASE WHEN n %% 1000 = 0 THEN 10 ELSE 0 END, CASE WHEN n %% 1000 = 0 THEN 10 ELSE 0 END
    FROM ledger_openitem i CROSS JOIN generate_series(1, %(rows)s) n
    CROSS JOIN LATERAL (SELECT %(today)s::date - (n %% 3650) AS day) d
    WHERE i.id = (SELECT min(id) FROM ledger_openitem WHERE kind = 'invoice')
    """,
    """
    INSERT INTO ledger_openitem (id, company_id, account_id, entry_id, party_id, kind, document_id, document_number, date,
                                 due_date, currency_code, rate, amount, company_amount, residual, company_residual)
    SELECT 2000000 + n, i.company_id, i.account_id, i.entry_id, i.party_id, 'payment', 2000000 + n, 'PAID-' || n, d.day, d.day,
           'EUR', 1, -10, -10, 0, 0
    FROM ledger_openitem i CROSS JOIN generate_series(1, %(rows)s) n
    CROSS JOIN LATERAL (SELECT %(today)s::date - (n %% 3650) AS day) d
    WHERE i.id = (SELECT min(id) FROM ledger_openitem WHERE kind = 'invoice')
    """,
    """
    INSERT INTO ledger_settlement (company_id, debit_item_id, credit_item_id, amount, debit_company_amount, credit_company_amount,
                                   date, actor, at)
    SELECT s.company_id, 1000000 + n, 2000000 + n, 10, 10, 10, %(today)s::date - (n %% 3650), s.actor, s.at
    FROM ledger_settlement s CROSS JOIN generate_series(1, %(rows)s) n
    WHERE s.id = (SELECT min(id) FROM ledger_settlement) AND n %% 1000 <> 0
    """,
    """
    INSERT INTO inventory_valueentry (company_id, move_id, product_id, warehouse_id, amount, entry_id, date, recorded_at)
    SELECT v.company_id, v.move_id, v.product_id, v.warehouse_id, 1, v.entry_id, %(today)s::date - (n %% 3650), v.recorded_at
    FROM inventory_valueentry v CROSS JOIN generate_series(1, %(rows)s) n WHERE v.id = (SELECT min(id) FROM inventory_valueentry)
    """,
)


@pytest.fixture
def ten_years(busy: Trade) -> Trade:
    with superuser() as admin:
        admin.execute("SET session_replication_role = replica")
        for statement in FILL:
            admin.execute(statement.encode(), {"rows": ROWS, "today": TODAY})
        for table in FACTS:
            admin.execute(f"VACUUM (ANALYZE) {table}".encode())
    return busy


def plans_of(client: Client, address: str, trade: Trade) -> dict[str, Any]:
    """The plans, as the application log-in and inside its wall, of every statement of a page that reads the facts."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    asked = [q["sql"] for q in captured.captured_queries if any(table in q["sql"] for table in FACTS)]
    with company_scope(trade.actor, read_only=True), connection.cursor() as cursor:
        assert cursor.connection.info.user == "weft_app"
        plans = {}
        for sql in asked:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}".replace("%", "%%"), [])
            [(plan,)] = cursor.fetchall()
            plans[sql] = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return plans


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def reads_open(node: dict[str, Any]) -> bool:
    """Whether the node reads open items by their index, or without one to find them."""
    return "ledger_openitem_due" in node.get("Index Name", "") or (
        node.get("Relation Name") == "ledger_openitem" and node["Node Type"] == "Seq Scan"
    )


def scans(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(kind of scan, table) of each node."""
    if "Relation Name" in plan:
        yield plan["Node Type"], plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from scans(part)


@pytest.mark.parametrize("address", [reverse("dashboards:order_to_cash"), reverse("home")])
def test_no_figure_reads_all_open_items_settlements_or_value_entries(ten_years: Trade, log_in: LogIn, address: str) -> None:
    plans = plans_of(log_in(Role.ADMINISTRATOR), address, ten_years)
    whole = [(sql, scan) for sql, plan in plans.items() for scan in scans(plan) if scan[0] == "Seq Scan" and scan[1] in FACTS]
    assert whole == []
    if address == reverse("dashboards:order_to_cash"):
        assert {table for plan in plans.values() for _kind, table in scans(plan) if table in FACTS} == set(FACTS)


def test_without_the_indexes_the_check_turns_red(ten_years: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ADMINISTRATOR)
    with superuser() as admin:
        made = admin.execute(
            "SELECT indexname, indexdef FROM pg_indexes"
            " WHERE indexname IN ('ledger_openitem_date', 'ledger_settlement_date', 'inventory_value_date')"
        ).fetchall()
        try:
            for name, _definition in made:
                admin.execute(f"DROP INDEX {name}".encode())
            plans = plans_of(client, reverse("dashboards:order_to_cash"), ten_years)
        finally:
            for _name, definition in made:
                admin.execute(definition.encode())
    whole = {table for plan in plans.values() for kind, table in scans(plan) if kind == "Seq Scan"} & set(FACTS)
    assert whole >= {"ledger_openitem", "ledger_settlement"}  # the value entries are of few products, whose key has the day
    with company_scope(ten_years.actor, read_only=True):
        assert fetch_one("SELECT count(*) FROM ledger_settlement")[0] > ROWS * 0.99


def test_the_planner_knows_how_few_items_are_open(ten_years: Trade) -> None:
    """Behind the wall it has statistics of `is_open`, and none of the number that says the same."""
    expected = {}
    with company_scope(ten_years.actor, read_only=True):
        for condition in ("is_open", "residual <> 0"):
            asked = f"SELECT id FROM ledger_openitem WHERE company_id = {COMPANY} AND {condition}"  # noqa: S608
            [plan] = fetch_one(f"EXPLAIN (FORMAT JSON) {asked}")
            expected[condition] = plan[0]["Plan"]["Plan Rows"]
        assert fetch_one("SELECT count(*) FILTER (WHERE is_open <> (residual <> 0)) FROM ledger_openitem") == (0,)
    assert expected["is_open"] < ROWS / 50
    assert expected["residual <> 0"] > ROWS


@pytest.mark.parametrize("address", ["receivables:balances", "receivables:ageing"])
def test_what_is_open_is_read_by_its_own_index(ten_years: Trade, log_in: LogIn, address: str) -> None:
    plans = plans_of(log_in(Role.ADMINISTRATOR), reverse(address), ten_years)
    of_items = [node for sql, plan in plans.items() for node in nodes(plan) if "is_open" in sql and reads_open(node)]
    assert {node.get("Index Name") for node in of_items} == {"ledger_openitem_due"}


def test_the_invoiced_total_of_a_month_asks_no_open_item(ten_years: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ADMINISTRATOR)
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("dashboards:order_to_cash"))
    summed = {q["sql"] for q in captured.captured_queries if "company_total" in q["sql"] and "receivables_" in q["sql"]}
    assert len(summed) == 3  # this month, the month before, and what was credited
    assert [sql for sql in summed if "ledger_openitem" in sql] == []
