"""Units over the API: what is typed comes back as typed, with what it holds beside it."""

from typing import Any

from tests.integration.api import trade
from tests.integration.api.conftest import Program


def told(document: dict[str, Any]) -> list[tuple[str, ...]]:
    return [(line["quantity"], line["unit"], line["base_quantity"]) for line in document["lines"]]


def test_three_boxes_go_from_the_quotation_to_the_invoice(api: Program) -> None:
    trade.masters(api)
    body = {"warehouse": "MAIN", "lines": [{"product": "P1", "quantity": "4", "unit": "box", "unit_cost": "60"}]}
    receipt = trade.created(api.post("erp/receipts/", body))
    assert (told(receipt), receipt["value"]) == ([("4", "box", "48")], "240.00")
    quotation = trade.quotation(api, "3", lines=trade.lines("3", unit="box", discount="0.1"))
    assert told(quotation) == [("3", "box", "36")]
    assert (quotation["lines"][0]["unit_price"], quotation["net"]) == ("239.88", "647.68")
    number = trade.created(api.post(f"crm/quotations/{quotation['number']}/accept/"))["sales_order"]["number"]
    for verb in ("confirm", "reserve"):
        order = trade.created(api.post(f"erp/sales-orders/{number}/{verb}/"))
    assert (told(order), order["lines"][0]["reserved"], order["net"]) == ([("3", "box", "36")], "36", "647.68")
    delivery = trade.created(api.post("erp/deliveries/", {"sales_order": number}))
    assert (told(delivery), delivery["cost"]) == ([("3", "box", "36")], "180.00")
    invoice = trade.created(api.post(f"erp/deliveries/{delivery['number']}/invoice/"))
    assert (told(invoice), invoice["net"]) == ([("3", "box", "36")], "647.68")


def test_boxes_come_back_and_are_credited_as_boxes(api: Program) -> None:
    trade.masters(api)
    trade.stock(api, "36")
    order = trade.created(api.post("erp/sales-orders/", {"customer": "C1", "lines": trade.lines("3", unit="box")}))
    for verb in ("confirm", "reserve"):
        trade.created(api.post(f"erp/sales-orders/{order['id']}/{verb}/"))
    delivery = trade.created(api.post("erp/deliveries/", {"sales_order": order["number"]}))["number"]
    invoice = trade.created(api.post(f"erp/deliveries/{delivery}/invoice/"))["number"]
    body = {"delivery": delivery, "reason": "damaged"}
    back = trade.created(api.post("erp/sales-returns/", {**body, "lines": [{"delivery_line": 1, "quantity": "1"}]}))
    assert (told(back), back["lines"][0]["unit_price"]) == ([("1", "box", "12")], "239.88")
    note = trade.created(api.post(f"erp/sales-returns/{back['number']}/credit/"))
    assert (told(note), note["lines"][0]["unit_price"], note["net"]) == ([("1", "box", "12")], "239.88", "239.88")
    loose = [{"delivery_line": 1, "quantity": "2", "unit": "PC"}]
    assert told(trade.created(api.post("erp/sales-returns/", {**body, "lines": loose}))) == [("2", "PC", "2")]
    lines = [{"invoice_line": 1, "quantity": "1"}, {"invoice_line": 1, "quantity": "1", "unit": "PC"}]
    note = trade.created(api.post("erp/credit-notes/", {"invoice": invoice, "lines": lines}))
    assert (told(note), note["net"]) == ([("1", "box", "12"), ("1", "PC", "1")], "259.87")


def test_a_count_and_an_adjustment_are_entered_in_boxes(api: Program) -> None:
    trade.masters(api)
    body = {
        "warehouse": "MAIN",
        "reason": "found",
        "lines": [{"product": "P1", "quantity": "2", "unit": "box", "unit_cost": "60"}],
    }
    found = trade.created(api.post("erp/stock-adjustments/", body))
    assert (told(found), found["value"]) == ([("2", "box", "24")], "120.00")
    lost = {"warehouse": "MAIN", "reason": "lost", "lines": [{"product": "P1", "quantity": "1", "unit": "box"}]}
    assert told(trade.created(api.post("erp/stock-adjustments/", lost))) == [("-1", "box", "-12")]
    count = {"warehouse": "MAIN", "lines": [{"product": "P1", "found": "3", "unit": "box"}]}
    [line] = trade.created(api.post("erp/stock-counts/", count))["lines"]
    assert (line["found"], line["unit"], line["expected"]) == ("36", "PC", "12")
    for path, wrong, field in (
        ("erp/stock-counts/", {**count, "lines": [{"product": "P1", "found": "0.3", "unit": "box"}]}, "lines.0.found"),
        ("erp/stock-adjustments/", {**lost, "lines": [{"product": "P1", "quantity": "1", "unit": "bag"}]}, "lines.0.unit"),
    ):
        assert [error["field"] for error in api.post(path, wrong).json()["errors"]] == [field]


def test_a_count_says_what_it_expects_and_is_refused_when_that_moved(api: Program) -> None:
    trade.masters(api)
    first = {"warehouse": "MAIN", "lines": [{"product": "P1", "found": "5", "expected": "0"}]}
    trade.created(api.post("erp/stock-counts/", first))
    answer = api.post("erp/stock-counts/", first)
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["field"], error["code"]) == (422, "lines.0.found", "moved_while_counting")
    assert "0 were expected then, 5 are now" in error["message"]


def test_a_line_read_can_be_sent_back_as_it_is(api: Program) -> None:
    trade.masters(api)
    before = trade.quotation(api, "3", lines=trade.lines("3", unit="box"))
    url = f"crm/quotations/{before['number']}/"
    [line] = before["lines"]
    sent = {name: line[name] for name in ("quantity", "unit", "unit_price", "discount", "description")} | {"product": "P1"}
    for body in ({"lines": [sent]}, {"reference": "kept"}):
        answer = api.patch(url, body, headers={"If-Match": "*"})
        assert told(answer.json()) == [("3", "box", "36")], answer.content


def test_what_cannot_be_counted_is_a_problem_beside_its_field(api: Program) -> None:
    trade.masters(api)
    lines = [*trade.lines("1", unit="bag"), *trade.lines("0.3", unit="box"), *trade.lines("0.5")]
    for path in ("crm/quotations", "crm/orders", "erp/sales-orders"):
        errors = api.post(f"{path}/", {"customer": "C1", "lines": lines}).json()["errors"]
        assert [(error["field"], error["code"]) for error in errors] == [
            ("lines.0.unit", "unknown_unit"),
            ("lines.1.quantity", "quantity_not_exact"),
            ("lines.2.quantity", "quantity_not_exact"),
        ], path


def test_a_products_units_are_read_replaced_and_left_alone(api: Program) -> None:
    trade.product(api)
    url = "erp/products/P1/"
    box = {"code": "box", "numerator": 12, "denominator": 1, "barcode": ""}
    assert api.get(url).json()["units"] == [box]
    assert api.patch(url, {"name": "x"}, headers={"If-Match": "*"}).json()["units"] == [box]
    crate = {"code": "crate", "numerator": 1, "denominator": 2, "barcode": "C2"}
    assert api.patch(url, {"units": [crate]}, headers={"If-Match": "*"}).json()["units"] == [crate]
