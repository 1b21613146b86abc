"""A bill of materials over the API says what its components cost, and where that comes from."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from erp.identity.models import Company
from erp.identity.roles import Role
from tests.integration.api import trade
from tests.integration.api.conftest import Program

SINCE = "2026-01-01"


def bom(api: Program, sku: str, *components: str) -> dict[str, Any]:
    trade.product(api, sku, supply="make")
    lines = [{"component": component, "quantity": "2"} for component in components]
    return trade.created(api.post("erp/boms/", {"product": sku, "valid_from_date": SINCE, "lines": lines}))


def test_each_component_says_its_cost_and_where_it_comes_from(
    acme: Company, api: Program, program: Callable[..., Program]
) -> None:
    for sku in ("STOCKED", "AGREED", "DARK"):
        trade.product(api, sku)
    trade.stock(api, "10", "STOCKED", unit_cost="7.50")
    trade.customer(api, "S1", is_supplier=True)
    line = {"product": "AGREED", "lead_days": 3, "tiers": [{"price": "4"}]}
    trade.created(api.post("erp/agreements/", {"supplier": "S1", "currency": "EUR", "valid_from_date": SINCE, "lines": [line]}))
    bom(api, "HALF", "STOCKED", "AGREED")
    whole = bom(api, "WHOLE", "HALF", "STOCKED", "AGREED", "DARK")
    found = {line["component"]["sku"]: (line["cost"], line["cost_from"]) for line in whole["lines"]}
    assert found == {
        "HALF": ("23.00", "components"),
        "STOCKED": ("7.50", "stock"),
        "AGREED": ("4.00", "agreement"),
        "DARK": (None, "unknown"),
    }
    seller = program(acme, Role.WAREHOUSE_CLERK).get(f"erp/boms/{whole['id']}/").json()
    assert "cost" not in seller["lines"][0] and "cost_from" not in seller["lines"][0]


def test_a_list_works_the_costs_out_at_once(api: Program) -> None:
    trade.product(api, "PART")
    trade.stock(api, "10", "PART")
    counts = []
    for n in (1, 9):
        for i in range(n):
            bom(api, f"M{n}-{i}", "PART")
        with CaptureQueriesContext(connection) as asked:
            rows = api.get("erp/boms/").json()["results"]
        assert {line["cost"] for row in rows for line in row["lines"]} == {"7.50"}
        counts.append(len(asked))
    assert counts[0] == counts[1]
