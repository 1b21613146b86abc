"""What a role may not see is not in the answer, in lists, in details and inside lines."""

from collections.abc import Callable
from typing import Any

from erp.identity.models import Company
from erp.identity.roles import Role
from tests.integration.api import trade
from tests.integration.api.conftest import Program


def keys_in(value: Any) -> set[str]:
    """Every key anywhere inside."""
    if isinstance(value, dict):
        return set(value) | {key for item in value.values() for key in keys_in(item)}
    return {key for item in value for key in keys_in(item)} if isinstance(value, list) else set()


def test_a_salesperson_sees_no_cost_and_no_value(api: Program, acme: Company, program: Callable[..., Program]) -> None:
    trade.masters(api)
    trade.stock(api)
    done = trade.delivery(api)
    salesperson, manager = program(acme, Role.SALESPERSON), program(acme, Role.SALES_MANAGER)
    found = {"warehouse": "MAIN", "reason": "found", "lines": [{"product": "P1", "quantity": "1"}]}
    trade.created(api.post("erp/stock-adjustments/", found))
    stock = ("stock-levels", "receipts", "stock-counts", "stock-adjustments")
    for path in ("erp/deliveries/", f"erp/deliveries/{done['id']}/", *(f"erp/{name}/" for name in stock)):
        seen = keys_in(trade.created(salesperson.get(path)))
        assert not seen & {"cost", "value", "unit_cost", "margin"}, path
    assert {"cost"} <= keys_in(manager.get(f"erp/deliveries/{done['id']}/").json())
    assert {"value"} <= keys_in(manager.get("erp/stock-levels/").json())


def test_a_hidden_field_cannot_be_asked_for(api: Program, acme: Company, program: Callable[..., Program]) -> None:
    answer = program(acme, Role.SALESPERSON).get("erp/stock-levels/?fields=value")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown_field")


def test_the_answer_to_a_verb_hides_too(api: Program, acme: Company, program: Callable[..., Program]) -> None:
    trade.masters(api)
    clerk = program(acme, Role.WAREHOUSE_CLERK)
    assert "value" not in keys_in(trade.stock(clerk))
