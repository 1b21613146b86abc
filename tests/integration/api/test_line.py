"""The line once through the API: what an outside program needs to run the trade."""

from tests.integration.api.conftest import Program


def make_masters(api: Program) -> None:
    product = {"sku": "P1", "name": "First", "unit": "PC", "tax_code": "STD", "list_price": "19.99"}
    assert api.post("erp/products/", product).status_code == 201
    party = {"code": "C1", "name": "Customer one", "is_customer": True, "currency": "EUR", "payment_term": "NET30"}
    assert api.post("erp/parties/", party).status_code == 201


def test_a_quotation_becomes_an_order_a_delivery_an_invoice_and_a_payment(api: Program) -> None:
    make_masters(api)
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
