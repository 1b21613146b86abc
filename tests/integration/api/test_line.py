"""The line once through the API: what an outside program needs to run the trade."""

from decimal import Decimal

from erp.core.models import Delivery
from erp.identity.models import Company
from integration.relay.drain import drain
from tests.integration.api import trade
from tests.integration.api.conftest import Program
from tests.integration.api.test_walls import raise_one


def test_a_quotation_becomes_an_order_a_delivery_an_invoice_and_a_payment(api: Program) -> None:
    trade.masters(api)
    receipt = api.post("erp/receipts/", {"warehouse": "MAIN", "lines": [{"product": "P1", "quantity": "10", "unit_cost": "7.5"}]})
    assert receipt.status_code == 201, receipt.content
    quotation = api.post("crm/quotations/", {"customer": "C1", "lines": [{"product": "P1", "quantity": "3"}]})
    assert quotation.status_code == 201, quotation.content
    assert quotation.json()["lines"][0]["unit_price"] == "19.99"
    accepted = api.post(f"crm/quotations/{quotation.json()['number']}/accept/")
    assert accepted.status_code == 200, accepted.content
    order = accepted.json()["sales_order"]
    assert set(order) == {"id", "number"}
    for verb in ("confirm", "reserve"):
        done = api.post(f"erp/sales-orders/{order['number']}/{verb}/")
        assert done.status_code == 200, done.content
    delivery = api.post("erp/deliveries/", {"sales_order": order["number"]})
    assert delivery.status_code == 201, delivery.content
    assert delivery.json()["cost"] == "22.50"
    invoice = api.post(f"erp/deliveries/{delivery.json()['id']}/invoice/")
    assert invoice.status_code == 201, invoice.content
    assert (invoice.json()["net"], invoice.json()["open_amount"]) == ("59.97", "67.77")
    payment = api.post("erp/payments/", {"customer": "C1", "amount": "67.77", "invoices": [invoice.json()["number"]]})
    assert payment.status_code == 201, payment.content
    assert payment.json()["open_amount"] == "0.00"
    assert api.get(f"erp/sales-orders/{order['id']}/").json()["state"] == "invoiced"
    assert api.get("erp/trial-balance/").status_code == 200


def test_an_order_is_entered_directly_and_its_thread_is_told(api: Program) -> None:
    trade.masters(api)
    order = trade.created(api.post("crm/orders/", {"customer": "C1", "lines": trade.lines("2")}))
    assert order["source_kind"] == "quotation"
    assert api.get(f"crm/quotations/{order['source_id']}/").json()["sales_order"]["number"] == order["number"]
    thread = trade.created(api.get(f"erp/sales-orders/{order['number']}/thread/"))
    assert {node["type"] for node in thread["nodes"]} == {"quotation", "sales_order"}
    assert [edge["cause"] for edge in thread["edges"]] == ["quotation.accepted"]


def test_a_refusal_on_accepting_changes_nothing(api: Program) -> None:
    trade.masters(api)
    quotation = trade.quotation(api, "1", valid_until_date="2026-01-01", date="2026-01-01")
    assert api.post(f"crm/quotations/{quotation['number']}/accept/").status_code == 422
    assert api.get(f"crm/quotations/{quotation['number']}/").json()["state"] == "draft"
    trade.created(api.post(f"crm/quotations/{quotation['number']}/cancel/"))
    assert api.post(f"crm/quotations/{quotation['number']}/accept/").status_code == 409


def test_a_cancelled_order_gives_its_stock_back(api: Program) -> None:
    trade.masters(api)
    trade.stock(api)
    order = trade.order(api, "4")
    for verb in ("confirm", "reserve"):
        trade.created(api.post(f"erp/sales-orders/{order['id']}/{verb}/"))
    assert api.get("erp/stock-levels/").json()["results"][0]["available"] == "6"
    assert trade.created(api.post(f"erp/sales-orders/{order['id']}/cancel/"))["state"] == "cancelled"
    assert api.get("erp/stock-levels/").json()["results"][0]["available"] == "10"


def test_stock_can_be_asked_for_any_day(api: Program) -> None:
    trade.masters(api)
    for day, quantity in (("2026-01-10", "10"), ("2026-02-10", "5")):
        line = {"product": "P1", "quantity": quantity, "unit_cost": "2"}
        trade.created(api.post("erp/receipts/", {"warehouse": "MAIN", "date": day, "lines": [line]}))
    days = ("2026-01-09", "2026-01-10", "2026-02-10")
    found = [api.get(f"erp/stock-levels/?date={day}").json()["results"][0] for day in days]
    assert [(row["on_hand"], row["value"]) for row in found] == [("0", "0.00"), ("10", "20.00"), ("15", "30.00")]
    assert {row["available"] for row in found} == {None}


def test_an_opportunity_moves_through_its_stages(api: Program) -> None:
    trade.customer(api)
    made = trade.created(api.post("crm/opportunities/", {"name": "Big one", "customer": "C1"}))
    url = f"crm/opportunities/{made['number']}/move/"
    assert trade.created(api.post(url, {"stage": "proposal"}))["stage"] == "proposal"
    assert api.post(url, {"stage": "lost"}).status_code == 400
    assert trade.created(api.post(url, {"stage": "lost", "lost_reason": "price"}))["lost_reason"] == "price"
    assert api.post(url, {"stage": "won"}).status_code == 409


def test_a_receipt_is_in_the_books_at_once(api: Program) -> None:
    trade.masters(api)
    trade.stock(api)
    [entry] = api.get("erp/journal-entries/?kind=receipt").json()["results"]
    assert {line["account"]["code"] for line in entry["lines"]} == {"1400", "2150"}
    assert sum(Decimal(line["debit"]) for line in entry["lines"]) == 75


def test_a_customers_figures(api: Program) -> None:
    trade.masters(api)
    trade.stock(api)
    done = trade.delivery(api, "2")
    trade.created(api.post(f"erp/deliveries/{done['id']}/invoice/"))
    page = trade.created(api.get("crm/customers/C1/"))
    assert page["customer"]["code"] == "C1"
    assert page["figures"]["owed"] == "45.18"
    assert page["figures"]["documents"]["invoices"] == 1


def test_goods_come_back_and_are_credited(api: Program) -> None:
    trade.masters(api)
    trade.stock(api)
    done = trade.delivery(api, "3")
    invoice = trade.created(api.post(f"erp/deliveries/{done['id']}/invoice/"))
    made = trade.came_back(api, done["number"], "2")
    assert (made["cost"], made["reason"], made["credit_note"]) == ("15.00", "damaged", None)
    assert api.get(f"erp/deliveries/{done['id']}/").json()["lines"][0]["returned"] == "2"
    assert api.get("erp/sales-orders/").json()["results"][0]["lines"][0]["returned"] == "2"
    refused = api.post(
        "erp/sales-returns/", {"delivery": done["number"], "reason": "other", "lines": [{"delivery_line": 1, "quantity": "2"}]}
    )
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "lines.0.quantity")
    unknown = api.post(
        "erp/sales-returns/", {"delivery": done["number"], "reason": "other", "lines": [{"delivery_line": 7, "quantity": "2"}]}
    )
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (400, "lines.0.delivery_line")
    answer = api.post(f"erp/sales-returns/{made['number']}/credit/")
    assert answer.status_code == 201
    note = answer.json()
    assert (note["net"], note["total"], note["open_amount"], note["invoice"]["number"]) == (
        "39.98",
        "45.18",
        "0.00",
        invoice["number"],
    )
    assert note["lines"][0]["invoice_line"] == 1
    shown = api.get(f"erp/invoices/{invoice['number']}/").json()
    assert (shown["credited"], shown["open_amount"]) == ("45.18", "22.59")
    assert api.post(f"erp/sales-returns/{made['number']}/credit/").status_code == 422
    assert api.get("erp/sales-returns/?credited=true").json()["results"][0]["credit_note"]["number"] == note["number"]
    page = trade.created(api.get("crm/customers/C1/"))["figures"]
    assert page["owed"] == "22.59"
    assert (page["documents"]["returns"], page["documents"]["credit_notes"]) == (1, 1)


def test_a_price_is_credited_without_goods(api: Program) -> None:
    trade.masters(api)
    trade.stock(api)
    done = trade.delivery(api, "3")
    invoice = trade.created(api.post(f"erp/deliveries/{done['id']}/invoice/"))["number"]
    lines = [{"invoice_line": 1, "amount": "10.00"}]
    note = trade.created(api.post("erp/credit-notes/", {"invoice": invoice, "lines": lines, "memo": "Scratched"}))
    assert (note["net"], note["tax"], note["lines"][0]["quantity"]) == ("10.00", "1.30", "0")
    free = {"customer": "C1", "lines": [{"amount": "5.00", "tax_code": "ZERO", "description": "Goodwill"}]}
    gift = trade.created(api.post("erp/credit-notes/", free))
    assert (gift["invoice"], gift["open_amount"]) == (None, "5.00")
    too_much = api.post("erp/credit-notes/", {"invoice": invoice, "lines": [{"invoice_line": 1, "amount": "50.00"}]})
    assert (too_much.status_code, too_much.json()["errors"][0]["code"]) == (422, "more_than_invoiced")


def test_goods_without_an_original_come_back(api: Program) -> None:
    trade.masters(api)
    body = {"customer": "C1", "warehouse": "MAIN", "reason": "other", "lines": trade.lines("2", unit_price="9.00")}
    unknown = api.post("erp/sales-returns/", body)
    assert (unknown.status_code, unknown.json()["errors"][0]["code"]) == (422, "return_cost_unknown")
    body["lines"][0]["unit_cost"] = "4.25"
    made = trade.created(api.post("erp/sales-returns/", body))
    assert (made["delivery"], made["cost"]) == (None, "8.50")
    note = trade.created(api.post(f"erp/sales-returns/{made['id']}/credit/"))
    assert (note["total"], note["open_amount"], note["invoice"]) == ("20.34", "20.34", None)


def test_what_happened_is_in_the_event_log(api: Program) -> None:
    trade.masters(api)
    order = trade.order(api)
    [event] = api.get(f"integration/events/?type=sales_order.placed&aggregateid={order['id']}").json()["results"]
    assert event["payload"]["number"] == order["number"]
    assert event["actor"].startswith("key:")
    assert event["occurred_at"].endswith("Z")


def test_parked_events_are_replayed_or_skipped_with_a_reason(api: Program, acme: Company) -> None:
    trade.masters(api)
    trade.order(api)
    event = api.get("integration/events/?type=sales_order.placed").json()["results"][0]["id"]
    Delivery.objects.filter(event_id=event).update(state="parked", last_error="boom")
    parked = api.get("integration/parked-events/").json()["results"]
    assert {row["last_error"] for row in parked} == {"boom"}
    assert {row["type"] for row in parked} == {"sales_order.placed"}
    first, *others = [row["id"] for row in parked]
    assert api.post(f"integration/parked-events/{first}/replay/", {"reason": " "}).status_code == 400
    assert trade.created(api.post(f"integration/parked-events/{first}/replay/", {"reason": "mended"}))["state"] == "pending"
    assert api.post(f"integration/parked-events/{first}/skip/", {"reason": "late"}).status_code == 409
    for other in others:
        assert trade.created(api.post(f"integration/parked-events/{other}/skip/", {"reason": "late"}))["state"] == "skipped"


def test_the_inbox_is_worked_off(api: Program, acme: Company) -> None:
    trade.masters(api)
    raise_one(acme)
    [item] = api.get("integration/exceptions/?state=open").json()["results"]
    assert item["verb"] == "confirm"
    assert trade.created(api.post(f"integration/exceptions/{item['id']}/dismiss/"))["state"] == "dismissed"
    assert trade.created(api.post(f"integration/exceptions/{item['id']}/reopen/"))["state"] == "open"
    assert api.post(f"integration/exceptions/{item['id']}/reopen/").status_code == 409
    trade.created(api.post(f"integration/exceptions/{item['id']}/dismiss/"))
    assert api.post(f"integration/exceptions/{item['id']}/settle/").status_code == 409


def test_a_program_writes_about_a_document(api: Program) -> None:
    trade.masters(api)
    number = trade.order(api)["number"]
    written = trade.created(api.post("erp/comments/", {"kind": "sales_order", "document": number, "text": "Gate 4, please."}))
    assert written["text"] == "Gate 4, please."
    assert api.get(f"erp/comments/?kind=sales_order&document={number}").json()["results"] == [written]
    assert api.post("erp/comments/", {"kind": "sales_order", "document": "SO-9", "text": "x"}).status_code == 400
    assert api.get("erp/comments/?kind=nothing&document=1").status_code == 400


def test_stock_is_written_off_and_found_and_a_refusal_says_what_to_do(api: Program) -> None:
    trade.masters(api)
    trade.stock(api, "10")
    lost = {"warehouse": "MAIN", "reason": "lost", "note": "gone", "lines": [{"product": "P1", "quantity": "4"}]}
    written_off = trade.created(api.post("erp/stock-adjustments/", lost))
    assert (written_off["number"], written_off["lines"][0]["quantity"]) == ("SA-000001", "-4")
    found = {"warehouse": "MAIN", "reason": "found", "lines": [{"product": "P1", "quantity": "1", "unit_cost": "3"}]}
    assert trade.created(api.post("erp/stock-adjustments/", found))["value"] == "3.00"
    assert api.get("erp/stock-levels/").json()["results"][0]["on_hand"] == "7"
    refused = api.post("erp/stock-adjustments/", {**lost, "lines": [{"product": "P1", "quantity": "8"}]})
    assert refused.status_code == 422
    assert "Write off what is there" in refused.content.decode()
    assert len(api.get("erp/stock-adjustments/?reason=lost").json()["results"]) == 1


def test_found_stock_goes_to_the_order_that_waits_for_it(api: Program) -> None:
    trade.masters(api)
    trade.stock(api, "1")
    number = trade.created(api.post("erp/sales-orders/", {"customer": "C1", "lines": trade.lines("3")}))["number"]
    for verb in ("confirm", "reserve"):
        trade.created(api.post(f"erp/sales-orders/{number}/{verb}/"))
    drain()
    found = {"warehouse": "MAIN", "reason": "found", "lines": [{"product": "P1", "quantity": "2"}]}
    trade.created(api.post("erp/stock-adjustments/", found))
    assert api.get(f"erp/sales-orders/{number}/").json()["lines"][0]["reserved"] == "1"
    drain()
    assert api.get(f"erp/sales-orders/{number}/").json()["lines"][0]["reserved"] == "3"
