"""Writing down what products are made of."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from erp.catalog.errors import UnknownUnit
from erp.catalog.measures import CountedProduct, ProductUnits, counted_products, judge_measure, take_measure
from erp.catalog.models import Product
from erp.core import bus
from erp.core.actor import Actor
from erp.core.clock import local_date
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode, raise_refusals
from erp.core.operation import operation
from erp.core.rows import COMPANY, execute, fetch, insert_rows, update_rows
from erp.documents.drafts import (
    judge_edits,
    judge_external_refs,
    judge_fields,
    lock_edited,
    raise_draft_refusals,
    unique_or_refused,
)
from erp.identity.queries import company_facts
from erp.manufacturing.drafts import BomDraft, BomLineDraft
from erp.manufacturing.errors import BillCycle, ComponentIsService, OverlappingBill
from erp.manufacturing.events import BillOfMaterialsSaved
from erp.manufacturing.models import BillOfMaterials, BillOfMaterialsLine
from erp.manufacturing.permissions import SAVE_BOMS
from erp.manufacturing.rules import find_cycle, overlap
from erp.reference.rules import MEASURE_COLUMNS

_HEAD = [
    "product_id",
    "code",
    "quantity",
    "yield_fraction",
    "phantom",
    "lead_days",
    "valid_from_date",
    "valid_to_date",
    "active",
    "external_source",
    "external_ref",
]
_LINE = ["bom_id", "sequence", "component_id", *MEASURE_COLUMNS, "scrap_fraction", "valid_from_date", "valid_to_date"]
_UNIQUE = {"manufacturing_bom_product": "product", "manufacturing_billofmaterials_external_ref": "external_ref"}
# Every edge below the products that is valid on some day, in one statement.
_EDGES = f"""
WITH RECURSIVE reach AS (
    SELECT unnest(%s::bigint[]) AS product_id
    UNION
    SELECT l.component_id FROM reach w
    JOIN manufacturing_billofmaterials b ON b.company_id = {COMPANY} AND b.product_id = w.product_id AND b.active
    JOIN manufacturing_billofmaterialsline l ON l.company_id = b.company_id AND l.bom_id = b.id
)
SELECT DISTINCT b.product_id, l.component_id FROM reach w
JOIN manufacturing_billofmaterials b ON b.company_id = {COMPANY} AND b.product_id = w.product_id AND b.active
JOIN manufacturing_billofmaterialsline l ON l.company_id = b.company_id AND l.bom_id = b.id
WHERE COALESCE(l.valid_to_date, 'infinity') >= %s::date AND COALESCE(b.valid_to_date, 'infinity') >= %s::date
"""  # noqa: S608


@operation(SAVE_BOMS)
def save_bills(*, bills: Sequence[BomDraft], actor: Actor, at: datetime.datetime) -> list[int]:
    """Create or change bills of materials with their lines; return their ids in order.

    Refuses, all at once and with nothing changed: unknown products and units, services, quantities of zero or less, two bills of
    a product with one code on one day, a stale edit, and a product that would contain itself over any number of levels.
    """
    locked = lock_edited(BillOfMaterials, bills)
    products = counted_products(
        {pk for d in bills for pk in (d.product_id, *(line.component_id for line in d.lines))},
        (line.unit for d in bills for line in d.lines),
    )
    raise_draft_refusals(_judge(bills, locked, products), bills)
    new = [i for i, draft in enumerate(bills) if draft.id is None]
    with unique_or_refused(_UNIQUE):
        update_rows(BillOfMaterials, _HEAD, [(d.id, *_values(d)) for d in bills if d.id is not None])
        made = insert_rows(BillOfMaterials, _HEAD, [_values(bills[i]) for i in new], returning=["id"])
    ids = [draft.id or 0 for draft in bills]
    for i, (pk,) in zip(new, made, strict=True):
        ids[i] = pk
    _replace_lines(bills, ids, products)
    _refuse_cycles([d.product_id for d in bills], local_date(at, company_facts(actor.company_id).time_zone))
    bus.publish(
        [
            BillOfMaterialsSaved(id=pk, number=products[d.product_id].sku, status="saved", products=(d.product_id,))
            for pk, d in zip(ids, bills, strict=True)
        ],
        at=at,
    )
    return ids


def _values(draft: BomDraft) -> tuple[object, ...]:
    return tuple(getattr(draft, column) for column in _HEAD)


def _judge(
    bills: Sequence[BomDraft], locked: Mapping[int, BillOfMaterials], products: Mapping[int, CountedProduct]
) -> list[BusinessRuleViolation]:
    refusals = judge_edits(BillOfMaterials, bills, locked) + judge_external_refs(BillOfMaterials, bills)
    others = list(
        BillOfMaterials.objects.filter(product_id__in={d.product_id for d in bills}, active=True).values_list(
            "id", "product_id", "code", "valid_from_date", "valid_to_date"
        )
    )
    changed = {d.id for d in bills}
    spans = [row for row in others if row[0] not in changed]
    for row, draft in enumerate(bills):
        refusals += judge_fields(BillOfMaterials, draft, row=row)
        product = products.get(draft.product_id)
        if product is None:
            refusals.append(UnknownCode(field="product", row=row, what=_("product"), value=draft.product_id))
            continue
        refusals += _head_refusals(draft, product, row)
        span = (draft.valid_from_date, draft.valid_to_date)
        if draft.active and any(
            pk == draft.product_id and code == draft.code and overlap(span, (start, end)) for _id, pk, code, start, end in spans
        ):
            refusals.append(OverlappingBill(field="valid_from_date", row=row, product=product.sku))
        spans.append((0, draft.product_id, draft.code, *span))
        for n, line in enumerate(draft.lines):
            refusals += _line_refusals(line, draft, products, row, f"lines.{n}")
    return refusals


def _head_refusals(draft: BomDraft, product: CountedProduct, row: int) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    if product.kind != Product.Kind.STOCKED:
        found.append(ComponentIsService(field="product", row=row, product=product.sku))
    for name, value, wrong, rule in (
        ("quantity", draft.quantity, draft.quantity <= 0, _("Enter a quantity above zero.")),
        ("yield_fraction", draft.yield_fraction, not 0 < draft.yield_fraction <= 1, _("Enter a part between 0 and 1.")),
        ("lead_days", draft.lead_days, draft.lead_days < 0, _("Enter zero or more days.")),
        ("valid_to_date", draft.valid_to_date, _ends_early(draft), _("End it on the first day or later.")),
        ("lines", "", not draft.lines, _("Enter at least one line.")),
    ):
        if wrong:
            found.append(InvalidValue(field=name, row=row, what=_("value"), value=str(value), rule=rule))
    return found


def _ends_early(draft: BomDraft | BomLineDraft) -> bool:
    start, end = draft.valid_from_date, draft.valid_to_date
    return start is not None and end is not None and end < start


def _line_refusals(
    line: BomLineDraft, draft: BomDraft, products: Mapping[int, CountedProduct], row: int, field: str
) -> list[BusinessRuleViolation]:
    component = products.get(line.component_id)
    if component is None:
        return [UnknownCode(field=f"{field}.component", row=row, what=_("component"), value=line.component_id)]
    filled = replace(line, valid_from_date=line.valid_from_date or draft.valid_from_date)
    found = judge_fields(BillOfMaterialsLine, filled, row=row, prefix=f"{field}.")
    if component.kind != Product.Kind.STOCKED:
        found.append(ComponentIsService(field=f"{field}.component", row=row, product=component.sku))
    if line.component_id == draft.product_id:
        found.append(BillCycle(field=f"{field}.component", row=row, path=f"{component.sku} > {component.sku}"))
    if component.units.ratio(line.unit) is None:
        base = component.units.base
        found.append(UnknownUnit(field=f"{field}.unit", row=row, product=component.sku, unit=line.unit, base=base))
    elif line.quantity <= 0:
        rule = _("Enter a quantity above zero.")
        found.append(InvalidValue(field=f"{field}.quantity", row=row, what=_("quantity"), value=line.quantity, rule=rule))
    else:
        wrong = judge_measure(line.quantity, line.unit, _finely(component), product=component.sku, field=field)
        for refusal in wrong:
            refusal.params["row"] = row
        found += wrong
    if not 0 <= line.scrap_fraction < 1:
        rule = _("Enter a part from 0 to less than 1.")
        found.append(
            InvalidValue(field=f"{field}.scrap_fraction", row=row, what=_("scrap"), value=line.scrap_fraction, rule=rule)
        )
    if _ends_early(filled):
        rule = _("End it on the first day or later.")
        found.append(
            InvalidValue(field=f"{field}.valid_to_date", row=row, what=_("end"), value=f"{line.valid_to_date}", rule=rule)
        )
    return found


def _finely(product: CountedProduct) -> ProductUnits:
    """How much of a component one unit takes may be a part of what can be counted: half a screw of each lamp is one for two."""
    return replace(product.units, decimals=6)


def _replace_lines(bills: Sequence[BomDraft], ids: Sequence[int], products: Mapping[int, CountedProduct]) -> None:
    kept = [draft.id for draft in bills if draft.id is not None]
    if kept:
        execute(
            f"DELETE FROM manufacturing_billofmaterialsline WHERE company_id = {COMPANY} AND bom_id = ANY(%s::bigint[])",  # noqa: S608
            [kept],
        )
    insert_rows(
        BillOfMaterialsLine,
        _LINE,
        [
            (
                pk,
                n,
                line.component_id,
                *take_measure(
                    line.quantity,
                    line.unit,
                    _finely(products[line.component_id]),
                    product=products[line.component_id].sku,
                ).columns,
                line.scrap_fraction,
                line.valid_from_date or draft.valid_from_date,
                line.valid_to_date,
            )
            for pk, draft in zip(ids, bills, strict=True)
            for n, line in enumerate(draft.lines, 1)
        ],
    )


def _refuse_cycles(product_ids: Sequence[int], today: datetime.date) -> None:
    """Looked for over everything below, as it is now; the refusal undoes it. Bills that have ended do not count."""
    path = find_cycle(fetch(_EDGES, [sorted(set(product_ids)), today, today]))
    if path:
        names = dict(Product.objects.filter(pk__in=path).values_list("pk", "sku"))
        raise_refusals([BillCycle(field="lines", path=" > ".join(names[pk] for pk in path))])
