"""What products cost a customer on a day: read for a whole set with one statement, computed by the one tax function."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from erp.catalog.measures import UNIT_COLUMNS, UNIT_JOINS, ProductUnits, asked_units, units_of
from erp.core.money import ZERO
from erp.core.rows import COMPANY, fetch
from erp.reference.rules import Measure, Ratio, TaxedAmount, tax_line
from erp.sales.errors import PriceBelowFloor
from erp.sales.rules import discounted

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


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    """A line with everything a document stores of it."""

    product: PricedProduct
    description: str
    measure: Measure
    unit_price: Decimal
    discount: Decimal
    tax_rate: Decimal
    amount: TaxedAmount


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


def price_line(
    product: PricedProduct,
    *,
    measure: Measure,
    unit_price: Decimal | None,
    discount: Decimal,
    description: str,
    rate: Decimal,
    places: int,
    inclusive: bool,
) -> PricedLine:
    """Price one line: the quantity as entered times the price of its unit, never a rounded price per piece.

    Without `unit_price` the list price counts, converted into the document's currency by `rate` (company currency per
    unit of it).
    """
    price = list_price(product, measure.ratio) / rate if unit_price is None else unit_price
    tax_rate = product.tax_rate or ZERO
    amount = tax_line(
        quantity=measure.entered, unit_price=price, rate=tax_rate, places=places, discount=discount, inclusive=inclusive
    )
    return PricedLine(
        product=product,
        description=description or product.name,
        measure=measure,
        unit_price=price,
        discount=discount,
        tax_rate=tax_rate,
        amount=amount,
    )


def below_floor(line: PricedLine, *, rate: Decimal, inclusive: bool, field: str) -> PriceBelowFloor | None:
    """The refusal of a line whose net price in company currency, of one of the product's unit, is below its floor."""
    floor, ratio = line.product.price_floor, line.measure.ratio
    net_price = discounted(line.unit_price, line.discount) * rate * ratio.denominator / ratio.numerator
    if inclusive:
        net_price /= 1 + line.tax_rate
    if floor is None or net_price >= floor:
        return None
    price = f"{net_price.normalize():f}"
    return PriceBelowFloor(field=field, product=line.product.sku, price=price, floor=f"{floor.normalize():f}")
