"""Writing down what was settled with suppliers."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from django.utils.translation import gettext_lazy as _

from erp.catalog.errors import UnknownUnit
from erp.catalog.measures import CountedProduct, counted_products
from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, UnknownCode
from erp.core.money import plain
from erp.core.operation import operation
from erp.core.rows import COMPANY, execute, insert_rows, update_rows
from erp.documents.drafts import (
    judge_edits,
    judge_external_refs,
    judge_fields,
    known_ids,
    lock_edited,
    raise_draft_refusals,
    unique_or_refused,
)
from erp.parties.models import Party
from erp.purchasing.drafts import AgreementDraft, AgreementLineDraft, TierDraft
from erp.purchasing.errors import NoMultipleInLimits, SupplierIsNone, TiersOverlap
from erp.purchasing.events import AgreementSaved
from erp.purchasing.models import Agreement, AgreementLine, PriceTier
from erp.purchasing.permissions import SAVE_AGREEMENTS
from erp.purchasing.rules import round_up
from erp.reference.models import PaymentTerm
from erp.reference.queries import is_currency
from erp.reference.rules import Ratio

_HEAD = [
    "supplier_id",
    "currency_code",
    "payment_term_id",
    "valid_from_date",
    "valid_to_date",
    "preferred",
    "blocked",
    "over_fraction",
    "under_fraction",
    "shares_stock",
    "shares_demand",
    "shares_forecast",
    "memo",
    "external_source",
    "external_ref",
]
_LINE = [
    "agreement_id",
    "sequence",
    "supplier_id",
    "product_id",
    "unit",
    "unit_numerator",
    "unit_denominator",
    "lead_days",
    "min_quantity",
    "max_quantity",
    "multiple",
    "supplier_sku",
    "active",
]
_TIER = ["line_id", "supplier_id", "from_quantity", "price", "valid_from_date", "valid_to_date"]
_UNIQUE = {"purchasing_agreement_external_ref": "external_ref"}


@dataclass(frozen=True)
class _Known:
    """What the drafts name."""

    suppliers: Mapping[int, tuple[str, bool]]
    terms: Mapping[str, int]
    products: Mapping[int, CountedProduct]
    lines: Mapping[int, AgreementLine]


@operation(SAVE_AGREEMENTS)
def save_agreements(*, agreements: Sequence[AgreementDraft], actor: Actor, at: datetime.datetime) -> list[int]:
    """Create or change agreements with their lines and prices; return their ids in order.

    Refuses, all at once and with nothing changed: a party that is no active supplier, unknown currencies, units, terms and
    products, limits between which no multiple lies, two prices for the same quantity and day, a product twice in one unit, a
    stale edit.
    """
    locked = lock_edited(Agreement, agreements)
    known = _read(agreements)
    raise_draft_refusals(_judge(agreements, locked, known), agreements)
    new = [i for i, draft in enumerate(agreements) if draft.id is None]
    with unique_or_refused(_UNIQUE):
        update_rows(Agreement, _HEAD, [(d.id, *_values(d, known)) for d in agreements if d.id is not None])
        made = insert_rows(
            Agreement,
            _HEAD,
            [_values(agreements[i], known) for i in new],
            computed={"number": "documents_next_number('agreement')"},
            returning=["id"],
        )
    ids = [draft.id or 0 for draft in agreements]
    for i, (pk,) in zip(new, made, strict=True):
        ids[i] = pk
    _write_lines(agreements, ids, known)
    _publish(agreements, ids, at)
    return ids


def _read(agreements: Sequence[AgreementDraft]) -> _Known:
    lines = [line for draft in agreements for line in draft.lines or ()]
    rows = Party.objects.filter(pk__in={d.supplier_id for d in agreements}).values_list("id", "name", "is_supplier", "active")
    kept = [d.id for d in agreements if d.id is not None]
    return _Known(
        suppliers={pk: (name, is_supplier and active) for pk, name, is_supplier, active in rows},
        terms=known_ids(PaymentTerm, "code", (d.payment_term_code for d in agreements)),
        products=counted_products((line.product_id for line in lines), (line.unit for line in lines)),
        lines={line.pk: line for line in AgreementLine.objects.filter(agreement_id__in=kept)} if kept else {},
    )


def _values(draft: AgreementDraft, known: _Known) -> tuple[object, ...]:
    return (
        draft.supplier_id,
        draft.currency_code,
        known.terms.get(draft.payment_term_code),
        draft.valid_from_date,
        draft.valid_to_date,
        draft.preferred,
        draft.blocked,
        draft.over_fraction,
        draft.under_fraction,
        draft.shares_stock,
        draft.shares_demand,
        draft.shares_forecast,
        draft.memo,
        draft.external_source,
        draft.external_ref,
    )


def _judge(agreements: Sequence[AgreementDraft], locked: Mapping[int, Agreement], known: _Known) -> list[BusinessRuleViolation]:
    refusals = judge_edits(Agreement, agreements, locked) + judge_external_refs(Agreement, agreements)
    for row, draft in enumerate(agreements):
        refusals += judge_fields(Agreement, draft, row=row)
        refusals += _judge_head(draft, known, row)
        seen: set[tuple[int, str]] = set()
        for n, line in enumerate(draft.lines or ()):
            refusals += judge_fields(AgreementLine, _with_unit(line, known), row=row, prefix=f"lines.{n}.")
            refusals += _judge_line(line, draft, known, row, f"lines.{n}", seen)
    return refusals


def _with_unit(line: AgreementLineDraft, known: _Known) -> AgreementLineDraft:
    """The draft as it will be written: without a unit it is the product's own."""
    product = known.products.get(line.product_id)
    return replace(line, unit=line.unit or (product.units.base if product else "-"))


def _judge_head(draft: AgreementDraft, known: _Known, row: int) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    supplier = known.suppliers.get(draft.supplier_id)
    if supplier is None:
        found.append(UnknownCode(field="supplier", row=row, what=_("supplier"), value=draft.supplier_id))
    elif not supplier[1]:
        found.append(SupplierIsNone(field="supplier", row=row, supplier=supplier[0]))
    if not is_currency(draft.currency_code):
        found.append(UnknownCode(field="currency", row=row, what=_("currency"), value=draft.currency_code))
    if draft.payment_term_code and draft.payment_term_code not in known.terms:
        found.append(UnknownCode(field="payment_term", row=row, what=_("payment term"), value=draft.payment_term_code))
    if draft.valid_to_date and draft.valid_to_date < draft.valid_from_date:
        rule = _("End it on the first day or later.")
        found.append(InvalidValue(field="valid_to_date", row=row, what=_("end"), value=f"{draft.valid_to_date}", rule=rule))
    for name in ("over_fraction", "under_fraction"):
        value = getattr(draft, name)
        if not 0 <= value <= 1:
            rule = _("Enter a fraction between 0 and 1 (0.1 is 10 %).")
            found.append(InvalidValue(field=name, row=row, what=_("tolerance"), value=value, rule=rule))
    return found


def _judge_line(
    line: AgreementLineDraft, draft: AgreementDraft, known: _Known, row: int, field: str, seen: set[tuple[int, str]]
) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    product = known.products.get(line.product_id)
    if product is None:
        return [UnknownCode(field=f"{field}.product", row=row, what=_("product"), value=line.product_id)]
    if product.units.ratio(line.unit) is None:
        found.append(UnknownUnit(field=f"{field}.unit", row=row, product=product.sku, unit=line.unit, base=product.units.base))
    key = (line.product_id, line.unit or product.units.base)
    if key in seen:
        rule = _("Name each product once in a unit.")
        found.append(InvalidValue(field=f"{field}.product", row=row, what=_("product"), value=product.sku, rule=rule))
    seen.add(key)
    if line.id is not None and (line.id not in known.lines or known.lines[line.id].agreement_id != draft.id):
        found.append(NotFound(field=f"{field}.id", row=row, what=_("agreement line"), value=line.id))
    return found + _judge_lot(line, row, field) + _judge_tiers(line.tiers, draft, row, field)


def _judge_lot(line: AgreementLineDraft, row: int, field: str) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    for name, value, wrong, rule in (
        ("lead_days", line.lead_days, line.lead_days < 0, _("Enter zero or more days.")),
        ("min_quantity", line.min_quantity, line.min_quantity < 0, _("Enter zero or more.")),
        ("multiple", line.multiple, line.multiple <= 0, _("Enter a quantity above zero.")),
    ):
        if wrong:
            found.append(InvalidValue(field=f"{field}.{name}", row=row, what=_("quantity"), value=value, rule=rule))
    if not found and line.max_quantity is not None:
        full = (line.max_quantity / line.multiple).to_integral_value(ROUND_FLOOR) * line.multiple
        if full < round_up(max(line.min_quantity, line.multiple), line.multiple):
            shown = {"minimum": plain(line.min_quantity), "maximum": plain(line.max_quantity), "multiple": plain(line.multiple)}
            found.append(NoMultipleInLimits(field=f"{field}.max_quantity", row=row, **shown))  # type: ignore[arg-type]
    return found


def _judge_tiers(tiers: Sequence[TierDraft], draft: AgreementDraft, row: int, field: str) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    by_quantity: dict[Decimal, list[tuple[datetime.date, datetime.date]]] = {}
    for n, tier in enumerate(tiers):
        filled = replace(tier, valid_from_date=tier.valid_from_date or draft.valid_from_date)
        found += judge_fields(PriceTier, filled, row=row, prefix=f"{field}.tiers.{n}.")
        start, end = filled.valid_from_date or draft.valid_from_date, tier.valid_to_date or datetime.date.max
        if tier.price < 0 or tier.from_quantity < 0 or end < start:
            rule = _("Enter a price and a quantity of zero or more, and days in their order.")
            found.append(InvalidValue(field=f"{field}.tiers.{n}", row=row, what=_("price"), value=tier.price, rule=rule))
        if any(start <= other_end and other_start <= end for other_start, other_end in by_quantity.get(tier.from_quantity, ())):
            found.append(TiersOverlap(field=f"{field}.tiers.{n}", row=row, quantity=plain(tier.from_quantity)))
        by_quantity.setdefault(tier.from_quantity, []).append((start, end))
    return found


def _write_lines(agreements: Sequence[AgreementDraft], ids: Sequence[int], known: _Known) -> None:
    """A line with an id, or of the same product and unit, is changed; what is left out becomes inactive, for orders name it. The
    prices of every line given are replaced."""
    current = {(line.agreement_id, line.product_id, line.unit): line for line in known.lines.values()}
    changed: list[tuple[int, tuple[object, ...], Sequence[TierDraft], AgreementDraft]] = []
    new: list[tuple[tuple[object, ...], Sequence[TierDraft], AgreementDraft]] = []
    kept: set[int] = set()
    for pk, draft in zip(ids, agreements, strict=True):
        for n, line in enumerate(draft.lines or (), 1):
            values = _line_values(pk, n, draft, line, known)
            same = current.get((pk, line.product_id, str(values[4])))
            line_id = line.id or (same.pk if same else None)
            if line_id is None:
                new.append((values, line.tiers, draft))
            else:
                kept.add(line_id)
                changed.append((line_id, values, line.tiers, draft))
    given = {d.id for d in agreements if d.lines is not None}
    dropped = [line.pk for line in known.lines.values() if line.agreement_id in given and line.pk not in kept and line.active]
    update_rows(AgreementLine, _LINE, [(pk, *values) for pk, values, _tiers, _draft in changed])
    update_rows(AgreementLine, ["active"], [(pk, False) for pk in dropped])
    made = insert_rows(AgreementLine, _LINE, [values for values, _tiers, _draft in new], returning=["id"])
    if changed:
        execute(
            f"DELETE FROM purchasing_pricetier WHERE company_id = {COMPANY} AND line_id = ANY(%s::bigint[])",  # noqa: S608
            [[pk for pk, *_rest in changed]],
        )
    tiers = [(pk, tiers, draft) for pk, _values, tiers, draft in changed]
    tiers += [(pk, tiers, draft) for (pk,), (_values, tiers, draft) in zip(made, new, strict=True)]
    insert_rows(
        PriceTier,
        _TIER,
        [
            (pk, draft.supplier_id, t.from_quantity, t.price, t.valid_from_date or draft.valid_from_date, t.valid_to_date)
            for pk, prices, draft in tiers
            for t in prices
        ],
    )


def _line_values(
    agreement_id: int, sequence: int, draft: AgreementDraft, line: AgreementLineDraft, known: _Known
) -> tuple[object, ...]:
    units = known.products[line.product_id].units
    ratio = units.ratio(line.unit) or Ratio()
    return (
        agreement_id,
        sequence,
        draft.supplier_id,
        line.product_id,
        line.unit or units.base,
        ratio.numerator,
        ratio.denominator,
        line.lead_days,
        line.min_quantity,
        line.max_quantity,
        line.multiple,
        line.supplier_sku,
        line.active,
    )


def _publish(agreements: Sequence[AgreementDraft], ids: Sequence[int], at: datetime.datetime) -> None:
    numbers = dict(Agreement.objects.filter(pk__in=ids).values_list("id", "number"))
    products: dict[int, list[int]] = {}
    for agreement_id, product in AgreementLine.objects.filter(agreement_id__in=ids).values_list("agreement_id", "product_id"):
        products.setdefault(agreement_id, []).append(product)
    bus.publish(
        [
            AgreementSaved(
                id=pk,
                number=numbers[pk],
                status="saved",
                supplier_id=draft.supplier_id,
                products=tuple(sorted(set(products.get(pk, ())))),
            )
            for pk, draft in zip(ids, agreements, strict=True)
        ],
        at=at,
    )
