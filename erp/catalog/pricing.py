"""What products cost on a day, with tax and units, read for a whole set of lines with one statement."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from erp.catalog.measures import UNIT_COLUMNS, UNIT_JOINS, ProductUnits, asked_units, units_of
from erp.core.rows import COMPANY, fetch
from erp.reference.rules import Ratio

_PRODUCTS = f"""
SELECT p.id, k.on_date, p.sku, p.name, p.kind = 'stocked', p.active, p.tax_code, t.rate, p.list_price, p.price_floor,
       {UNIT_COLUMNS}
FROM unnest(%s::bigint[], %s::date[]) AS k(id, on_date)
JOIN catalog_product p ON p.company_id = {COMPANY} AND p.id = k.id
LEFT JOIN LATERAL (
    SELECT rate FROM reference_taxcode c
    WHERE c.company_id = p.company_id AND c.code = p.tax_code AND c.valid_from_date <= k.on_date
    ORDER BY c.valid_from_date DESC LIMIT 1
) t ON true
{UNIT_JOINS}
"""  # noqa: S608
_FACTS = 10


@dataclass(frozen=True)
class PricedProduct:
    """A product as a document sees it on a day; `tax_rate` is None when its tax code has no rate then."""

    id: int
    on_date: datetime.date
    sku: str
    name: str
    stocked: bool
    active: bool
    tax_code: str
    tax_rate: Decimal | None
    list_price: Decimal
    price_floor: Decimal | None
    units: ProductUnits


def priced_products(
    wanted: Iterable[tuple[int, datetime.date]], *, units: Iterable[Any] = ()
) -> dict[tuple[int, datetime.date], PricedProduct]:
    """The products on their days, with those of the `units` in which they are counted; those that do not exist are left
    out. One statement."""
    keys = sorted(set(wanted))
    rows = fetch(_PRODUCTS, [[key[0] for key in keys], [key[1] for key in keys], asked_units(units)]) if keys else []
    return {(row[0], row[1]): PricedProduct(*row[:_FACTS], units_of(*row[_FACTS:])) for row in rows}


def list_price(product: PricedProduct, ratio: Ratio) -> Decimal:
    """The list price of one of a unit, net and in company currency."""
    return product.list_price * ratio.numerator / ratio.denominator
