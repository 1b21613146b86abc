"""Lists: pages that stay stable, filters, the fields one asks for."""

from typing import Any

from tests.integration.api import trade
from tests.integration.api.conftest import Program
from tests.support.cast import counted_statements


def pages(api: Program, path: str) -> list[list[dict[str, Any]]]:
    found, url = [], path
    while url:
        body = trade.created(api.get(url))
        found.append(body["results"])
        url = (body["next"] or "").partition("/api/v1/")[2]
    return found


def test_pages_hold_every_row_once_newest_first(api: Program) -> None:
    for i in range(7):
        trade.product(api, f"P{i}")
    got = pages(api, "erp/products/?limit=3&fields=sku")
    assert [[row["sku"] for row in page] for page in got] == [["P6", "P5", "P4"], ["P3", "P2", "P1"], ["P0"]]


def test_a_row_added_while_reading_moves_nothing(api: Program) -> None:
    for i in range(4):
        trade.product(api, f"P{i}")
    first = api.get("erp/products/?limit=2").json()
    trade.product(api, "NEW")
    rest = api.get(first["next"].partition("/api/v1/")[2]).json()
    assert [row["sku"] for row in rest["results"]] == ["P1", "P0"]
    assert rest["next"] is None


def test_a_page_of_two_hundred_is_the_largest(api: Program) -> None:
    assert api.get("erp/products/?limit=200").status_code == 200
    assert api.get("erp/products/?limit=201").status_code == 400


def test_filters_take_codes_and_ids(api: Program) -> None:
    trade.masters(api)
    other = trade.customer(api, "C2")
    mine = trade.order(api)
    trade.created(api.post("erp/sales-orders/", {"customer": other["id"], "lines": trade.lines()}))
    for query in ("customer=C1", f"customer={mine['customer']['id']}", f"number={mine['number']}"):
        found = api.get(f"erp/sales-orders/?{query}").json()["results"]
        assert [row["number"] for row in found] == [mine["number"]], query
    assert len(api.get("erp/sales-orders/?product=P1&state=placed").json()["results"]) == 2
    assert api.get("erp/sales-orders/?state=confirmed").json()["results"] == []
    assert api.get("erp/sales-orders/?date_from=2199-01-01").json()["results"] == []


def test_flags_are_true_or_false(api: Program) -> None:
    trade.product(api)
    assert len(api.get("erp/products/?active=true").json()["results"]) == 1
    assert api.get("erp/products/?active=false").json()["results"] == []
    assert api.get("erp/products/?active=maybe").status_code == 400


def test_only_the_fields_asked_for_come(api: Program) -> None:
    trade.masters(api)
    order = trade.order(api)
    assert api.get(f"erp/sales-orders/{order['id']}/?fields=number,state").json() == {
        "number": order["number"],
        "state": "placed",
    }
    assert api.get("erp/sales-orders/?fields=number").json()["results"] == [{"number": order["number"]}]
    assert (
        statements(api, "erp/sales-orders/?fields=number") == statements(api, "erp/sales-orders/") - 2
    )  # lines and their products


def test_a_list_costs_the_same_for_two_rows_and_twenty(api: Program) -> None:
    trade.masters(api)
    paths = ["erp/sales-orders/", "crm/quotations/", "erp/products/", "erp/parties/"]
    for _ in range(2):
        trade.quotation(api)
        trade.order(api)
    two = {path: statements(api, path) for path in paths}
    for i in range(18):
        trade.quotation(api)
        trade.order(api)
        trade.product(api, f"P{i + 2}")
        trade.customer(api, f"C{i + 2}")
    assert {path: statements(api, path) for path in paths} == two
    assert max(two.values()) <= 8


def statements(api: Program, path: str) -> int:
    """How many SQL statements a GET sends, the key's own included."""
    with counted_statements() as count:
        assert api.get(path).status_code == 200
        return count()


def test_a_record_is_found_by_its_code_and_by_its_id(api: Program) -> None:
    made = trade.product(api, "22423")
    assert api.get("erp/products/22423/").json() == api.get(f"erp/products/{made['id']}/").json() == made


def test_a_code_of_digits_wins_over_the_id_of_another(api: Program) -> None:
    first = trade.product(api)
    trade.product(api, str(first["id"]))
    assert api.get(f"erp/products/{first['id']}/").json()["sku"] == str(first["id"])
    trade.customer(api)
    order = trade.created(api.post("erp/sales-orders/", {"customer": "C1", "lines": [{"product": first["id"], "quantity": 1}]}))
    assert order["lines"][0]["product"]["sku"] == "P1"


def test_decimals_are_strings_and_times_are_utc(api: Program) -> None:
    made = trade.product(api, list_price="12.50000000", price_floor="1.2345")
    assert (made["list_price"], made["price_floor"]) == ("12.50", "1.2345")
    assert made["created_at"].endswith("Z")
