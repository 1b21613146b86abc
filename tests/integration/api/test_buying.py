"""Buying through the API, where a program may ask for what is not there any more."""

from tests.integration.api import trade
from tests.integration.api.conftest import Program


def test_paying_a_bill_of_which_nothing_is_open_is_refused(api: Program) -> None:
    trade.product(api)
    trade.supplier(api)
    bill = trade.charge(api, "10.00")
    trade.created(api.post(f"erp/vendor-bills/{bill['id']}/pay/"))
    again = api.post(f"erp/vendor-bills/{bill['id']}/pay/")
    assert again.status_code == 400, again.content
    assert {error["code"] for error in again.json()["errors"]} == {"invalid_value", "bill_not_open"}


def test_an_order_keeps_to_what_is_agreed_with_its_supplier(api: Program) -> None:
    trade.product(api)
    trade.supplier(api, currency="EUR")
    line = {"product": "P1", "unit": "box", "min_quantity": "2", "tiers": [{"price": "60"}]}
    agreed = {"supplier": "S1", "currency": "EUR", "valid_from_date": "2026-01-01", "lines": [line]}
    trade.created(api.post("erp/agreements/", agreed))
    wanted = {"product": "P1", "quantity": "3", "requested_date": "2099-01-01"}
    placed = trade.created(api.post("erp/purchase-orders/", {"supplier": "S1", "lines": [wanted]}))
    assert placed["agreement"]["number"] == "AG-000001"
    assert [(line["unit"], line["base_quantity"], line["unit_price"]) for line in placed["lines"]] == [("box", "36", "60.00")]
    few = api.post("erp/purchase-orders/", {"supplier": "S1", "lines": [{**wanted, "quantity": "1"}]})
    assert few.json()["errors"][0]["code"] == "below_minimum"
    by_hand = trade.created(api.post("erp/purchase-orders/", {"supplier": "S1", "lines": [{**wanted, "unit_price": "7"}]}))
    assert by_hand["agreement"] is None
