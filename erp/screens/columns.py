"""Columns that the lines of several documents share."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from erp.documents.registry import find_url
from erp.reference.models import MeasuredLine
from erp.reference.unit_names import unit_word
from erp.screens import formats
from erp.screens.lists import Column

MONEY_PLACES = 2


def product_column(can: Callable[[str], bool]) -> Column:
    """The SKU of a line's `product`, opening its page for those who may."""
    return Column(
        name="sku",
        label=_("Product"),
        kind="code",
        field="product__sku",
        url=lambda line: find_url("product", line.product_id, can) if line.product_id else "",
    )


def measure_column(label: Any) -> Column:
    """The quantity of a line as it was typed, and in the product's unit behind it where that is another one."""
    return Column(
        name="quantity", label=label, kind="quantity", field="measure__entered", unit="measure__unit", aside=in_base_unit
    )


def in_base_unit(line: Any) -> str:
    """What stands behind three boxes: (36 PC); nothing where the line is in the product's unit, or has no quantity."""
    if not line.measure.quantity:
        return ""
    base = line.product.unit.code
    return "" if line.measure.unit == base else f"({formats.number(line.measure.quantity)} {unit_word(base)})"


def price_column(lines: Sequence[Any]) -> Column:
    """`unit_price` with the decimals of the finest price among the lines, two at least, and the unit it is for."""
    return Column(
        name="unit_price",
        label=_("Price"),
        kind="number",
        places=max((_places(line.unit_price) for line in lines), default=MONEY_PLACES),
        aside=per_unit if any(isinstance(line, MeasuredLine) for line in lines) else None,
    )


def per_unit(line: Any) -> str:
    """What stands behind a price that is not that of the product's unit; words alone have none."""
    if not line.measure.unit:
        return ""
    return "" if line.measure.unit == line.product.unit.code else f"/ {unit_word(line.measure.unit)}"


def discount_columns(lines: Sequence[Any]) -> tuple[Column, ...]:
    """The discount in percent, where a line has one."""
    if not any(line.discount for line in lines):
        return ()
    column = Column(name="discount", label=_("Discount"), kind="percent", text=lambda line: f"{line.discount * 100:f}")
    return (column,)


def _places(price: Decimal) -> int:
    exponent = price.normalize().as_tuple().exponent
    return max(MONEY_PLACES, -exponent if isinstance(exponent, int) else 0)
