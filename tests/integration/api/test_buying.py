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
