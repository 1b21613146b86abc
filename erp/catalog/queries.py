"""Reads of products."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Q, Value, When

from erp.catalog.models import Product, ProductUnit
from erp.catalog.permissions import VIEW_PRODUCTS
from erp.core.actor import Actor
from erp.core.errors import NotFound
from erp.documents.drafts import versioned


@dataclass(frozen=True)
class NamedProduct:
    """A product by what was typed or scanned, with the unit that this names: the barcode of a box is one box."""

    product: Product
    unit: str

    @property
    def other_unit(self) -> str:
        """The unit where it is not the product's own, else nothing."""
        return "" if self.unit == self.product.unit.code else self.unit


def find_by_codes(codes: Iterable[str]) -> dict[str, NamedProduct]:
    """Products by SKU, else by barcode, else by the barcode of one of their units; unknown codes are left out."""
    asked = {code.strip() for code in codes if code.strip() and "\x00" not in code}
    if not asked:
        return {}
    products = list(Product.objects.filter(Q(sku__in=asked) | Q(barcode__in=asked)).select_related("unit"))
    units = ProductUnit.objects.filter(barcode__in=asked).select_related("product__unit")
    found = {unit.barcode: NamedProduct(unit.product, unit.code) for unit in units}
    found |= {row.barcode: NamedProduct(row, row.unit.code) for row in products if row.barcode in asked}
    return found | {row.sku: NamedProduct(row, row.unit.code) for row in products if row.sku in asked}


def suggest_products(text: str, *, limit: int, kinds: Iterable[str] = tuple(Product.Kind)) -> list[NamedProduct]:
    """Active products for what is typed so far: first the one that the code or barcode is of, then those whose SKU begins
    with it, then those whose name contains it."""
    text = text.strip().replace("\x00", "")
    if not text:
        return []
    rows = Product.objects.filter(active=True, kind__in=list(kinds)).select_related("unit")
    named = find_by_codes([text]).get(text)
    first = [named] if named and rows.filter(pk=named.product.pk).exists() else []
    begins = Q(sku__istartswith=text)
    rows = rows.filter(begins | Q(name__icontains=text)).exclude(pk__in=[one.product.pk for one in first])
    rows = rows.order_by(Case(When(begins, then=Value(0)), default=Value(1)), "sku")
    return [*first, *(NamedProduct(row, row.unit.code) for row in rows[: limit - len(first)])]


def get_product(*, product_id: int, actor: Actor) -> Product:
    """The product with its `version`, unit and category loaded; raises NotFound or PermissionDenied."""
    actor.ensure(VIEW_PRODUCTS)
    product: Product | None = versioned(Product.objects.select_related("unit", "category")).filter(pk=product_id).first()
    if product is None:
        raise NotFound(what=Product._meta.verbose_name, value=product_id)
    return product
