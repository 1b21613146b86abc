"""Units of products: the list given replaces the list that is there; a unit is known by its code."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.catalog.drafts import LARGEST_RATIO, ProductDraft, ProductUnitDraft
from erp.catalog.errors import UnitNotOther
from erp.catalog.models import Product, ProductUnit
from erp.core.errors import AlreadyTaken, BusinessRuleViolation, InvalidValue
from erp.core.rows import COMPANY, IDS, execute, fetch, insert_rows, update_rows
from erp.documents.drafts import judge_fields, possible_ids

_THERE = f"""
SELECT product_id, code, id FROM catalog_productunit WHERE company_id = {COMPANY} AND product_id = ANY ({IDS}::bigint[])
"""  # noqa: S608
_DROP = f"DELETE FROM catalog_productunit WHERE company_id = {COMPANY} AND id = ANY ({IDS}::bigint[])"  # noqa: S608
_VALUES = ["code", "numerator", "denominator", "barcode"]


def judge_units(products: Sequence[ProductDraft]) -> list[BusinessRuleViolation]:
    """Refuse wrong fields, ratios that are none, the product's own unit, a code or barcode that is there already."""
    refusals: list[BusinessRuleViolation] = []
    for row, draft in enumerate(products):
        seen: set[str] = set()
        for i, unit in enumerate(draft.units or ()):
            prefix = f"units.{i}."
            refusals += judge_fields(ProductUnit, unit, row=row, document=draft.sku, prefix=prefix)
            refusals += _judge_ratio(unit, prefix, row, draft.sku)
            if unit.code.strip() == draft.unit_code:
                refusals.append(UnitNotOther(field=f"{prefix}code", document=draft.sku, row=row, unit=draft.unit_code))
            elif unit.code.strip() in seen:
                refusals.append(_taken(f"{prefix}code", draft.sku, row, _("unit"), unit.code))
            seen.add(unit.code.strip())
    return refusals + _judge_barcodes(products)


def _judge_ratio(unit: ProductUnitDraft, prefix: str, row: int, document: str) -> list[BusinessRuleViolation]:
    rule = _("Enter a whole number from 1 to 1,000,000,000.")
    return [
        InvalidValue(field=prefix + name, document=document, row=row, what=_("ratio"), value=value, rule=rule)
        for name, value in (("numerator", unit.numerator), ("denominator", unit.denominator))
        if not 1 <= value <= LARGEST_RATIO
    ]


def _judge_barcodes(products: Sequence[ProductDraft]) -> list[BusinessRuleViolation]:
    """A barcode names one thing: a product, or one unit of a product."""
    codes = [unit.barcode.strip() for draft in products for unit in draft.units or ()]
    own = [draft.barcode.strip() for draft in products]
    asked = {code for code in [*codes, *own] if code and "\x00" not in code}
    if not asked:
        return []
    changed = possible_ids(draft.id for draft in products if draft.units is not None)
    units = set(ProductUnit.objects.filter(barcode__in=asked).exclude(product__in=changed).values_list("barcode", flat=True))
    edited = possible_ids(draft.id for draft in products)
    taken = units | set(Product.objects.filter(barcode__in=asked).exclude(pk__in=edited).values_list("barcode", flat=True))
    refusals: list[BusinessRuleViolation] = []
    for row, draft in enumerate(products):
        if draft.barcode.strip() in units:
            refusals.append(_taken("barcode", draft.sku, row, _("barcode"), draft.barcode))
        for i, unit in enumerate(draft.units or ()):
            code = unit.barcode.strip()
            if code and (code in taken or code in own or codes.count(code) > 1):
                refusals.append(_taken(f"units.{i}.barcode", draft.sku, row, _("barcode"), code))
    return refusals


def _taken(field: str, document: str, row: int, what: object, value: str) -> AlreadyTaken:
    return AlreadyTaken(field=field, document=document, row=row, what=what, value=value)


def replace_units(product_ids: Sequence[int], lists: Sequence[Sequence[ProductUnitDraft] | None]) -> None:
    """Write the units of the products; None leaves a product's as they are. At most four statements."""
    given = {pk: units for pk, units in zip(product_ids, lists, strict=True) if units is not None}
    if not given:
        return
    there = {(product, code): pk for product, code, pk in fetch(_THERE, [list(given)])}
    wanted = {
        (product, unit.code.strip()): (unit.code.strip(), unit.numerator, unit.denominator, unit.barcode.strip())
        for product, units in given.items()
        for unit in units
    }
    if gone := [pk for key, pk in there.items() if key not in wanted]:
        execute(_DROP, [gone])
    update_rows(ProductUnit, _VALUES, [(there[key], *row) for key, row in wanted.items() if key in there])
    insert_rows(ProductUnit, ["product_id", *_VALUES], [(key[0], *row) for key, row in wanted.items() if key not in there])
