"""What states a fact is dated today or before; a promise may be of any day."""

import datetime
from typing import Any

import pytest

from erp.core import clock
from tests.integration.api import trade
from tests.integration.api.conftest import Program

LINES = [{"product": "P1", "quantity": "1"}]


@pytest.fixture
def evening(monkeypatch: pytest.MonkeyPatch) -> datetime.date:
    """Late on the first of June by UTC: in Berlin it is the second already. The day there."""
    monkeypatch.setattr(clock, "now", lambda: datetime.datetime(2026, 6, 1, 23, 0, tzinfo=datetime.UTC))
    return datetime.date(2026, 6, 2)


def bodies(api: Program) -> dict[str, dict[str, Any]]:
    """A right body for each document that states a fact, but for its date."""
    trade.masters(api)
    trade.stock(api, "50")
    delivery = trade.delivery(api, "2")
    invoice = trade.created(api.post(f"erp/deliveries/{delivery['number']}/invoice/"))
    back = trade.came_back(api, delivery["number"])
    open_delivery = trade.delivery(api, "2")
    order = trade.order(api)
    for verb in ("confirm", "reserve"):
        trade.created(api.post(f"erp/sales-orders/{order['number']}/{verb}/"))
    return {
        "erp/receipts": {"warehouse": "MAIN", "lines": [{**LINES[0], "unit_cost": "1"}]},
        "erp/stock-counts": {"warehouse": "MAIN", "lines": [{"product": "P1", "found": "60"}]},
        "erp/stock-adjustments": {"warehouse": "MAIN", "reason": "lost", "lines": LINES},
        "erp/sales-orders": {"customer": "C1", "lines": LINES},
        "crm/orders": {"customer": "C1", "lines": LINES},
        "erp/deliveries": {"sales_order": order["number"]},
        f"erp/deliveries/{open_delivery['number']}/invoice": {},
        "erp/sales-returns": {
            "delivery": delivery["number"],
            "reason": "damaged",
            "lines": [{"delivery_line": 1, "quantity": "1"}],
        },
        f"erp/sales-returns/{back['number']}/credit": {},
        "erp/credit-notes": {"invoice": invoice["number"], "lines": [{"invoice_line": 1, "amount": "1"}]},
        "erp/payments": {"customer": "C1", "amount": "5"},
    }


def test_tomorrow_is_refused_beside_its_field_and_today_is_taken(api: Program, evening: datetime.date) -> None:
    tomorrow = evening + datetime.timedelta(days=1)
    for path, body in bodies(api).items():
        answer = api.post(f"{path}/", {**body, "date": tomorrow.isoformat()})
        assert answer.status_code == 422, (path, answer.content)
        assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [("date", "date_in_future")], path
        assert "2026-06-03 is after today, 2026-06-02" in answer.json()["detail"]
        assert trade.created(api.post(f"{path}/", {**body, "date": evening.isoformat()})), path
    later = {"customer": "C1", "date": tomorrow.isoformat()}
    assert api.post("erp/open-items/apply/", later).json()["errors"][0]["code"] == "date_in_future"


def test_an_order_may_promise_a_later_day(api: Program, evening: datetime.date) -> None:
    trade.masters(api)
    assert trade.order(api, promised_date="2027-01-31")["promised_date"] == "2027-01-31"


def test_each_document_of_a_set_is_named(api: Program, evening: datetime.date) -> None:
    trade.masters(api)
    order = {"customer": "C1", "lines": LINES}
    orders = [order, {**order, "date": "2026-06-03"}, {**order, "date": "2026-06-02"}]
    answer = api.post("erp/sales-orders/bulk/", {"mode": "atomic", "orders": orders}, headers={"Idempotency-Key": "k"})
    assert [e["field"] for e in answer.json()["errors"]] == ["orders.1.date"]
