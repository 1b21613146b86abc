"""Goods, customers and documents that the tests of the API start from, made over the API itself."""

from typing import Any

from tests.integration.api.conftest import Program

BOX = {"code": "box", "numerator": 12}


def created(answer: Any) -> dict[str, Any]:
    """The body of a success; the refusal in the failure message otherwise."""
    assert answer.status_code in {200, 201}, answer.content.decode()
    return dict(answer.json())


def product(api: Program, sku: str = "P1", **fields: Any) -> dict[str, Any]:
    usual = {"sku": sku, "name": f"Product {sku}", "unit": "PC", "tax_code": "STD", "list_price": "19.99", "units": [BOX]}
    return created(api.post("erp/products/", {**usual, **fields}))


def customer(api: Program, code: str = "C1", **fields: Any) -> dict[str, Any]:
    usual = {"code": code, "name": f"Customer {code}", "is_customer": True, "currency": "EUR", "payment_term": "NET30"}
    return created(api.post("erp/parties/", {**usual, **fields}))


def stock(api: Program, quantity: str = "10", sku: str = "P1", unit_cost: str = "7.50") -> dict[str, Any]:
    line = {"product": sku, "quantity": quantity, "unit_cost": unit_cost}
    return created(api.post("erp/receipts/", {"warehouse": "MAIN", "lines": [line]}))


def masters(api: Program) -> None:
    product(api)
    customer(api)


def lines(quantity: str = "1", sku: str = "P1", **fields: Any) -> list[dict[str, Any]]:
    return [{"product": sku, "quantity": quantity, **fields}]


def order(api: Program, quantity: str = "1", **fields: Any) -> dict[str, Any]:
    return created(api.post("erp/sales-orders/", {"customer": "C1", "lines": lines(quantity), **fields}))


def quotation(api: Program, quantity: str = "1", **fields: Any) -> dict[str, Any]:
    return created(api.post("crm/quotations/", {"customer": "C1", "lines": lines(quantity), **fields}))


def delivery(api: Program, quantity: str = "1") -> dict[str, Any]:
    """An order taken, confirmed, reserved and delivered."""
    placed = order(api, quantity)
    for verb in ("confirm", "reserve"):
        created(api.post(f"erp/sales-orders/{placed['id']}/{verb}/"))
    return created(api.post("erp/deliveries/", {"sales_order": placed["number"]}))


def came_back(api: Program, delivery: str, quantity: str = "1") -> dict[str, Any]:
    """Some of the first line of a delivery, returned."""
    line = {"delivery_line": 1, "quantity": quantity}
    return created(api.post("erp/sales-returns/", {"delivery": delivery, "reason": "damaged", "lines": [line]}))


def supplier(api: Program, code: str = "S1", **fields: Any) -> dict[str, Any]:
    return customer(api, code, is_customer=False, is_supplier=True, **fields)


def charge(api: Program, price: str, supplier: str = "S1", number: str = "R-1") -> dict[str, Any]:
    """A bill of a supplier without an order."""
    lines = [{"unit_price": price, "description": "Freight"}]
    return created(api.post("erp/vendor-bills/", {"supplier": supplier, "supplier_number": number, "lines": lines}))
