"""Columns that the lines of several documents share."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from erp.documents.registry import find_url
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


def price_column(lines: Sequence[Any]) -> Column:
    """`unit_price` with the decimals of the finest price among the lines, two at least."""
    return Column(
        name="unit_price",
        label=_("Price"),
        kind="number",
        places=max((_places(line.unit_price) for line in lines), default=MONEY_PLACES),
    )


def _places(price: Decimal) -> int:
    exponent = price.normalize().as_tuple().exponent
    return max(MONEY_PLACES, -exponent if isinstance(exponent, int) else 0)
