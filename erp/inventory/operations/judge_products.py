"""What every stock document asks of its lines: products that exist and lie on shelves."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from erp.catalog.models import Product
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode
from erp.inventory.errors import NotStocked


def read_kinds(product_ids: Iterable[int]) -> dict[int, str]:
    """Kind of each product that exists; one statement."""
    return dict(Product.objects.filter(pk__in=set(product_ids)).values_list("pk", "kind"))


def product_refusals(product_id: int, kinds: dict[int, str], field: str) -> list[BusinessRuleViolation]:
    if product_id not in kinds:
        return [UnknownCode(field=f"{field}.product", what=_("product"), value=product_id)]
    if kinds[product_id] != Product.Kind.STOCKED:
        return [NotStocked(field=f"{field}.product", product=product_id)]
    return []


def no_lines(field: str = "lines") -> InvalidValue:
    return InvalidValue(field=field, what=_("lines"), value="", rule=_("Enter at least one line."))
