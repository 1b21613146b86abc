"""The trial balance over the API: whole periods, whatever days are asked for, and it says which."""

from decimal import Decimal
from typing import Any

from tests.integration.api import trade
from tests.integration.api.conftest import Program


def asked(api: Program, first: str, last: str) -> dict[str, Any]:
    return trade.created(api.get("erp/trial-balance/", {"date_from": first, "date_to": last}))


def turnover(balance: dict[str, Any]) -> dict[str, tuple[Decimal, Decimal]]:
    return {row["account"]["code"]: (Decimal(row["opening"]), Decimal(row["debit"])) for row in balance["results"]}


def test_a_day_inside_a_period_asks_for_the_whole_of_it(api: Program) -> None:
    trade.masters(api)
    for day, quantity in (("2026-01-20", "1"), ("2026-02-10", "2"), ("2026-03-05", "4")):
        line = {"product": "P1", "quantity": quantity, "unit_cost": "10"}
        trade.created(api.post("erp/receipts/", {"warehouse": "MAIN", "date": day, "lines": [line]}))
    whole = asked(api, "2026-02-01", "2026-03-31")
    assert sorted(turnover(whole).values()) == [(-10, 0), (10, 60)]
    inside = asked(api, "2026-02-15", "2026-03-02")
    assert inside["results"] == whole["results"]
    assert [(b["first_date"], b["last_date"]) for b in (whole, inside)] == [("2026-02-01", "2026-03-31")] * 2


def test_days_outside_all_periods_stay_as_they_are(api: Program) -> None:
    trade.masters(api)
    trade.stock(api)
    balance = asked(api, "1999-06-15", "2030-06-15")
    assert (balance["first_date"], balance["last_date"]) == ("1999-06-15", "2030-06-15")
    assert sorted(turnover(balance).values()) == [(0, 0), (0, 75)]


def test_days_the_wrong_way_round_are_refused(api: Program) -> None:
    answer = api.get("erp/trial-balance/", {"date_from": "2026-03-01", "date_to": "2026-02-01"})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["date_from"]
