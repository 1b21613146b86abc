"""Goods of purchase orders coming in: what is kept, what is refused at the door, and what it is worth."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, WrongState
from erp.core.events import DocumentRef
from erp.core.money import ZERO, convert, plain
from erp.core.operation import operation
from erp.core.rows import execute
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.inventory.models import Receipt
from erp.inventory.operations.naming import raise_named
from erp.inventory.operations.post_receipts import FinishedLine, FinishedReceipt, PostedReceipt, post_receipts_for
from erp.ledger.models import AccountRole
from erp.purchasing.drafts import OrderReceipt, ReceivedLine
from erp.purchasing.errors import NothingArrived, OrderCancelled, OverReceipt
from erp.purchasing.events import PurchaseOrderReceived
from erp.purchasing.operations.lock_purchase_orders import LockedLine, LockedPurchaseOrder, lock_purchase_orders
from erp.purchasing.permissions import RECEIVE
from erp.purchasing.rules import value_of_part
from erp.purchasing.states import TRANSITIONS, PurchaseOrderState
from erp.reference.queries import NoExchangeRate, find_exchange_rates, minor_units
from erp.reference.rules import convert_quantity

_ADVANCE = (Path(__file__).parents[1] / "sql" / "advance_received.sql").read_text()


@dataclass(frozen=True, kw_only=True)
class _Taken:
    """A line of a receipt in the product's unit; `value` in company currency."""

    draft: ReceivedLine
    line: LockedLine
    arrived: Decimal
    accepted: Decimal
    value: Decimal


@operation(RECEIVE)
def receive_orders(*, receipts: Sequence[OrderReceipt], actor: Actor, at: datetime.datetime) -> list[PostedReceipt | None]:
    """Take in goods of issued orders, one receipt each; None where everything was refused at the door.

    What is kept is worth the order's price at the rate of the day it came in, and is owed until it is billed. Kept is at most
    what is still expected and the tolerance of the order above it; what is rejected stays expected. A line that is nearly
    complete, by the tolerance below, is closed; an order whose lines are all complete is received.
    """
    orders, lines = lock_purchase_orders([r.order_id for r in receipts])
    home = company_facts(actor.company_id).currency_code
    rates = find_exchange_rates({(orders[r.order_id].currency, r.date) for r in receipts}, company_currency=home)
    refusals = future_refusals([r.date for r in receipts], actor=actor, at=at)
    taken = _judged(receipts, orders, lines, rates, minor_units(home), refusals)
    kept = [i for i, parts in enumerate(taken) if any(part.accepted for part in parts)]
    made = post_receipts_for(receipts=[_finished(receipts[i], orders, taken[i]) for i in kept], actor=actor, at=at)
    posted: list[PostedReceipt | None] = [None] * len(receipts)
    for i, receipt in zip(kept, made, strict=True):
        posted[i] = receipt
    _advance(receipts, taken, posted, orders, lines, actor, at)
    return posted


def _judged(
    receipts: Sequence[OrderReceipt],
    orders: Mapping[int, LockedPurchaseOrder],
    lines: Mapping[int, list[LockedLine]],
    rates: Mapping[tuple[str, datetime.date], Decimal],
    places: int,
    refusals: list[BusinessRuleViolation],
) -> list[list[_Taken]]:
    """Every receipt worked out, or all that is wrong beside the `refusals` found before. A line named twice, in one receipt or in
    two, is judged against what the earlier one leaves."""
    before: dict[int, Decimal] = {}
    taken = []
    for i, receipt in enumerate(receipts):
        prefix = f"{i}." if len(receipts) > 1 else ""
        order = orders[receipt.order_id]
        by_id = {line.id: line for line in lines[order.id]}
        refusals += _order_refusals(order, receipt, rates, prefix)
        parts = []
        for n, draft in enumerate(receipt.lines):
            field, line = f"{prefix}lines.{n}", by_id.get(draft.line_id)
            if line is None:
                refusals.append(NotFound(field=f"{field}.line", what=_("order line"), value=draft.line_id))
                continue
            wrong, arrived, rejected = _quantities(draft, line, field)
            done = before.get(line.id, line.received)
            if PurchaseOrderState.RECEIVED in TRANSITIONS[order.state]:
                refusals += wrong or _over(draft, line, order, arrived - rejected, done, field)
            if not wrong:
                rate = rates.get((order.currency, receipt.date), ZERO)
                value = _value(line, order, done, arrived - rejected, rate, places)
                parts.append(_Taken(draft=draft, line=line, arrived=arrived, accepted=arrived - rejected, value=value))
                before[line.id] = done + arrived - rejected
        taken.append(parts)
    raise_named(refusals)
    return taken


def _order_refusals(
    order: LockedPurchaseOrder,
    receipt: OrderReceipt,
    rates: Mapping[tuple[str, datetime.date], Decimal],
    prefix: str,
) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    if order.state == PurchaseOrderState.CANCELLED:
        found.append(OrderCancelled(field=f"{prefix}order", document=order.number, document_id=order.id))
    elif PurchaseOrderState.RECEIVED not in TRANSITIONS[order.state]:
        label = PurchaseOrderState(order.state).label.lower()
        found.append(WrongState(field=f"{prefix}order", document=order.number, document_id=order.id, state=label))
    if not any(line.arrived > 0 for line in receipt.lines):
        found.append(NothingArrived(field=f"{prefix}lines"))
    if (order.currency, receipt.date) not in rates:
        found.append(NoExchangeRate.on(order.currency, receipt.date, field=f"{prefix}date"))
    return found


def _quantities(draft: ReceivedLine, line: LockedLine, field: str) -> tuple[list[BusinessRuleViolation], Decimal, Decimal]:
    """What arrived and what was rejected of it, in the product's unit."""
    if draft.unit not in ("", line.unit):
        rule = _("Name the unit of the order's line, or none for the product's.")
        return [InvalidValue(field=f"{field}.unit", what=_("unit"), value=draft.unit, rule=rule)], ZERO, ZERO
    found: list[BusinessRuleViolation] = []
    amounts = []
    for name, entered in (("arrived", draft.arrived), ("rejected", draft.rejected)):
        quantity = convert_quantity(entered, line.ratio) if draft.unit else entered
        if quantity is None or quantity < 0 or (name == "rejected" and entered > draft.arrived):
            rule = _("Enter zero or more, and reject no more than what arrived.")
            found.append(InvalidValue(field=f"{field}.{name}", what=_("quantity"), value=entered, rule=rule))
        amounts.append(quantity or ZERO)
    if not found and draft.arrived == 0:
        rule = _("Enter a quantity above zero, or leave the line out.")
        found.append(InvalidValue(field=f"{field}.arrived", what=_("quantity"), value=draft.arrived, rule=rule))
    return found, amounts[0], amounts[1]


def _over(
    draft: ReceivedLine, line: LockedLine, order: LockedPurchaseOrder, accepted: Decimal, done: Decimal, field: str
) -> list[BusinessRuleViolation]:
    most = ZERO if line.closed_short else line.quantity * (1 + order.over_fraction)
    if done + accepted <= most or not accepted:
        return []
    left = ZERO if line.closed_short else max(line.quantity - done, ZERO)
    return [OverReceipt(field=f"{field}.arrived", quantity=plain(accepted), product=line.sku, open=plain(left))]


def _value(line: LockedLine, order: LockedPurchaseOrder, done: Decimal, accepted: Decimal, rate: Decimal, places: int) -> Decimal:
    net = value_of_part(line.net, quantity=line.quantity, before=done, part=accepted, places=minor_units(order.currency))
    return convert(net, rate, places)


def _finished(receipt: OrderReceipt, orders: Mapping[int, LockedPurchaseOrder], parts: Sequence[_Taken]) -> FinishedReceipt:
    order = orders[receipt.order_id]
    return FinishedReceipt(
        warehouse_id=order.warehouse_id,
        date=receipt.date,
        lines=[
            FinishedLine(
                product_id=part.line.product_id,
                measure=part.line.measure(part.accepted),
                value=part.value,
            )
            for part in parts
            if part.accepted
        ],
        purpose=Receipt.Purpose.GOODS,
        counter_role=AccountRole.STOCK_CLEARING,
        supplier_id=order.supplier_id,
        external_source=receipt.external_source,
        external_ref=receipt.external_ref,
        stems_from=DocumentRef("purchase_order", order.id),
    )


def _advance(
    receipts: Sequence[OrderReceipt],
    taken: Sequence[Sequence[_Taken]],
    posted: Sequence[PostedReceipt | None],
    orders: Mapping[int, LockedPurchaseOrder],
    lines: Mapping[int, list[LockedLine]],
    actor: Actor,
    at: datetime.datetime,
) -> None:
    """Write what arrived, what is owed for it and what the lines and orders have come to, and say so."""
    goods = [
        (
            made.id if made else None,
            part.line.id,
            part.draft.advice_line_id,
            orders[receipt.order_id].supplier_id,
            receipt.date,
            part.arrived,
            part.accepted,
            part.value,
            part.draft.reason,
        )
        for receipt, made, parts in zip(receipts, posted, taken, strict=True)
        for part in parts
    ]
    came: dict[int, tuple[Decimal, Decimal]] = {}
    for part in (part for parts in taken for part in parts):
        accepted, rejected = came.get(part.line.id, (ZERO, ZERO))
        came[part.line.id] = (accepted + part.accepted, rejected + part.arrived - part.accepted)
    line_rows, order_rows, events = [], [], []
    for order_id in dict.fromkeys(r.order_id for r in receipts):
        order = orders[order_id]
        now = [_after(line, *came.get(line.id, (ZERO, ZERO)), order.under_fraction) for line in lines[order_id]]
        line_rows += [row for row in now if row[0] in came]
        complete = all(
            closed or received >= line.quantity for line, (_id, received, _r, closed) in zip(lines[order_id], now, strict=True)
        )
        anything = any(received for _id, received, _rejected, _closed in now)
        state = PurchaseOrderState.RECEIVED if complete else PurchaseOrderState.PARTLY_RECEIVED if anything else order.state
        order_rows.append((order_id, state))
        events.append(
            PurchaseOrderReceived(
                id=order_id, number=order.number, status=str(state), supplier_id=order.supplier_id, complete=complete
            )
        )
    if receipts:
        of_goods, of_lines, of_orders = (map(list, zip(*rows, strict=True)) for rows in (goods, line_rows, order_rows))
        execute(_ADVANCE, [*of_goods, actor.name, at, at, *of_lines, *of_orders])
    bus.publish(events, at=at)


def _after(line: LockedLine, accepted: Decimal, rejected: Decimal, under: Decimal) -> tuple[int, Decimal, Decimal, bool]:
    """The line's id, received, rejected and whether it is closed although something is missing."""
    received = line.received + accepted
    nearly = bool(accepted) and received < line.quantity and received >= line.quantity * (1 - under)
    return line.id, received, line.rejected + rejected, line.closed_short or nearly
