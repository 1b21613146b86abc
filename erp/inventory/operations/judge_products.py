"""What every stock document asks of its lines: products that exist and lie on shelves, in quantities they can be counted in."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.catalog.errors import ProductInactive
from erp.catalog.measures import CountedProduct, judge_measure
from erp.catalog.models import Product
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode
from erp.inventory.errors import NotStocked


def product_refusals(
    product_id: int,
    quantity: Decimal,
    products: Mapping[int, CountedProduct],
    field: str,
    *,
    unit: str = "",
    only_active: bool = False,
) -> list[BusinessRuleViolation]:
    """What speaks against so much of the product, in `unit` or else its own, on the line at `field`; `only_active` where
    it is bought anew, for what lies there is counted, adjusted and taken back as long as it lies there."""
    product = products.get(product_id)
    if product is None:
        return [UnknownCode(field=f"{field}.product", what=_("product"), value=product_id)]
    if product.kind != Product.Kind.STOCKED:
        return [NotStocked(field=f"{field}.product", product=product_id)]
    inactive = only_active and not product.active
    found: list[BusinessRuleViolation] = [ProductInactive(field=f"{field}.product", product=product.sku)] if inactive else []
    return found + judge_measure(quantity, unit, product.units, product=product.sku, field=field)


def no_lines(field: str = "lines") -> InvalidValue:
    return InvalidValue(field=field, what=_("lines"), value="", rule=_("Enter at least one line."))
