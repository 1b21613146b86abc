"""Up to a thousand orders in one call, all or nothing or each for itself."""

import itertools
from typing import Any

import pytest

from erp.core.scope import company_scope
from erp.sales.models import SalesOrder
from tests.integration.api import trade
from tests.integration.api.conftest import Program
from tests.support.cast import counted_statements

URL = "erp/sales-orders/bulk/"
keys = (f"bulk-{i}" for i in itertools.count())


def send(api: Program, orders: list[Any], mode: str = "atomic") -> Any:
    return api.post(URL, {"mode": mode, "orders": orders}, headers={"Idempotency-Key": next(keys)})


def row(quantity: str = "1", **fields: Any) -> dict[str, Any]:
    return {"customer": "C1", "lines": trade.lines(quantity), **fields}


def placed(system: Any) -> int:
    with company_scope(system, read_only=True):
        return SalesOrder.objects.count()


def test_all_are_placed_in_order(api: Program) -> None:
    trade.masters(api)
    body = trade.created(send(api, [row(reference="a"), row(reference="b")]))
    assert (body["created"], body["refused"]) == (2, 0)
    numbers = [result["number"] for result in body["results"]]
    assert [api.get(f"erp/sales-orders/{number}/").json()["reference"] for number in numbers] == ["a", "b"]


def test_without_a_key_it_is_400(api: Program) -> None:
    answer = api.post(URL, {"orders": [row()]})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "idempotency_key_required")


def test_a_repeat_places_nothing_more(api: Program, system: Any) -> None:
    trade.masters(api)
    answers = [api.post(URL, {"orders": [row(), row()]}, headers={"Idempotency-Key": "same"}) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert placed(system) == 2


def test_atomic_refuses_all_for_one_and_names_every_fault(api: Program, system: Any) -> None:
    trade.masters(api)
    trade.created(api.patch("erp/products/P1/", {"active": False}, headers={"If-Match": "*"}))
    trade.product(api, "P2")
    orders = [
        {"customer": "C1", "lines": trade.lines(sku="P2")},
        row(),
        {"customer": "C1", "lines": trade.lines(sku="P2") + trade.lines()},
    ]
    answer = send(api, orders)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["orders.1.lines.0.product", "orders.2.lines.1.product"]
    assert placed(system) == 0
    assert [error["field"] for error in send(api, [row("-1"), row(customer="X")]).json()["errors"]] == [
        "orders.0.lines.0.quantity",
        "orders.1.customer",
    ]


def test_per_row_places_the_good_ones_and_names_the_others(api: Program, system: Any) -> None:
    trade.masters(api)
    trade.product(api, "P2", price_floor="19.99")
    trade.created(send(api, [row(external_source="shop", external_ref="taken")]))
    orders = [
        row(reference="good"),
        row("-1"),
        row(customer="X"),
        {"customer": "C1", "lines": trade.lines(sku="P2", unit_price="1")},
        row(external_source="shop", external_ref="taken"),
        "nonsense",
        row(reference="good too"),
    ]
    body = trade.created(send(api, orders, "per_row"))
    assert (body["created"], body["refused"]) == (2, 5)
    assert [result["row"] for result in body["results"]] == list(range(7))
    assert [result["status"] for result in body["results"]] == ["created", *["refused"] * 5, "created"]
    faults = {result["row"]: [error["field"] for error in result["errors"]] for result in body["results"] if "errors" in result}
    assert faults[1] == ["lines.0.quantity"]
    assert faults[2] == ["customer"]
    assert faults[3] == ["lines.0.unit_price"]
    assert faults[4] == ["external_ref"]
    assert placed(system) == 3


def test_atomic_names_every_row_whose_reference_is_taken(api: Program, system: Any) -> None:
    trade.masters(api)
    trade.created(send(api, [row(external_source="shop", external_ref="1")]))
    same = [row(external_source="shop", external_ref=ref) for ref in ("1", "2", "3", "2")]
    answer = send(api, [row(), *same, row(external_source="web", external_ref="1")])
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:weft:problem:external_ref_taken")
    assert [error["field"] for error in answer.json()["errors"]] == ["orders.1.external_ref", "orders.4.external_ref"]
    assert placed(system) == 1


def test_per_row_with_nothing_right_places_nothing(api: Program, system: Any) -> None:
    trade.masters(api)
    assert trade.created(send(api, [row("0"), row(customer="X")], "per_row"))["refused"] == 2
    assert placed(system) == 0


@pytest.mark.parametrize("mode", ["atomic", "per_row"])
def test_the_statements_do_not_grow_with_the_rows(api: Program, mode: str) -> None:
    trade.masters(api)
    counts = []
    for size in (2, 2, 100):
        with counted_statements() as count:
            trade.created(send(api, [row(reference=str(i)) for i in range(size)], mode))
            counts.append(count())
    assert counts[1] == counts[2] <= 24


def test_a_thousand_are_taken_and_one_more_is_not(api: Program, system: Any) -> None:
    trade.masters(api)
    assert trade.created(send(api, [row()] * 1000))["created"] == 1000
    assert placed(system) == 1000
    assert send(api, [row()] * 1001).status_code == 400
    assert send(api, []).status_code == 400
    assert send(api, [row()], "magic").status_code == 400
