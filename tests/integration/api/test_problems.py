"""Whatever comes in, the answer is a problem document that names everything wrong, and nothing was changed."""

from collections.abc import Callable
from typing import Any

import pytest

from erp.core.models import EventRow
from erp.core.scope import company_scope
from erp.identity.models import Company
from erp.identity.roles import Role
from erp.sales.models import SalesOrder
from tests.integration.api import trade
from tests.integration.api.conftest import Program


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    body = dict(answer.json())
    assert (answer.status_code, body["type"]) == (status, f"urn:weft:problem:{code}"), body
    assert answer["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "errors"} == set(body)
    return body


def fields_of(body: dict[str, Any]) -> dict[str, str]:
    return {error["field"]: error["code"] for error in body["errors"]}


def test_all_errors_come_at_once_and_nothing_changes(api: Program, acme: Company, system: Any) -> None:
    trade.masters(api)
    with company_scope(system, read_only=True):
        before = (SalesOrder.objects.count(), EventRow.objects.count())
    lines = [
        {"product": "P1", "quantity": "-2"},
        {"product": "NOPE", "quantity": "abc", "discont": "0.5"},
        {"product": "P1"},
        {"product": ["P1"], "quantity": "1", "discount": "1.5", "unit_price": "-1"},
    ]
    body = refused(api.post("erp/sales-orders/", {"customer": "C9", "date": "2026-02-30", "lines": lines}), 400, "invalid_input")
    assert fields_of(body) == {
        "customer": "unknown_code",
        "date": "invalid",
        "lines.0.quantity": "min_value",
        "lines.1.product": "unknown_code",
        "lines.1.quantity": "invalid",
        "lines.1.discont": "unknown_field",
        "lines.2.quantity": "required",
        "lines.3.product": "invalid",
        "lines.3.discount": "max_value",
        "lines.3.unit_price": "min_value",
    }
    with company_scope(system, read_only=True):
        assert (SalesOrder.objects.count(), EventRow.objects.count()) == before


@pytest.mark.parametrize(
    "raw",
    [
        b"{", b"[1, 2", b"nonsense", b'{"sku": "\xff"}', b'{"list_price": NaN}', b'{"list_price": Infinity}', b'"text"', b"[]",
        b"null",
        b'{"sku": "\\ud800"}', b"[" * 100_000, b'{"list_price": ' + b"9" * 5000 + b"}", b'{"list_price": 1.' + b"9" * 5000 + b"}",
    ],
    ids=lambda raw: raw[:24].decode("latin-1"),
)  # fmt: skip
def test_a_malformed_body_is_400(api: Program, raw: bytes) -> None:
    answer = api.generic("POST", "/api/v1/erp/products/", raw, content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("list_price", "NaN"), ("list_price", "Infinity"), ("list_price", "1e400"), ("list_price", 10**400 // 10**395 * 10**30),
        ("list_price", "1.123456789"), ("list_price", True), ("list_price", {"a": 1}), ("list_price", "١٢"*30), ("name", "a\0b"),
        ("name", "x" * 201), ("name", 5), ("name", None), ("name", ""), ("name", "   "), ("sku", ["a"]), ("unit", 2**70),
        ("unit", 1.5), ("unit", "\0"), ("kind", "magic"), ("active", "perhaps"), ("category", "nope"), ("tax_code", "nope"),
        ("list_price", "-0.01"), ("price_floor", "1" * 40), ("external_source", "x" * 41),
    ],
)  # fmt: skip
def test_one_wrong_field_is_named(api: Program, field: str, value: Any) -> None:
    usual = {"sku": "P1", "name": "First", "unit": "PC", "tax_code": "STD", "list_price": "1"}
    answer = api.post("erp/products/", {**usual, field: value})
    assert answer.status_code == 400, answer.content
    assert field in fields_of(answer.json()), answer.content


def test_text_of_any_script_is_kept_as_it_came(api: Program) -> None:
    name = "=cmd|'/c calc'!A1 😀 עברית 中文 \u202e e\u0301"
    assert trade.product(api, name=name)["name"] == name


@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "%00", "%ED%A0%80", "%FF", "..", "1e3", "SO-1 OR 1=1", "😀", "a" * 3000])
def test_an_id_that_is_none_is_404(api: Program, number: str) -> None:
    for path in ("erp/sales-orders", "erp/stock-moves", "integration/events", "integration/parked-events"):
        refused(api.get(f"{path}/{number}/"), 404, "not_found")


def test_an_unknown_url_is_a_problem_too(api: Program) -> None:
    refused(api.get("erp/nothing/"), 404, "not_found")
    assert "slash" in refused(api.get("erp/products"), 404, "not_found")["detail"]


def test_without_a_key_every_answer_is_401(client: Any, acme: Company) -> None:
    refused(client.get("/api/v1/erp/products/"), 401, "not_authenticated")
    refused(client.post("/api/v1/erp/products/", {}, content_type="application/json"), 401, "not_authenticated")


def test_a_method_that_is_not_there_is_405(api: Program) -> None:
    for method in ("DELETE", "PUT", "OPTIONS", "TRACE"):
        answer = api.generic(method, "/api/v1/erp/products/")
        refused(answer, 405, "method_not_allowed")
        assert "GET" in answer["Allow"]


def test_only_json_is_spoken(api: Program) -> None:
    refused(
        api.generic("POST", "/api/v1/erp/products/", b"a=1", content_type="application/x-www-form-urlencoded"),
        415,
        "unsupported_media_type",
    )
    refused(api.get("erp/products/", headers={"Accept": "text/html"}), 406, "not_acceptable")
    assert api.generic("POST", "/api/v1/erp/products/", b"{}", content_type="application/json; charset=rot13").status_code == 400


def test_a_body_that_is_too_large_is_413(api: Program) -> None:
    raw = b'{"name": "' + b"x" * (17 * 1024 * 1024) + b'"}'
    refused(api.generic("POST", "/api/v1/erp/products/", raw, content_type="application/json"), 413, "body_too_large")


def test_a_rule_of_the_trade_is_422_with_its_remedy(api: Program) -> None:
    trade.masters(api)
    order = trade.order(api, "5")
    trade.created(api.patch("erp/parties/C1/", {"credit_limit": "10"}, headers={"If-Match": "*"}))
    more = api.post("crm/orders/", {"customer": "C1", "lines": trade.lines("5")})
    refused(more, 422, "credit_limit_exceeded")
    body = refused(api.post(f"erp/sales-orders/{order['id']}/confirm/"), 422, "credit_limit_exceeded")
    assert "above the credit limit of 10.00 EUR" in body["detail"] and "raise the limit" in body["detail"]
    assert body["errors"][0]["document"] == order["number"]


def test_a_second_press_is_409(api: Program) -> None:
    trade.masters(api)
    order = trade.order(api)
    trade.created(api.post(f"erp/sales-orders/{order['id']}/confirm/"))
    refused(api.post(f"erp/sales-orders/{order['id']}/confirm/"), 409, "wrong_state")


def test_a_taken_code_is_named(api: Program) -> None:
    trade.product(api)
    body = api.post("erp/products/", {"sku": "P1", "name": "x", "unit": "PC", "tax_code": "STD", "list_price": "1"}).json()
    assert fields_of(body) == {"sku": "already_taken"}


def test_a_reference_of_another_system_is_taken_once(api: Program) -> None:
    trade.masters(api)
    trade.order(api, external_source="shop", external_ref="1")
    answer = api.post(
        "erp/sales-orders/", {"customer": "C1", "lines": trade.lines(), "external_source": "shop", "external_ref": "1"}
    )
    body = refused(answer, 422, "external_ref_taken")
    assert fields_of(body) == {"external_ref": "external_ref_taken"}
    assert "shop already knows another record by “1”" in body["detail"]


def test_a_closed_period_is_refused(api: Program) -> None:
    trade.masters(api)
    trade.created(api.post("erp/periods/2025-01/lock/"))
    line = [{"product": "P1", "quantity": "1", "unit_cost": "1"}]
    body = api.post("erp/receipts/", {"warehouse": "MAIN", "date": "2025-01-15", "lines": line})
    assert body.status_code in {409, 422}, body.content
    trade.created(api.post("erp/periods/2025-01/unlock/"))
    trade.created(api.post("erp/receipts/", {"warehouse": "MAIN", "date": "2025-01-15", "lines": line}))


def test_an_unknown_currency_is_named_beside_an_unknown_customer(api: Program) -> None:
    trade.masters(api)
    wrong = {"customer": "nobody", "currency": "QQQ", "lines": trade.lines()}
    for path in ("erp/sales-orders/", "crm/orders/", "crm/quotations/"):
        body = refused(api.post(path, wrong), 400, "invalid_input")
        assert fields_of(body) == {"customer": "unknown_code", "currency": "unknown_code"}
        assert "There is no currency “QQQ”" in body["errors"][1]["message"]


def test_a_refusal_of_a_payment_names_its_invoice_as_people_do(api: Program) -> None:
    trade.masters(api)
    trade.stock(api)
    invoice = trade.created(api.post(f"erp/deliveries/{trade.delivery(api)['number']}/invoice/"))
    number = invoice["invoice"]["number"] if "invoice" in invoice else invoice["number"]
    trade.customer(api, "C2")
    body = refused(api.post("erp/payments/", {"customer": "C2", "amount": "1", "invoices": [number]}), 422, "invoice_not_open")
    assert fields_of(body) == {"invoices.0": "invoice_not_open"}
    assert body["detail"].startswith(f"{number} is no open invoice")
    pair = {"customer": "C2", "pairs": [{"credit": 1, "invoice": number}]}
    assert f"cannot be set against {number}." in refused(api.post("erp/open-items/apply/", pair), 422, "not_a_pair")["detail"]


def test_fields_are_named_as_the_body_names_them(api: Program) -> None:
    trade.masters(api)
    trade.stock(api)
    order = trade.order(api)
    about = {"kind": "sales_order", "document": order["number"]}
    empty, wrong = ({**about, "name": name, "content": content} for name, content in (("a.pdf", ""), ("a.exe", "TVo=")))
    assert set(fields_of(api.post("erp/attachments/", empty).json())) == {"content"}
    assert set(fields_of(api.post("erp/attachments/", wrong).json())) == {"name"}
    task = {**about, "subject": "x", "due_date": "2026-03-02", "owner_id": 2**40}
    assert set(fields_of(api.post("erp/tasks/", task).json())) == {"owner_id"}
    kilogram = api.patch("erp/products/P1/", {"unit": "KG"}, headers={"If-Match": "*"})
    assert fields_of(refused(kilogram, 422, "kind_fixed")) == {"unit": "kind_fixed"}
    for path in ("erp/sales-orders/", "crm/quotations/"):
        old = api.post(path, {"customer": "C1", "date": "1999-01-01", "lines": trade.lines()})
        assert set(fields_of(old.json())) == {"date"}, old.content
    twice = api.post("erp/stock-counts/", {"warehouse": "MAIN", "lines": [{"product": "P1", "found": "1"}] * 2})
    assert "“P1” is not allowed" in twice.json()["detail"]


def test_the_permission_that_is_missing_is_named(acme: Company, program: Callable[..., Program]) -> None:
    body = refused(program(acme, Role.SALESPERSON).post("erp/receipts/", {}), 403, "permission_denied")
    assert "inventory.receive" in body["detail"]


def test_an_order_of_the_crm_without_lines_speaks_of_an_order(api: Program) -> None:
    trade.masters(api)
    body = api.post("crm/orders/", {"customer": "C1", "lines": []}).json()
    assert "rder" in body["detail"] and "uotation" not in body["detail"]


def test_figures_in_sentences_have_no_trailing_zeros(api: Program) -> None:
    body = {"sku": "P1", "name": "x", "unit": "PC", "tax_code": "STD", "list_price": "0.25000000", "price_floor": "0.50000000"}
    detail = api.post("erp/products/", body).json()["detail"]
    assert "the price floor 0.5 is above the list price 0.25" in detail


def test_a_document_of_two_thousand_lines_is_taken(api: Program) -> None:
    trade.masters(api)
    order = trade.created(api.post("erp/sales-orders/", {"customer": "C1", "lines": trade.lines() * 2000}))
    assert (len(order["lines"]), order["lines_total"]) == (2000, 2000)
    [listed] = api.get("erp/sales-orders/").json()["results"]
    assert ([line["sequence"] for line in listed["lines"]], listed["lines_total"]) == (list(range(1, 101)), 2000)
    assert set(api.get("erp/sales-orders/?fields=lines_total").json()["results"][0].items()) == {("lines_total", 2000)}


def test_amounts_too_large_for_the_books_are_400(api: Program) -> None:
    trade.masters(api)
    lines = [*trade.lines(), *trade.lines("99999999999999", unit_price="9999999999999999")]
    body = refused(api.post("erp/sales-orders/", {"customer": "C1", "lines": lines}), 400, "invalid_value")
    assert fields_of(body) == {"lines.1.quantity": "invalid_value"}
    many = {"customer": "C1", "lines": trade.lines("9", unit_price="99999999999999") * 20}
    assert fields_of(refused(api.post("erp/sales-orders/", many), 400, "invalid_value")) == {"lines": "invalid_value"}
    line = {"product": "P1", "quantity": "99999999999", "unit_cost": "99999999999"}
    body = refused(api.post("erp/receipts/", {"warehouse": "MAIN", "lines": [line]}), 400, "invalid_value")
    assert fields_of(body) == {"lines.0.unit_cost": "invalid_value"}


@pytest.mark.parametrize(
    "query",
    [f"?{query}" for query in ("colour=red", "limit=0", "limit=201", "limit=x", "cursor=x", "cursor=%00", "fields=nope")]
    + ["?state=nope", "?date_from=x", "?number=%00", "?customer=NOPE", "?product=%00"],
)  # fmt: skip
def test_a_wrong_parameter_is_named(api: Program, query: str) -> None:
    body = refused(api.get(f"erp/sales-orders/{query}"), 400, "invalid_input")
    assert body["errors"][0]["field"] == query[1:].split("=")[0]


def test_problems_speak_the_callers_language(api: Program) -> None:
    answer = api.get("erp/products/nope/", headers={"Accept-Language": "zh-hans"})
    assert answer.json()["type"] == "urn:weft:problem:not_found"
    assert answer["Content-Language"] == "zh-hans"
