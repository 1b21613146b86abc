"""Reads of reference facts."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation, raise_refusals
from erp.core.rows import COMPANY, fetch
from erp.reference.models import Currency

_RATES = f"""
SELECT DISTINCT ON (code) code, rate FROM reference_taxcode
WHERE company_id = {COMPANY} AND valid_from_date <= %s ORDER BY code, valid_from_date DESC
"""  # noqa: S608
_RATES_BY_DAY = f"""
SELECT k.code, k.date, r.rate FROM unnest(%s::text[], %s::date[]) AS k(code, date)
CROSS JOIN LATERAL (
    SELECT rate FROM reference_taxcode x
    WHERE x.company_id = {COMPANY} AND x.code = k.code AND x.valid_from_date <= k.date
    ORDER BY x.valid_from_date DESC LIMIT 1
) r
"""  # noqa: S608
_EXCHANGE = f"""
SELECT k.currency, k.date, r.rate FROM unnest(%s::text[], %s::date[]) AS k(currency, date)
CROSS JOIN LATERAL (
    SELECT rate FROM reference_exchangerate x
    WHERE x.company_id = {COMPANY} AND x.currency_id = k.currency AND x.valid_from_date <= k.date
    ORDER BY x.valid_from_date DESC LIMIT 1
) r
"""  # noqa: S608


class NoExchangeRate(BusinessRuleViolation):
    code = "no_exchange_rate"
    message = _("There is no exchange rate for %(currency)s on %(date)s.")
    remedy = _("Enter a rate that is valid from that day or earlier.")

    @classmethod
    def on(cls, currency: str, date: datetime.date, **where: Any) -> Self:
        """The refusal for one currency on one day, `where` it was asked (field, document, row)."""
        return cls(currency=currency, date=date.isoformat(), **where)


def tax_rates(on: datetime.date) -> dict[str, Decimal]:
    """Rate of each tax code on a day, one statement."""
    return dict(fetch(_RATES, [on]))


def tax_rates_by_day(asked: Iterable[tuple[str, datetime.date]]) -> dict[tuple[str, datetime.date], Decimal]:
    """The rate of each (tax code, day) that has one, for a set of documents with one statement; none when nothing is asked."""
    keys = sorted({key for key in asked if "\x00" not in key[0]})
    rows = fetch(_RATES_BY_DAY, [[key[0] for key in keys], [key[1] for key in keys]]) if keys else []
    return {(code, day): rate for code, day, rate in rows}


def exchange_rates(currencies: Iterable[str], *, company_currency: str, on: datetime.date) -> dict[str, Decimal]:
    """Company-currency units per unit of each currency on a day; no statement when only the company's own is asked."""
    rates = exchange_rates_by_day([(currency, on) for currency in currencies], company_currency=company_currency)
    return {company_currency: Decimal(1), **{currency: rate for (currency, _day), rate in rates.items()}}


def exchange_rates_by_day(
    asked: Iterable[tuple[str, datetime.date]], *, company_currency: str
) -> dict[tuple[str, datetime.date], Decimal]:
    """The rate of each (currency, day); raises NoExchangeRate for all that are missing at once."""
    wanted = sorted(set(asked))
    rates = find_exchange_rates(wanted, company_currency=company_currency)
    raise_refusals([NoExchangeRate.on(*key) for key in wanted if key not in rates])
    return rates


def find_exchange_rates(
    asked: Iterable[tuple[str, datetime.date]], *, company_currency: str
) -> dict[tuple[str, datetime.date], Decimal]:
    """The rate of each (currency, day), for a set of documents with one statement; none when all are at home.

    A missing rate has no entry: the operation names it at the document's field, among its other refusals.
    """
    wanted = set(asked)
    foreign = sorted(key for key in wanted if key[0] != company_currency)
    rows = fetch(_EXCHANGE, [[key[0] for key in foreign], [key[1] for key in foreign]]) if foreign else []
    rates = {(currency, day): rate for currency, day, rate in rows}
    return {**{key: Decimal(1) for key in wanted if key[0] == company_currency}, **rates}


_places: dict[str, int] = {}


def minor_units(currency: str) -> int:
    """Decimals of a currency. Currencies never change, so they are read once per process."""
    if not is_currency(currency):
        raise KeyError(currency)
    return _places[currency]


def is_currency(code: str) -> bool:
    """Whether there is such a currency."""
    if code not in _places:
        _places.update(Currency.objects.values_list("code", "minor_units"))
    return code in _places
