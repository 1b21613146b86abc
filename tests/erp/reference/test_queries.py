"""Dated rates: the row in force on the day, one statement for any number."""

import datetime
from decimal import Decimal

import pytest

from erp.core.actor import Actor
from erp.core.errors import Refusals
from erp.core.rows import insert_rows
from erp.reference.models import ExchangeRate, TaxCode
from erp.reference.queries import (
    NoExchangeRate,
    exchange_rates,
    exchange_rates_by_day,
    find_exchange_rates,
    minor_units,
    tax_rates,
)
from tests.support.cast import counted_statements

MARCH = datetime.date(2026, 3, 1)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def rates(in_acme: Actor) -> None:
    insert_rows(TaxCode, ["code", "name", "rate", "valid_from_date"], [("STD", "New law", Decimal("0.15"), MARCH)])
    rows = [("USD", MARCH, Decimal("0.91")), ("USD", MARCH - 10 * DAY, Decimal("0.9")), ("JPY", MARCH, Decimal("0.006"))]
    insert_rows(ExchangeRate, ["currency_id", "valid_from_date", "rate"], rows)


def test_a_change_of_law_counts_from_its_day() -> None:
    assert tax_rates(MARCH - DAY)["STD"] == Decimal("0.13")
    assert tax_rates(MARCH)["STD"] == Decimal("0.15")
    assert tax_rates(MARCH)["ZERO"] == 0


def test_an_exchange_rate_counts_until_the_next_one() -> None:
    assert exchange_rates(["USD"], company_currency="EUR", on=MARCH - DAY)["USD"] == Decimal("0.9")
    assert exchange_rates(["USD"], company_currency="EUR", on=MARCH + 300 * DAY)["USD"] == Decimal("0.91")


def test_the_companys_own_currency_is_one_and_costs_no_statement() -> None:
    with counted_statements() as statements:
        assert exchange_rates(["EUR"], company_currency="EUR", on=MARCH) == {"EUR": 1}
        assert statements() == 0
        assert set(exchange_rates(["EUR", "USD", "JPY"], company_currency="EUR", on=MARCH)) == {"EUR", "USD", "JPY"}
        assert statements() == 1


def test_a_missing_rate_is_refused_by_name_and_day() -> None:
    with pytest.raises(NoExchangeRate, match="CHF on 2026-03-01"):
        exchange_rates(["CHF"], company_currency="EUR", on=MARCH)


def test_all_missing_rates_are_refused_together_each_by_its_name_and_day() -> None:
    asked = [("CHF", MARCH), ("USD", MARCH), ("USD", MARCH - 40 * DAY), ("EUR", MARCH)]
    with pytest.raises(Refusals) as refused:
        exchange_rates_by_day(asked, company_currency="EUR")
    assert [r.params["currency"] for r in refused.value.refusals] == ["CHF", "USD"]
    assert "Enter a rate that is valid from that day or earlier." in str(refused.value)
    assert set(find_exchange_rates(asked, company_currency="EUR")) == {("USD", MARCH), ("EUR", MARCH)}


def test_currencies_know_their_minor_unit() -> None:
    assert [minor_units(code) for code in ("EUR", "JPY", "KWD")] == [2, 0, 3]
