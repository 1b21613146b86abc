"""Reads of reference facts."""

import datetime
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation
from erp.core.rows import COMPANY, fetch
from erp.reference.models import Currency

_RATES = f"""
SELECT DISTINCT ON (code) code, rate FROM reference_taxcode
WHERE company_id = {COMPANY} AND valid_from_date <= %s ORDER BY code, valid_from_date DESC
"""  # noqa: S608
_EXCHANGE = f"""
SELECT DISTINCT ON (currency_id) currency_id, rate FROM reference_exchangerate
WHERE company_id = {COMPANY} AND currency_id = ANY(%s::text[]) AND valid_from_date <= %s
ORDER BY currency_id, valid_from_date DESC
"""  # noqa: S608


class NoExchangeRate(BusinessRuleViolation):
    code = "no_exchange_rate"
    message = _("There is no exchange rate for %(currency)s on %(date)s.")
    remedy = _("Enter a rate that is valid from that day or earlier.")


def tax_rates(on: datetime.date) -> dict[str, Decimal]:
    """Rate of each tax code on a day, one statement."""
    return dict(fetch(_RATES, [on]))


def exchange_rates(currencies: Iterable[str], *, company_currency: str, on: datetime.date) -> dict[str, Decimal]:
    """Company-currency units per unit of each currency on a day; no statement when only the company's own is asked."""
    wanted = set(currencies)
    foreign = sorted(wanted - {company_currency})
    rates = dict(fetch(_EXCHANGE, [foreign, on])) if foreign else {}
    for currency in foreign:
        if currency not in rates:
            raise NoExchangeRate(currency=currency, date=on.isoformat())
    return {company_currency: Decimal(1), **rates}


_places: dict[str, int] = {}


def minor_units(currency: str) -> int:
    """Decimals of a currency. Currencies never change, so they are read once per process."""
    if currency not in _places:
        _places.update(Currency.objects.values_list("code", "minor_units"))
    return _places[currency]
