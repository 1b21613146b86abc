"""Reads of buying: terms of agreements, and the choice among them."""

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from erp.core.rows import COMPANY, fetch
from erp.identity.queries import company_facts
from erp.purchasing.drafts import SupplierChoice, SupplyNeed
from erp.purchasing.rules import Choice, Terms, Tier, choose_supplier
from erp.reference.queries import find_exchange_rates
from erp.reference.rules import Ratio

_TERMS = f"""
SELECT l.id, a.id, a.number, l.supplier_id, p.code, l.product_id, a.currency_code, l.unit, l.unit_numerator, l.unit_denominator,
       l.lead_days, l.min_quantity, l.max_quantity, l.multiple, a.preferred, a.blocked, l.active AND p.active AND p.is_supplier,
       a.valid_from_date, a.valid_to_date, t.quantities, t.prices, t.starts, t.ends
FROM purchasing_agreementline l
JOIN purchasing_agreement a ON a.company_id = l.company_id AND a.id = l.agreement_id
JOIN parties_party p ON p.company_id = l.company_id AND p.id = l.supplier_id
LEFT JOIN LATERAL (
    SELECT array_agg(x.from_quantity ORDER BY x.id) AS quantities, array_agg(x.price ORDER BY x.id) AS prices,
           array_agg(x.valid_from_date ORDER BY x.id) AS starts, array_agg(x.valid_to_date ORDER BY x.id) AS ends
    FROM purchasing_pricetier x WHERE x.company_id = l.company_id AND x.line_id = l.id
) t ON true
WHERE l.company_id = {COMPANY} AND {{which}}
"""  # noqa: S608
_OF_PRODUCTS = _TERMS.format(which="l.product_id = ANY (%s::bigint[])")
_OF_LINES = _TERMS.format(which="l.id = ANY (%s::bigint[])")


def terms_of_products(product_ids: Iterable[int], *, on: datetime.date, company_id: int) -> dict[int, list[Terms]]:
    """All terms of the products, usable or not, by product; one statement, one more for foreign currencies."""
    found: dict[int, list[Terms]] = {}
    for terms in _with_rates(fetch(_OF_PRODUCTS, [sorted(set(product_ids))]), on, company_id):
        found.setdefault(terms.product_id, []).append(terms)
    return found


def terms_of_lines(line_ids: Iterable[int], *, on: datetime.date, company_id: int) -> dict[int, Terms]:
    """The terms of agreement lines, by their id."""
    asked = sorted(set(line_ids))
    return {t.line_id: t for t in _with_rates(fetch(_OF_LINES, [asked]), on, company_id)} if asked else {}


def choose_suppliers(needs: Sequence[SupplyNeed], *, on: datetime.date, company_id: int) -> dict[int, SupplierChoice]:
    """The supplier of each need by its place in the sequence; a need nobody can serve is left out."""
    return {i: choice for i, (choice, _reason) in look_for_suppliers(needs, on=on, company_id=company_id).items() if choice}


def look_for_suppliers(
    needs: Sequence[SupplyNeed], *, on: datetime.date, company_id: int
) -> dict[int, tuple[SupplierChoice | None, dict[str, object]]]:
    """The same with the reason where nobody can."""
    terms = terms_of_products((need.product_id for need in needs), on=on, company_id=company_id)
    found = {}
    for i, need in enumerate(needs):
        choice, reason = choose_supplier(terms.get(need.product_id, []), need.quantity, on)
        found[i] = (_finished(choice, need.quantity) if choice else None, reason)
    return found


def _finished(choice: Choice, quantity: Decimal) -> SupplierChoice:
    terms = choice.terms
    return SupplierChoice(
        agreement_line_id=terms.line_id,
        agreement_id=terms.agreement_id,
        supplier_id=terms.supplier_id,
        currency=terms.currency,
        price=choice.price,
        unit=terms.unit,
        ratio=terms.ratio,
        minimum=terms.minimum,
        maximum=terms.maximum,
        multiple=terms.multiple,
        lead_days=terms.lead_days,
        lots=terms.lots(quantity),
        reason=choice.reason,
    )


def _with_rates(rows: Sequence[tuple[Any, ...]], on: datetime.date, company_id: int) -> list[Terms]:
    home = company_facts(company_id).currency_code
    rates = find_exchange_rates({(row[6], on) for row in rows}, company_currency=home)
    return [_terms(row, rates.get((row[6], on))) for row in rows]


def _terms(row: tuple[Any, ...], rate: Decimal | None) -> Terms:
    tiers = [Tier(*one) for one in zip(*(column or () for column in row[19:23]), strict=True)]
    return Terms(
        line_id=row[0],
        agreement_id=row[1],
        agreement_number=row[2],
        supplier_id=row[3],
        supplier_code=row[4],
        product_id=row[5],
        currency=row[6],
        rate=rate,
        unit=row[7],
        ratio=Ratio(row[8], row[9]),
        lead_days=row[10],
        minimum=row[11],
        maximum=row[12],
        multiple=row[13],
        preferred=row[14],
        blocked=row[15],
        active=row[16],
        valid_from=row[17],
        valid_to=row[18],
        tiers=tiers,
    )
