"""Goods coming in."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.catalog.measures import CountedProduct, counted_products, take_measure
from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode
from erp.core.events import DocumentRef
from erp.core.money import LARGEST_AMOUNT, ZERO, round_half_up, too_large
from erp.core.operation import operation
from erp.core.rows import COMPANY, fetch, insert_rows
from erp.identity.queries import company_facts
from erp.inventory.events import ReceiptPosted
from erp.inventory.models import Receipt, ReceiptLine, StockMove
from erp.inventory.operations.judge_products import no_lines, product_refusals
from erp.inventory.operations.judge_warehouses import warehouse_refusals, warehouses_in_use
from erp.inventory.operations.lock_levels import lock_levels
from erp.inventory.operations.naming import raise_named
from erp.inventory.operations.post_stock import MoveDraft, StockPosting, post_stock
from erp.inventory.permissions import RECEIVE_GOODS
from erp.ledger.models import AccountRole
from erp.parties.errors import PartyIsNoSupplier
from erp.reference.queries import minor_units
from erp.reference.rules import MEASURE_COLUMNS, Measure

_SUPPLIERS = f"""
SELECT id, name, is_supplier AND active FROM parties_party WHERE company_id = {COMPANY} AND id = ANY(%s::bigint[])
"""  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class ReceiptLineDraft:
    """`quantity` in `unit`, by default the product's. `value` is the total value of the line in company currency; or
    `unit_cost`, of one of the unit, times the quantity, rounded."""

    product_id: int
    quantity: Decimal
    unit: str = ""
    value: Decimal | None = None
    unit_cost: Decimal = ZERO


@dataclass(frozen=True, kw_only=True)
class ReceiptDraft:
    """A receipt into one warehouse on one day. Opening stock is booked against opening balances."""

    warehouse_id: int
    date: datetime.date
    lines: Sequence[ReceiptLineDraft]
    purpose: str = Receipt.Purpose.GOODS
    supplier_id: int | None = None
    external_source: str = ""
    external_ref: str = ""


@dataclass(frozen=True)
class PostedReceipt:
    id: int
    number: str


@operation(RECEIVE_GOODS)
def receive_goods(*, receipts: Sequence[ReceiptDraft], actor: Actor, at: datetime.datetime) -> list[PostedReceipt]:
    """Post the receipts: stock, value and books. Refuses services, unknown and inactive products, quantities of zero or less,
    a warehouse that is no longer in use, a supplier that is none; all refusals at once."""
    products = counted_products(
        (line.product_id for receipt in receipts for line in receipt.lines),
        (line.unit for receipt in receipts for line in receipt.lines),
    )
    _ensure_valid(receipts, products)
    measures = [[_measure(line, products[line.product_id]) for line in receipt.lines] for receipt in receipts]
    currency = company_facts(actor.company_id).currency_code
    values = [[_value(line, minor_units(currency)) for line in receipt.lines] for receipt in receipts]
    lock_levels(((line.product_id, r.warehouse_id) for r in receipts for line in r.lines), create=True)
    posted = _insert(receipts, values, measures, actor, at)
    bus.publish([_event(receipt, draft) for receipt, draft in zip(posted, receipts, strict=True)], at=at)
    postings = [_posting(*parts) for parts in zip(posted, receipts, values, measures, strict=True)]
    post_stock(postings=postings, currency=currency, actor=actor, at=at)
    return posted


def _ensure_valid(receipts: Sequence[ReceiptDraft], products: Mapping[int, CountedProduct]) -> None:
    in_use = warehouses_in_use(receipt.warehouse_id for receipt in receipts)
    refusals = _supplier_refusals(receipts)
    for receipt in receipts:
        refusals += warehouse_refusals(receipt.warehouse_id, in_use, "warehouse")
        if not receipt.lines:
            refusals.append(no_lines())
        for i, line in enumerate(receipt.lines):
            refusals += _line_refusals(line, products, f"lines.{i}")
    raise_named(refusals)


def _supplier_refusals(receipts: Sequence[ReceiptDraft]) -> list[BusinessRuleViolation]:
    asked = sorted({receipt.supplier_id for receipt in receipts if receipt.supplier_id is not None})
    suppliers = {row[0]: row[1:] for row in fetch(_SUPPLIERS, [asked])} if asked else {}
    found: list[BusinessRuleViolation] = []
    for supplier_id in asked:
        name, delivers = suppliers.get(supplier_id, ("", False))
        if not name:
            found.append(UnknownCode(field="supplier", what=_("supplier"), value=supplier_id))
        elif not delivers:
            found.append(PartyIsNoSupplier(field="supplier", party=name))
    return found


def _measure(line: ReceiptLineDraft, product: CountedProduct) -> Measure:
    return take_measure(line.quantity, line.unit, product.units, product=product.sku)


def _line_refusals(line: ReceiptLineDraft, products: Mapping[int, CountedProduct], field: str) -> list[BusinessRuleViolation]:
    found = product_refusals(line.product_id, line.quantity, products, field, unit=line.unit, only_active=True)
    if line.quantity <= 0:
        found.append(
            InvalidValue(
                field=f"{field}.quantity", what=_("quantity"), value=line.quantity, rule=_("Enter a quantity above zero.")
            )
        )
    if (line.value is not None and line.value < 0) or line.unit_cost < 0:
        found.append(
            InvalidValue(field=f"{field}.value", what=_("value"), value=line.value, rule=_("Enter a value of zero or more."))
        )
    if too_large(line.quantity, line.unit_cost) or (line.value or ZERO) >= LARGEST_AMOUNT:
        wrong = ("value", line.value) if line.value is not None else ("unit_cost", line.unit_cost)
        rule = _("Enter a smaller number.")
        found.append(InvalidValue(field=f"{field}.{wrong[0]}", what=_("value"), value=wrong[1], rule=rule))
    return found


def _value(line: ReceiptLineDraft, places: int) -> Decimal:
    return round_half_up(line.unit_cost * line.quantity if line.value is None else line.value, places)


def _insert(
    receipts: Sequence[ReceiptDraft],
    values: Sequence[Sequence[Decimal]],
    measures: Sequence[Sequence[Measure]],
    actor: Actor,
    at: datetime.datetime,
) -> list[PostedReceipt]:
    heads = [
        (r.purpose, r.warehouse_id, r.supplier_id, r.date, sum(v, ZERO), r.external_source, r.external_ref, actor.name, at)
        for r, v in zip(receipts, values, strict=True)
    ]
    columns = ["purpose", "warehouse_id", "supplier_id", "date", "value", "external_source", "external_ref", "actor", "posted_at"]
    rows = insert_rows(
        Receipt, columns, heads, computed={"number": "documents_next_number('receipt')"}, returning=["id", "number"]
    )
    posted = [PostedReceipt(*row) for row in rows]
    insert_rows(
        ReceiptLine,
        ["receipt_id", "sequence", "product_id", *MEASURE_COLUMNS, "value"],
        [
            (receipt.id, i, line.product_id, *measure.columns, value)
            for receipt, draft, line_values, line_measures in zip(posted, receipts, values, measures, strict=True)
            for i, (line, value, measure) in enumerate(zip(draft.lines, line_values, line_measures, strict=True), 1)
        ],
    )
    return posted


def _event(receipt: PostedReceipt, draft: ReceiptDraft) -> ReceiptPosted:
    products = tuple(sorted({line.product_id for line in draft.lines}))
    return ReceiptPosted(
        id=receipt.id, number=receipt.number, status="posted", warehouse_id=draft.warehouse_id, products=products
    )


def _posting(receipt: PostedReceipt, draft: ReceiptDraft, values: Sequence[Decimal], measures: Sequence[Measure]) -> StockPosting:
    opening = draft.purpose == Receipt.Purpose.OPENING
    return StockPosting(
        document=DocumentRef("receipt", receipt.id),
        number=receipt.number,
        reason=StockMove.Reason.RECEIPT,
        date=draft.date,
        counter_role=AccountRole.OPENING if opening else AccountRole.STOCK_CLEARING,
        moves=[
            MoveDraft(
                product_id=line.product_id, warehouse_id=draft.warehouse_id, quantity=measure.quantity, amount=value, line_id=i
            )
            for i, (line, value, measure) in enumerate(zip(draft.lines, values, measures, strict=True), 1)
        ],
    )
