"""What lines cost a customer, computed by the one tax function."""

from dataclasses import dataclass
from decimal import Decimal

from erp.catalog.pricing import PricedProduct, list_price
from erp.core.money import ZERO
from erp.reference.rules import Measure, TaxedAmount, tax_line
from erp.sales.errors import PriceBelowFloor
from erp.sales.rules import discounted


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
