"""What suppliers say is on its way."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, WrongState, raise_refusals
from erp.core.events import DocumentRef
from erp.core.money import plain
from erp.core.operation import operation
from erp.core.rows import insert_documents, update_rows
from erp.purchasing.drafts import AdviceDraft, AdvisedLine
from erp.purchasing.errors import AdviceTooMuch, AdvisedAlready, MessageKnown, OrderCancelled
from erp.purchasing.events import DeliveryAdvicePosted
from erp.purchasing.models import Advice, AdviceLine, PurchaseOrderLine
from erp.purchasing.operations.lock_purchase_orders import LockedLine, LockedPurchaseOrder, lock_purchase_orders
from erp.purchasing.permissions import ADVISE
from erp.purchasing.queries import on_its_way
from erp.purchasing.states import OPEN, PurchaseOrderState


@operation(ADVISE, partner=True)
def advise_deliveries(
    *, advices: Sequence[AdviceDraft], supplier_id: int | None = None, actor: Actor, at: datetime.datetime
) -> list[int]:
    """Write down the advices; return their ids, for a message that came before the one it made. One without lines brings all
    that is open and not on its way already.

    The day of an advice is the last promise of a line of which it brings all that is open, and where it is later than the promise
    of a line of which it brings a part. Refuses orders that expect nothing, more than is still expected with the tolerance
    above it, and a message under the name of one about something else.
    """
    orders, lines = lock_purchase_orders([a.order_id for a in advices], supplier_id=supplier_id)
    known = _known(advices, orders)
    fresh = [a for a in advices if _key(a, orders) not in known]
    refusals = _others(advices, known, orders)
    coming = on_its_way([a.order_id for a in fresh if not a.lines])
    parts = []
    for i, advice in enumerate(fresh):
        prefix = f"{i}." if len(fresh) > 1 else ""
        order, of_order = orders[advice.order_id], lines[advice.order_id]
        parts.append(list(advice.lines) or _rest(of_order, coming))
        refusals += _refusals(order, of_order, parts[-1], prefix)
    raise_refusals(refusals)
    rows = insert_documents(
        Advice,
        ["supplier_id", "order_id", "expected_date", "reference", "message_id", "actor", "at"],
        [(orders[a.order_id].supplier_id, a.order_id, a.expected_date, a.reference, a.message_id, actor.name, at) for a in fresh],
        AdviceLine,
        ["supplier_id", "sequence", "order_line_id", "quantity"],
        [
            (position, orders[a.order_id].supplier_id, n, part.line_id, part.quantity)
            for position, a in enumerate(fresh)
            for n, part in enumerate(parts[position], 1)
        ],
        parent="advice_id",
        computed={"number": "documents_next_number('delivery_advice')"},
        returning=["id", "number"],
    )
    moved = _promise(fresh, parts, lines)
    bus.publish(
        [
            DeliveryAdvicePosted(
                id=pk,
                number=number,
                status="posted",
                supplier_id=orders[a.order_id].supplier_id,
                order_id=a.order_id,
                warehouse_id=orders[a.order_id].warehouse_id,
                products=tuple(sorted({line.product_id for line in moved[position]})),
                stems_from=DocumentRef("purchase_order", a.order_id),
            )
            for position, ((pk, number), a) in enumerate(zip(rows, fresh, strict=True))
        ],
        at=at,
    )
    made = iter(row[0] for row in rows)
    return [known[_key(a, orders)].pk if _key(a, orders) in known else next(made) for a in advices]


def _rest(lines: Sequence[LockedLine], coming: Mapping[int, Decimal]) -> list[AdvisedLine]:
    """All that is open of an order and not on its way."""
    rest = [(line.id, line.open - coming.get(line.id, Decimal(0))) for line in lines]
    return [AdvisedLine(line_id=pk, quantity=quantity) for pk, quantity in rest if quantity > 0]


def _promise(
    advices: Sequence[AdviceDraft], parts: Sequence[Sequence[AdvisedLine]], lines: Mapping[int, Sequence[LockedLine]]
) -> list[list[LockedLine]]:
    """Write the days that the advices promise; the lines that are now expected on another day, by advice."""
    promised: dict[int, tuple[datetime.date, datetime.date]] = {}  # the first and the last one
    moved: list[list[LockedLine]] = []
    for advice, advised in zip(advices, parts, strict=True):
        by_id = {line.id: line for line in lines[advice.order_id]}
        moved.append([])
        for part in advised:
            line = by_id[part.line_id]
            first, last = promised.get(line.id, (line.first_promised_date, line.expected_date))
            if advice.expected_date != last and (part.quantity >= line.open or advice.expected_date > last):
                promised[line.id] = (first or advice.expected_date, advice.expected_date)
                moved[-1].append(line)
    update_rows(
        PurchaseOrderLine,
        ["first_promised_date", "last_promised_date"],
        [(pk, first, last) for pk, (first, last) in promised.items()],
    )
    return moved


def _key(advice: AdviceDraft, orders: dict[int, LockedPurchaseOrder]) -> tuple[int, str]:
    return orders[advice.order_id].supplier_id, advice.message_id


def _known(advices: Sequence[AdviceDraft], orders: dict[int, LockedPurchaseOrder]) -> dict[tuple[int, str], Advice]:
    messages = {a.message_id for a in advices if a.message_id}
    rows = Advice.objects.filter(message_id__in=messages, supplier_id__in={o.supplier_id for o in orders.values()})
    return {(a.supplier_id, a.message_id): a for a in rows} if messages else {}


def _others(
    advices: Sequence[AdviceDraft], known: Mapping[tuple[int, str], Advice], orders: dict[int, LockedPurchaseOrder]
) -> list[BusinessRuleViolation]:
    """Refusals of advices under the name of one for another order or day."""
    found: list[BusinessRuleViolation] = []
    for i, advice in enumerate(advices):
        there = known.get(_key(advice, orders))
        if there and (there.order_id, there.expected_date) != (advice.order_id, advice.expected_date):
            prefix = f"{i}." if len(advices) > 1 else ""
            found.append(MessageKnown(field=f"{prefix}message_id", message=advice.message_id))
    return found


def _refusals(
    order: LockedPurchaseOrder, lines: Sequence[LockedLine], parts: Sequence[AdvisedLine], prefix: str
) -> list[BusinessRuleViolation]:
    if order.state == PurchaseOrderState.CANCELLED:
        return [OrderCancelled(field=f"{prefix}order", document=order.number, document_id=order.id)]
    if order.state in OPEN and not parts and any(line.open for line in lines):
        return [AdvisedAlready(field=f"{prefix}lines", document=order.number, document_id=order.id)]
    if order.state not in OPEN or not parts:
        state = PurchaseOrderState(order.state).label.lower()
        return [WrongState(field=f"{prefix}order", document=order.number, document_id=order.id, state=state)]
    by_id = {line.id: line for line in lines}
    before: dict[int, Decimal] = {}
    found: list[BusinessRuleViolation] = []
    for n, part in enumerate(parts):
        field, line = f"{prefix}lines.{n}", by_id.get(part.line_id)
        if line is None:
            found.append(NotFound(field=f"{field}.line", what=_("order line"), value=part.line_id))
            continue
        before[line.id] = before.get(line.id, line.received) + part.quantity
        if part.quantity <= 0:
            rule = _("Enter a quantity above zero.")
            found.append(InvalidValue(field=f"{field}.quantity", what=_("quantity"), value=part.quantity, rule=rule))
        elif line.closed_short or before[line.id] > line.quantity * (1 + order.over_fraction):
            about = {"product": line.sku, "quantity": plain(part.quantity), "open": plain(line.open)}
            found.append(AdviceTooMuch(field=f"{field}.quantity", **about))  # type: ignore[arg-type]
    return found
