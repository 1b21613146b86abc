"""Goods coming in."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.catalog.measures import CountedProduct, counted_products, take_measure
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode
from erp.core.money import LARGEST_AMOUNT, ZERO, round_half_up, too_large
from erp.core.operation import operation
from erp.core.rows import COMPANY, fetch
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.inventory.errors import NoCostSaid
from erp.inventory.models import Receipt
from erp.inventory.operations.judge_products import no_lines, product_refusals
from erp.inventory.operations.judge_warehouses import warehouse_refusals, warehouses_in_use
from erp.inventory.operations.naming import raise_named
from erp.inventory.operations.post_receipts import FinishedLine, FinishedReceipt, PostedReceipt, post_receipts_for
from erp.inventory.permissions import RECEIVE_GOODS
from erp.ledger.models import AccountRole
from erp.parties.errors import PartyIsNoSupplier
from erp.reference.queries import minor_units

_SUPPLIERS = f"""
SELECT id, name, is_supplier AND active FROM parties_party WHERE company_id = {COMPANY} AND id = ANY(%s::bigint[])
"""  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class ReceiptLineDraft:
    """`quantity` in `unit`, by default the product's. What it is worth in company currency is said in one of two ways:
    `value`, the total of the line, or `unit_cost`, of one of the unit, times the quantity, rounded. Free goods are worth 0."""

    product_id: int
    quantity: Decimal
    unit: str = ""
    value: Decimal | None = None
    unit_cost: Decimal | None = None


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


# What goods may be received for; what was received before the opening moves nothing and is only recorded.
COUNTER_ROLES = {Receipt.Purpose.GOODS: AccountRole.STOCK_CLEARING, Receipt.Purpose.OPENING: AccountRole.OPENING}
PURPOSES = [(purpose.value, purpose.label) for purpose in COUNTER_ROLES]


@operation(RECEIVE_GOODS)
def receive_goods(*, receipts: Sequence[ReceiptDraft], actor: Actor, at: datetime.datetime) -> list[PostedReceipt]:
    """Post the receipts: stock, value and books. Refuses services, unknown and inactive products, quantities of zero or less,
    lines that do not say what they are worth, dates after today, a warehouse that is no longer in use, a supplier that is
    none; all refusals at once."""
    products = counted_products(
        (line.product_id for receipt in receipts for line in receipt.lines),
        (line.unit for receipt in receipts for line in receipt.lines),
    )
    places = minor_units(company_facts(actor.company_id).currency_code)
    future = future_refusals([receipt.date for receipt in receipts], actor=actor, at=at)
    _ensure_valid(receipts, products, places, future)
    finished = [_finish(receipt, products, places) for receipt in receipts]
    return post_receipts_for(receipts=finished, actor=actor, at=at)


def _ensure_valid(
    receipts: Sequence[ReceiptDraft], products: Mapping[int, CountedProduct], places: int, refusals: list[BusinessRuleViolation]
) -> None:
    """Raise what is refused of the receipts beside the `refusals` found already."""
    in_use = warehouses_in_use(receipt.warehouse_id for receipt in receipts)
    refusals += _supplier_refusals(receipts)
    for receipt in receipts:
        refusals += warehouse_refusals(receipt.warehouse_id, in_use, "warehouse")
        if not receipt.lines:
            refusals.append(no_lines())
        for i, line in enumerate(receipt.lines):
            refusals += _line_refusals(line, products, f"lines.{i}")
            refusals += _worth_refusals(line, f"lines.{i}", places)
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


def _line_refusals(line: ReceiptLineDraft, products: Mapping[int, CountedProduct], field: str) -> list[BusinessRuleViolation]:
    found = product_refusals(line.product_id, line.quantity, products, field, unit=line.unit, only_active=True)
    if line.quantity <= 0:
        found.append(
            InvalidValue(
                field=f"{field}.quantity", what=_("quantity"), value=line.quantity, rule=_("Enter a quantity above zero.")
            )
        )
    return found


def _worth_refusals(line: ReceiptLineDraft, field: str, places: int) -> list[BusinessRuleViolation]:
    """What is wrong with how a line says what it is worth."""
    value, unit_cost = line.value, line.unit_cost
    if value is None and unit_cost is None:
        return [NoCostSaid(field=f"{field}.unit_cost")]
    if value is not None and unit_cost is not None:
        rule = _("Enter the value of the line, or what one of it cost, not both.")
    elif unit_cost is not None and unit_cost < 0:
        rule = _("Enter a cost of zero or more.")
        return [InvalidValue(field=f"{field}.unit_cost", what=_("cost"), value=unit_cost, rule=rule)]
    elif value is not None and value < 0:
        rule = _("Enter a value of zero or more.")
    elif value is not None and value != round_half_up(value, places):
        rule = _("Use no more decimals than the currency has.")
    elif (value or ZERO) >= LARGEST_AMOUNT:
        rule = _("Enter a smaller number.")
    elif unit_cost is not None and too_large(line.quantity, unit_cost):
        return [InvalidValue(field=f"{field}.unit_cost", what=_("cost"), value=unit_cost, rule=_("Enter a smaller number."))]
    else:
        return []
    return [InvalidValue(field=f"{field}.value", what=_("value"), value=value, rule=rule)]


def _finish(receipt: ReceiptDraft, products: Mapping[int, CountedProduct], places: int) -> FinishedReceipt:
    return FinishedReceipt(
        warehouse_id=receipt.warehouse_id,
        date=receipt.date,
        lines=[_finish_line(line, products[line.product_id], places) for line in receipt.lines],
        purpose=receipt.purpose,
        counter_role=COUNTER_ROLES[Receipt.Purpose(receipt.purpose)],
        supplier_id=receipt.supplier_id,
        external_source=receipt.external_source,
        external_ref=receipt.external_ref,
    )


def _finish_line(line: ReceiptLineDraft, product: CountedProduct, places: int) -> FinishedLine:
    value = (line.unit_cost or ZERO) * line.quantity if line.value is None else line.value
    return FinishedLine(
        product_id=line.product_id,
        measure=take_measure(line.quantity, line.unit, product.units, product=product.sku),
        value=round_half_up(value, places),
    )
