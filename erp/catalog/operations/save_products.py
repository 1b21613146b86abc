"""Creating and changing products."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeGuard

from django.utils.translation import gettext_lazy as _

from erp.catalog.drafts import ProductDraft
from erp.catalog.errors import FloorAboveListPrice, KindFixed
from erp.catalog.models import Category, Product
from erp.catalog.operations.replace_units import judge_units, replace_units
from erp.catalog.permissions import EDIT_PRODUCTS
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode
from erp.core.money import plain
from erp.core.operation import operation
from erp.core.rows import insert_rows, update_rows
from erp.documents.drafts import (
    judge_edits,
    judge_external_refs,
    judge_fields,
    judge_unique,
    known_ids,
    lock_edited,
    raise_draft_refusals,
    unique_or_refused,
)
from erp.reference.models import TaxCode, Unit

_UNIQUE = {
    "catalog_product_sku": "sku",
    "catalog_product_barcode": "barcode",
    "catalog_product_external_ref": "external_ref",
    "catalog_productunit_barcode": "units",
}
_COLUMNS = [
    "sku",
    "barcode",
    "name",
    "kind",
    "supply",
    "unit_id",
    "category_id",
    "tax_code",
    "list_price",
    "price_floor",
    "active",
    "external_source",
    "external_ref",
]


@operation(EDIT_PRODUCTS)
def save_products(*, products: Sequence[ProductDraft], actor: Actor, at: datetime.datetime) -> list[int]:
    """Create or change the products; return their ids in order.

    All refusals of all rows come at once and nothing is changed: wrong fields, unknown unit, category or tax code, a
    SKU, barcode or outside reference that another product has, a floor above the list price, a stale edit, a unit
    without a right ratio.
    """
    locked = lock_edited(Product, products)
    units = known_ids(Unit, "code", (draft.unit_code for draft in products))
    categories = known_ids(Category, "code", (draft.category_code for draft in products))
    raise_draft_refusals(_judge(products, locked, units, categories), products)
    rows = [_values(draft, units, categories) for draft in products]
    new = [i for i, draft in enumerate(products) if draft.id is None]
    with unique_or_refused(_UNIQUE):
        update_rows(Product, _COLUMNS, [(d.id, *row) for d, row in zip(products, rows, strict=True) if d.id is not None])
        made = insert_rows(Product, [*_COLUMNS, "created_at"], [(*rows[i], at) for i in new], returning=["id"])
    ids = [draft.id or 0 for draft in products]
    for i, (pk,) in zip(new, made, strict=True):
        ids[i] = pk
    with unique_or_refused(_UNIQUE):
        replace_units(ids, [draft.units for draft in products])
    return ids


def _values(draft: ProductDraft, units: Mapping[str, int], categories: Mapping[str, int]) -> tuple[object, ...]:
    return (
        draft.sku.strip(),
        draft.barcode.strip(),
        draft.name,
        draft.kind,
        draft.supply,
        units[draft.unit_code],
        categories.get(draft.category_code),
        draft.tax_code,
        draft.list_price,
        draft.price_floor,
        draft.active,
        draft.external_source,
        draft.external_ref,
    )


def _judge(
    products: Sequence[ProductDraft], locked: Mapping[int, Product], units: Mapping[str, int], categories: Mapping[str, int]
) -> list[BusinessRuleViolation]:
    taxes = known_ids(TaxCode, "code", (draft.tax_code for draft in products))
    refusals = judge_edits(Product, products, locked)
    refusals += judge_unique(Product, "sku", products)
    refusals += judge_unique(Product, "barcode", products)
    refusals += judge_external_refs(Product, products)
    refusals += judge_units(products)
    for row, draft in enumerate(products):
        refusals += judge_fields(Product, draft, row=row, document=draft.sku)
        codes = [
            ("unit", _("unit"), draft.unit_code, units),
            ("category", _("category"), draft.category_code, {"": 0, **categories}),
            ("tax_code", _("tax code"), draft.tax_code, {"": 0, **taxes}),
        ]
        refusals += [
            UnknownCode(field=field, document=draft.sku, row=row, what=what, value=value)
            for field, what, value, known in codes
            if value not in known
        ]
        refusals += _judge_prices(draft, row)
        current = locked.get(draft.id or 0)
        fixed = [("kind", draft.kind != current.kind), ("unit", units.get(draft.unit_code) != current.unit_id)] if current else []
        refusals += [
            KindFixed(field=field, document=draft.sku, document_id=draft.id, row=row) for field, changed in fixed if changed
        ]
    return refusals


def _judge_prices(draft: ProductDraft, row: int) -> list[BusinessRuleViolation]:
    refusals: list[BusinessRuleViolation] = []
    for field, what, value in (
        ("list_price", _("list price"), draft.list_price),
        ("price_floor", _("price floor"), draft.price_floor),
    ):
        if _number(value) and value < 0:
            refusals.append(
                InvalidValue(field=field, document=draft.sku, row=row, what=what, value=value, rule=_("Enter zero or more."))
            )
    floor, price = draft.price_floor, draft.list_price
    if not refusals and _number(floor) and _number(price) and floor > price:
        refusals.append(
            FloorAboveListPrice(
                field="price_floor", document=draft.sku, row=row, floor=plain(Decimal(floor)), price=plain(Decimal(price))
            )
        )
    return refusals


def _number(value: Any) -> TypeGuard[Decimal]:
    return isinstance(value, Decimal | int) and Decimal(value).is_finite()
