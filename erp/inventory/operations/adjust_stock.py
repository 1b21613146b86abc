"""Adjusting: what was damaged, lost, given away or found, with its reason, in the books at once."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from erp.catalog.measures import CountedProduct, counted_products, take_measure
from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue
from erp.core.events import DocumentRef
from erp.core.money import ZERO, plain, round_half_up
from erp.core.operation import operation
from erp.core.rows import insert_rows
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.inventory.errors import CostNotKnown, WriteOffAboveStock, WriteOffReserved
from erp.inventory.events import StockAdjusted
from erp.inventory.models import Adjustment, AdjustmentLine, StockMove
from erp.inventory.operations.judge_products import no_lines, product_refusals
from erp.inventory.operations.judge_warehouses import warehouse_refusals, warehouses_in_use
from erp.inventory.operations.lock_levels import LockedLevel, lock_levels
from erp.inventory.operations.naming import raise_named
from erp.inventory.operations.post_stock import MoveDraft, StockPosting, post_stock
from erp.inventory.permissions import ADJUST_STOCK
from erp.inventory.rules import found_value, issue_cost
from erp.ledger.models import AccountRole
from erp.reference.queries import minor_units
from erp.reference.rules import MEASURE_COLUMNS, Measure

ROLES: dict[str, AccountRole] = {
    Adjustment.Reason.DAMAGED: AccountRole.STOCK_LOSS,
    Adjustment.Reason.LOST: AccountRole.STOCK_LOSS,
    Adjustment.Reason.SAMPLE: AccountRole.SAMPLES,
    Adjustment.Reason.OTHER: AccountRole.STOCK_LOSS,
    Adjustment.Reason.FOUND: AccountRole.STOCK_GAIN,
}
_HEAD = ["reason", "warehouse_id", "date", "note", "value", "external_source", "external_ref", "actor", "posted_at"]


@dataclass(frozen=True, kw_only=True)
class AdjustmentLineDraft:
    """`quantity` in `unit`, by default the product's, is above zero; the reason says whether it leaves or comes in.
    `unit_cost` (company currency, of one of the unit) is for found stock alone; without one it comes in at the present
    average."""

    product_id: int
    quantity: Decimal
    unit: str = ""
    unit_cost: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class AdjustmentDraft:
    """Stock of one warehouse written off or found on one day, for one reason (`Adjustment.Reason`)."""

    warehouse_id: int
    date: datetime.date
    reason: str
    lines: Sequence[AdjustmentLineDraft]
    note: str = ""
    external_source: str = ""
    external_ref: str = ""

    @property
    def comes_in(self) -> bool:
        return self.reason == Adjustment.Reason.FOUND


@dataclass(frozen=True)
class PostedAdjustment:
    id: int
    number: str


@dataclass(frozen=True)
class Change:
    """What happens to a level: all figures negative when stock is written off."""

    product_id: int
    measure: Measure
    amount: Decimal


@operation(ADJUST_STOCK)
def adjust_stock(*, adjustments: Sequence[AdjustmentDraft], actor: Actor, at: datetime.datetime) -> list[PostedAdjustment]:
    """Post the adjustments one after the other: losses at moving average, found stock at its stated cost or the average.

    Refuses to write off what is not there or is reserved, found stock of unknown cost, and a warehouse that is no longer in
    use; all refusals at once.
    """
    products = counted_products(
        (line.product_id for adjustment in adjustments for line in adjustment.lines),
        (line.unit for adjustment in adjustments for line in adjustment.lines),
    )
    _ensure_valid(adjustments, products, future_refusals([a.date for a in adjustments], actor=actor, at=at))
    currency = company_facts(actor.company_id).currency_code
    levels = lock_levels(((line.product_id, a.warehouse_id) for a in adjustments for line in a.lines), create=True)
    changes: list[list[Change]] = []
    refusals: list[BusinessRuleViolation] = []
    for i, adjustment in enumerate(adjustments):
        changes.append([])
        for j, line in enumerate(adjustment.lines):
            level, product = levels[line.product_id, adjustment.warehouse_id], products[line.product_id]
            measure = take_measure(line.quantity, line.unit, product.units, product=product.sku)
            if refusal := _refusal(adjustment, line, measure, level, f"{_prefix(i, adjustments)}lines.{j}"):
                refusals.append(refusal)
            else:
                changes[-1].append(_change(adjustment, line, measure, level, minor_units(currency)))
    raise_named(refusals)
    posted = _insert(adjustments, changes, actor, at)
    bus.publish([_event(*parts) for parts in zip(posted, adjustments, changes, strict=True)], at=at)
    postings = [_posting(*parts) for parts in zip(posted, adjustments, changes, strict=True)]
    post_stock(postings=postings, currency=currency, actor=actor, at=at)
    return posted


def _prefix(i: int, adjustments: Sequence[AdjustmentDraft]) -> str:
    return f"{i}." if len(adjustments) > 1 else ""


def _ensure_valid(
    adjustments: Sequence[AdjustmentDraft], products: Mapping[int, CountedProduct], refusals: list[BusinessRuleViolation]
) -> None:
    """Raise what is refused of the adjustments beside the `refusals` found already."""
    in_use = warehouses_in_use(adjustment.warehouse_id for adjustment in adjustments)
    for i, adjustment in enumerate(adjustments):
        prefix = _prefix(i, adjustments)
        refusals += warehouse_refusals(adjustment.warehouse_id, in_use, f"{prefix}warehouse")
        if adjustment.reason not in ROLES:
            rule = _("Choose one of the reasons.")
            refusals.append(InvalidValue(field=f"{prefix}reason", what=_("reason"), value=adjustment.reason, rule=rule))
        if not adjustment.lines:
            refusals.append(no_lines(f"{prefix}lines"))
        for j, line in enumerate(adjustment.lines):
            refusals += _line_refusals(line, adjustment, products, f"{prefix}lines.{j}")
    raise_named(refusals)


def _line_refusals(
    line: AdjustmentLineDraft, adjustment: AdjustmentDraft, products: Mapping[int, CountedProduct], field: str
) -> list[BusinessRuleViolation]:
    found = product_refusals(line.product_id, line.quantity, products, field, unit=line.unit)
    if line.quantity <= 0:
        rule = _("Enter a quantity above zero.")
        found.append(InvalidValue(field=f"{field}.quantity", what=_("quantity"), value=line.quantity, rule=rule))
    if line.unit_cost is not None and (line.unit_cost < 0 or not adjustment.comes_in):
        rule = _("Enter a cost of zero or more.") if adjustment.comes_in else _("Leave it empty: what leaves has its own cost.")
        found.append(InvalidValue(field=f"{field}.unit_cost", what=_("cost"), value=line.unit_cost, rule=rule))
    return found


def _refusal(
    adjustment: AdjustmentDraft, line: AdjustmentLineDraft, measure: Measure, level: LockedLevel, field: str
) -> BusinessRuleViolation | None:
    if adjustment.comes_in:
        unknown = line.unit_cost is None and not level.on_hand
        return CostNotKnown(field=f"{field}.unit_cost", product=line.product_id) if unknown else None
    facts: dict[str, Any] = {
        "field": f"{field}.quantity",
        "product": line.product_id,
        "warehouse": adjustment.warehouse_id,
        "on_hand": plain(level.on_hand),
        "quantity": plain(measure.quantity),
    }
    if measure.quantity > level.on_hand:
        return WriteOffAboveStock(**facts)
    if measure.quantity > level.available:
        return WriteOffReserved(**facts, reserved=plain(level.reserved))
    return None


def _change(adjustment: AdjustmentDraft, line: AdjustmentLineDraft, measure: Measure, level: LockedLevel, places: int) -> Change:
    """Value the line and take it out of the level or put it in."""
    if not adjustment.comes_in:
        amount = -issue_cost(on_hand=level.on_hand, value=level.value, quantity=measure.quantity, places=places)
        measure = replace(measure, entered=-measure.entered, quantity=-measure.quantity)
    elif line.unit_cost is None:
        amount = found_value(on_hand=level.on_hand, value=level.value, surplus=measure.quantity, places=places)
    else:
        amount = round_half_up(line.unit_cost * measure.entered, places)
    level.on_hand += measure.quantity
    level.value += amount
    return Change(line.product_id, measure, amount)


def _insert(
    adjustments: Sequence[AdjustmentDraft], changes: Sequence[Sequence[Change]], actor: Actor, at: datetime.datetime
) -> list[PostedAdjustment]:
    heads = [
        (
            draft.reason,
            draft.warehouse_id,
            draft.date,
            draft.note,
            sum((change.amount for change in lines), ZERO),
            draft.external_source,
            draft.external_ref,
            actor.name,
            at,
        )
        for draft, lines in zip(adjustments, changes, strict=True)
    ]
    number = {"number": "documents_next_number('stock_adjustment')"}
    posted = [
        PostedAdjustment(*row) for row in insert_rows(Adjustment, _HEAD, heads, computed=number, returning=["id", "number"])
    ]
    insert_rows(
        AdjustmentLine,
        ["adjustment_id", "sequence", "product_id", *MEASURE_COLUMNS, "value"],
        [
            (adjustment.id, i, change.product_id, *change.measure.columns, change.amount)
            for adjustment, lines in zip(posted, changes, strict=True)
            for i, change in enumerate(lines, 1)
        ],
    )
    return posted


def _event(adjustment: PostedAdjustment, draft: AdjustmentDraft, lines: Sequence[Change]) -> StockAdjusted:
    found = tuple(sorted({line.product_id for line in lines if line.measure.quantity > 0}))
    return StockAdjusted(
        id=adjustment.id,
        number=adjustment.number,
        status="posted",
        warehouse_id=draft.warehouse_id,
        reason=draft.reason,
        products=found,
    )


def _posting(adjustment: PostedAdjustment, draft: AdjustmentDraft, lines: Sequence[Change]) -> StockPosting:
    return StockPosting(
        document=DocumentRef("stock_adjustment", adjustment.id),
        number=adjustment.number,
        reason=StockMove.Reason.ADJUST,
        date=draft.date,
        counter_role=ROLES[draft.reason],
        moves=[
            MoveDraft(
                product_id=line.product_id,
                warehouse_id=draft.warehouse_id,
                quantity=line.measure.quantity,
                amount=line.amount,
                line_id=i,
            )
            for i, line in enumerate(lines, 1)
        ],
    )
