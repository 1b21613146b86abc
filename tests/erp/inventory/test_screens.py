"""The screens of the stock: what may be seen, receiving in the lines editor, counting on a sheet."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import reverse

from erp.catalog.drafts import ProductDraft, ProductUnitDraft
from erp.catalog.operations.save_products import save_products
from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.inventory.models import Count, Receipt, StockLevel
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.inventory.operations.save_warehouses import WarehouseDraft, save_warehouses
from tests.support.cast import AT, TODAY, counted_statements
from tests.support.trade import LogIn, Trade

HEAD = {"date": TODAY.isoformat(), "purpose": "goods", "supplier": ""}


def body(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def send(client: Client, name: str, data: Any) -> tuple[int, dict[str, Any]]:
    response = client.post(reverse(f"inventory:{name}"), json.dumps(data), content_type="application/json")
    return response.status_code, response.json()


def on_hand(trade: Trade, product: int) -> Decimal:
    with company_scope(trade.actor, read_only=True):
        return StockLevel.objects.get(product_id=product).on_hand


def test_every_list_and_page_opens_and_a_clerk_sees_no_value(trade: Trade, log_in: LogIn) -> None:
    clerk, planner = log_in(Role.WAREHOUSE_CLERK), log_in(Role.PLANNER)
    urls = [reverse(f"inventory:{name}") for name in ("levels", "levels_at", "receipts", "counts")]
    urls.append(reverse("inventory:receipt", args=[trade.receipt]))
    for url in urls:
        assert "700.00" not in body(clerk, url) and "Value" not in body(clerk, url)
    assert "1,400.00" in body(planner, urls[0]) and "1,400.00" in body(planner, urls[-1])
    for name in ("moves", "warehouses"):
        body(clerk, reverse(f"inventory:{name}"))


def test_the_stock_of_an_earlier_day_is_what_lay_there_then(trade: Trade, log_in: LogIn) -> None:
    trade.order("delivered", quantity="10")
    client = log_in(Role.PLANNER)
    assert ">90<" in body(client, reverse("inventory:levels_at")) or "90<span" in body(client, reverse("inventory:levels_at"))
    assert "Nothing matches" in body(client, reverse("inventory:levels_at", query={"at": "2026-01-01"}))
    assert "1,316.00" in body(client, reverse("inventory:levels_at", query={"at": TODAY.isoformat()}))


def test_lists_cost_the_same_for_many_rows(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.PLANNER)
    urls = [reverse(f"inventory:{name}") for name in ("levels", "moves", "receipts", "levels_at")]
    trade.order("delivered", quantity="1")
    few = [_statements(client, url) for url in urls]
    for _ in range(6):
        trade.order("delivered", quantity="1")
    assert [_statements(client, url) for url in urls] == few


def _statements(client: Client, url: str) -> int:
    body(client, url)
    with counted_statements() as count:
        body(client, url)
        return count()


def test_a_clerk_receives_goods_at_the_present_average_without_seeing_it(trade: Trade, log_in: LogIn) -> None:
    clerk = log_in(Role.WAREHOUSE_CLERK)
    assert "Post receipt" in body(clerk, reverse("inventory:new_receipt"))
    assert clerk.get(reverse("inventory:receipt_suggest"), {"q": "la"}).json()["products"][0]["product"] == "LAMP"
    known = send(clerk, "receipt_lookup", {"products": ["LAMP", "NOPE"]})[1]["products"]
    assert set(known) == {"LAMP"} and known["LAMP"]["price"] == ""
    assert send(log_in(Role.ADMINISTRATOR), "receipt_lookup", {"products": ["LAMP"]})[1]["products"]["LAMP"]["price"] == "7.0000"
    lines = [{"product": "LAMP", "quantity": "5", "price": ""}]
    status, answer = send(clerk, "receipt_submit", {"header": {**HEAD, "warehouse": trade.warehouse}, "lines": lines})
    page = body(clerk, answer["url"])
    assert status == 200 and "GR-000002" in page and "Receipt posted." in page
    assert on_hand(trade, trade.lamp) == 105
    with company_scope(trade.actor, read_only=True):
        assert Receipt.objects.order_by("-pk")[0].value == 35


def test_the_stock_shown_is_that_of_the_warehouse_of_the_document(trade: Trade, log_in: LogIn) -> None:
    with company_scope(trade.actor):
        [other] = save_warehouses(warehouses=[WarehouseDraft(code="NORTH", name="North")], actor=trade.actor, at=AT)
        lines = [ReceiptLineDraft(product_id=trade.lamp, quantity=Decimal(7), unit_cost=Decimal(7))]
        receive_goods(receipts=[ReceiptDraft(warehouse_id=other, date=TODAY, lines=lines)], actor=trade.actor, at=AT)
    clerk = log_in(Role.WAREHOUSE_CLERK)
    for warehouse, there in ((trade.warehouse, 100), (other, 7), ("", 107), ("x", 0)):
        for name in ("receipt", "adjustment"):
            asked = {"products": ["LAMP"], "header": {"warehouse": str(warehouse)}}
            known = send(clerk, f"{name}_lookup", asked)[1]["products"]["LAMP"]
            assert Decimal(known["on_hand"]) == Decimal(known["available"]) == there
            offered = clerk.get(reverse(f"inventory:{name}_suggest"), {"q": "la", "warehouse": warehouse}).json()["products"]
            assert Decimal(offered[0]["available"]) == there


def test_everything_wrong_with_a_receipt_comes_at_once_and_nothing_happens(trade: Trade, log_in: LogIn) -> None:
    clerk = log_in(Role.WAREHOUSE_CLERK)
    lines = [
        {"product": "LAMP", "quantity": "-1", "price": "x"},
        {"product": "=cmd()", "quantity": "1", "price": "1"},
        {"product": "CABLE", "quantity": "NaN", "price": "-3"},
        {"product": "a\0b", "quantity": "1", "price": "1"},
    ]
    status, answer = send(
        clerk, "receipt_submit", {"header": {**HEAD, "warehouse": 0, "date": "x", "supplier": "?"}, "lines": lines}
    )
    fields = {error["field"] for error in answer["errors"]}
    assert status == 422
    assert fields >= {"warehouse", "date", "supplier", "lines.0.quantity", "lines.0.price", "lines.1.product", "lines.2.quantity"}
    assert "lines.3.product" in fields
    assert on_hand(trade, trade.lamp) == 100
    assert send(clerk, "receipt_submit", [])[0] == 422
    deep = clerk.post(reverse("inventory:receipt_submit"), b'{"lines":' + b"[" * 5000, content_type="application/json")
    assert deep.status_code == 422
    closed = {
        "header": {**HEAD, "warehouse": trade.warehouse, "date": "2001-01-01"},
        "lines": [{"product": "LAMP", "quantity": "1"}],
    }
    assert send(clerk, "receipt_submit", closed)[0] == 422


def test_a_decimal_comma_is_refused_and_not_read_as_ten_times_the_goods(trade: Trade, log_in: LogIn) -> None:
    clerk, head = log_in(Role.WAREHOUSE_CLERK), {**HEAD, "warehouse": trade.warehouse}
    lines = [{"product": "LAMP", "quantity": "2,5", "price": "7,25"}]
    status, answer = send(clerk, "receipt_submit", {"header": head, "lines": lines})
    assert (status, {error["field"]: error["message"] for error in answer["errors"]}) == (
        422,
        {"lines.0.quantity": "Write 2.5 with a point.", "lines.0.price": "Write 7.25 with a point."},
    )
    assert on_hand(trade, trade.lamp) == 100
    grouped = [{"product": "LAMP", "quantity": "1,000", "price": "1,234.50"}]
    assert send(clerk, "receipt_submit", {"header": head, "lines": grouped})[0] == 200
    assert on_hand(trade, trade.lamp) == 1100
    sheet = reverse("inventory:new_count", query={"warehouse": str(trade.warehouse)})
    page = clerk.post(sheet, {"date": TODAY.isoformat(), f"found_{trade.lamp}": "2,5"}).content.decode()
    assert "Write 2.5 with a point." in page


def test_the_same_receipt_sent_twice_is_received_once(trade: Trade, log_in: LogIn) -> None:
    clerk = log_in(Role.WAREHOUSE_CLERK)
    token = "7c0f3a8e-4f0b-4a57-9d0e-3c1d2b1a0f9e"
    data = {
        "header": {**HEAD, "warehouse": trade.warehouse},
        "lines": [{"product": "LAMP", "quantity": "5", "price": "7"}],
        "token": token,
    }
    assert [send(clerk, "receipt_submit", data)[0] for _ in range(2)] == [200, 200]
    assert on_hand(trade, trade.lamp) == 105


def test_a_count_sheet_posts_what_was_counted_and_leaves_the_rest(trade: Trade, log_in: LogIn) -> None:
    clerk = log_in(Role.WAREHOUSE_CLERK)
    assert "Open the count sheet" in body(clerk, reverse("inventory:new_count"))
    url = reverse("inventory:new_count", query={"warehouse": str(trade.warehouse)})
    assert "LAMP" in body(clerk, url)
    empty = clerk.post(url, {"date": TODAY.isoformat()}).content.decode()
    assert "Enter what was found of at least one product." in empty
    wrong = clerk.post(url, {"date": TODAY.isoformat(), f"found_{trade.lamp}": "-1"}).content.decode()
    assert "w-error" in wrong
    page = clerk.post(url, {"date": TODAY.isoformat(), f"found_{trade.lamp}": "98"}, follow=True).content.decode()
    assert "SC-000001" in page and "−2" in page and "Count posted." in page
    assert (on_hand(trade, trade.lamp), on_hand(trade, trade.cable)) == (98, 100)


def test_goods_that_moved_while_counting_are_refused_and_the_sheet_expects_what_is_there_now(trade: Trade, log_in: LogIn) -> None:
    clerk, url = log_in(Role.WAREHOUSE_CLERK), reverse("inventory:new_count", query={"warehouse": str(trade.warehouse)})
    assert f'name="expected_{trade.lamp}" value="100' in body(clerk, url)
    trade.order("delivered", quantity="3")
    typed = {"date": TODAY.isoformat(), f"found_{trade.lamp}": "100", f"expected_{trade.lamp}": "100.000000"}
    page = clerk.post(url, typed).content.decode()
    assert "LAMP moved while you counted: 100 were expected then, 97 are now." in page
    assert f'name="expected_{trade.lamp}" value="97' in page
    assert on_hand(trade, trade.lamp) == 97
    wrong_day = clerk.post(url, {**typed, "date": ""}).content.decode()
    assert f'name="expected_{trade.lamp}" value="100' in wrong_day
    clerk.post(url, {**typed, f"found_{trade.lamp}": "96", f"expected_{trade.lamp}": "97.000000"})
    assert on_hand(trade, trade.lamp) == 96


def test_a_sheet_without_products_says_why_and_posts_nothing(trade: Trade, log_in: LogIn) -> None:
    clerk, at = log_in(Role.WAREHOUSE_CLERK), {"warehouse": str(trade.warehouse)}
    unknown = body(clerk, reverse("inventory:new_count", query={**at, "products": "ZZ"}))
    assert "No product begins with “ZZ”." in unknown and "Post count" not in unknown
    with company_scope(trade.actor):
        pen = ProductDraft(sku="PEN", name="Pen", unit_code="PC", tax_code="STD", list_price=Decimal(1))
        save_products(products=[pen], actor=trade.actor, at=AT)
    new = body(clerk, reverse("inventory:new_count", query={**at, "products": "pen"}))
    assert "Nothing ever lay here." in new and "Post count" not in new
    assert "Post count" in body(clerk, reverse("inventory:new_count", query={**at, "products": "lam"}))


def test_a_count_below_what_is_reserved_is_refused_with_a_sentence(trade: Trade, log_in: LogIn) -> None:
    trade.order("reserved", quantity="50")
    url = reverse("inventory:new_count", query={"warehouse": str(trade.warehouse)})
    page = log_in(Role.WAREHOUSE_CLERK).post(url, {"date": TODAY.isoformat(), f"found_{trade.lamp}": "10"}).content.decode()
    assert "are reserved" in page
    with company_scope(trade.actor, read_only=True):
        assert not Count.objects.exists()


def test_the_barcode_of_a_box_suggests_it_in_boxes_and_a_service_is_never_suggested(trade: Trade, log_in: LogIn) -> None:
    box = ProductUnitDraft(code="box", numerator=12, barcode="8710000")
    pen = ProductDraft(sku="PEN", name="Pen", unit_code="PC", tax_code="STD", list_price=Decimal(1), units=[box])
    with company_scope(trade.actor):
        save_products(products=[pen, replace(pen, sku="PENCIL", kind="service", units=[])], actor=trade.actor, at=AT)
    clerk, url = log_in(Role.WAREHOUSE_CLERK), reverse("inventory:receipt_suggest")
    [found] = clerk.get(url, {"q": "8710000"}).json()["products"]
    assert (found["product"], found["unit"]) == ("PEN", "box")
    assert [(one["product"], one["unit"]) for one in clerk.get(url, {"q": "pen"}).json()["products"]] == [("PEN", "")]


def test_those_who_may_not_receive_or_count_are_stopped(trade: Trade, log_in: LogIn) -> None:
    seller = log_in(Role.SALESPERSON)
    for name in ("new_receipt", "receipt_suggest", "new_count"):
        assert seller.get(reverse(f"inventory:{name}")).status_code == 403
    assert seller.post(reverse("inventory:receipt_submit")).status_code == 403


def test_stock_is_written_off_and_found_in_the_lines_editor(trade: Trade, log_in: LogIn) -> None:
    clerk = log_in(Role.WAREHOUSE_CLERK)
    assert "Post adjustment" in body(clerk, reverse("inventory:new_adjustment"))
    assert clerk.get(reverse("inventory:adjustment_suggest"), {"q": "la"}).json()["products"][0]["product"] == "LAMP"
    known = send(log_in(Role.ADMINISTRATOR), "adjustment_lookup", {"products": ["LAMP"]})[1]["products"]
    assert known["LAMP"]["price"] == ""
    head = {"warehouse": trade.warehouse, "date": TODAY.isoformat(), "reason": "damaged", "note": "fell from the shelf"}
    lines = [{"product": "LAMP", "quantity": "2", "price": ""}]
    status, answer = send(clerk, "adjustment_submit", {"header": head, "lines": lines})
    page = body(clerk, answer["url"])
    assert status == 200 and "SA-000001" in page and "fell from the shelf" in page and "Damaged" in page
    assert "−2" in page and "14.00" not in page and "14.00" in body(log_in(Role.PLANNER), answer["url"])
    status, answer = send(clerk, "adjustment_submit", {"header": {**head, "reason": "found"}, "lines": lines})
    assert status == 200 and on_hand(trade, trade.lamp) == 100
    assert "SA-000002" in body(clerk, reverse("inventory:adjustments", query={"reason": "found"}))
    assert "SA-000001" not in body(clerk, reverse("inventory:adjustments", query={"reason": "found"}))


def test_everything_wrong_with_an_adjustment_stands_beside_its_field(trade: Trade, log_in: LogIn) -> None:
    clerk = log_in(Role.WAREHOUSE_CLERK)
    head = {"warehouse": trade.warehouse, "date": TODAY.isoformat(), "reason": "lost"}
    typed = [{"product": "LAMP", "quantity": "101"}, {"product": "CABLE", "quantity": "101", "price": ""}]
    status, answer = send(clerk, "adjustment_submit", {"header": head, "lines": typed})
    assert (status, [error["field"] for error in answer["errors"]]) == (422, ["lines.0.quantity", "lines.1.quantity"])
    priced = [{"product": "LAMP", "quantity": "1", "price": "3"}]
    status, answer = send(clerk, "adjustment_submit", {"header": head, "lines": priced})
    assert (status, [error["field"] for error in answer["errors"]]) == (422, ["lines.0.price"])
    status, answer = send(clerk, "adjustment_submit", {"header": {**head, "reason": "eaten"}, "lines": []})
    assert (status, {error["field"] for error in answer["errors"]}) == (422, {"reason", ""})
    assert log_in(Role.SALESPERSON).get(reverse("inventory:new_adjustment")).status_code == 403
