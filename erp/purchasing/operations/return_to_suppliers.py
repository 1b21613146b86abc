"""Goods going back to suppliers after they had been taken in."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound
from erp.core.events import DocumentRef
from erp.core.money import ZERO, convert, plain
from erp.core.operation import operation
from erp.core.rows import insert_documents, insert_rows, update_rows
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.inventory.models import StockMove
from erp.inventory.operations.issue_stock import Issue, take_from_levels
from erp.inventory.operations.lock_levels import lock_levels
from erp.inventory.operations.naming import raise_named
from erp.inventory.operations.post_stock import MoveDraft, StockPosting, post_stock
from erp.ledger.models import AccountRole
from erp.purchasing.drafts import PurchaseReturnDraft
from erp.purchasing.errors import ReturnTooMuch
from erp.purchasing.events import PurchaseReturnPosted
from erp.purchasing.models import ClearingFact, PurchaseOrderLine, PurchaseReturn, PurchaseReturnLine
from erp.purchasing.operations.lock_purchase_orders import LockedLine, LockedPurchaseOrder, lock_purchase_orders
from erp.purchasing.permissions import RETURN
from erp.purchasing.rules import value_of_part
from erp.reference.queries import NoExchangeRate, find_exchange_rates, minor_units

Part = tuple[LockedLine, Decimal]


@operation(RETURN)
def return_to_suppliers(*, returns: Sequence[PurchaseReturnDraft], actor: Actor, at: datetime.datetime) -> list[tuple[int, str]]:
    """Send goods back; return the ids and numbers of the returns.

    The goods leave the shelf at the moving average; what is owed for them falls by the order's price at the rate of the day, and
    the rest is a price difference. Refuses more than came in and is not back already, and goods that are not there.
    """
    orders, lines = lock_purchase_orders([r.order_id for r in returns])
    home = company_facts(actor.company_id).currency_code
    rates = find_exchange_rates({(orders[r.order_id].currency, r.date) for r in returns}, company_currency=home)
    refusals = future_refusals([r.date for r in returns], actor=actor, at=at)
    parts = _judged(returns, orders, lines, rates, refusals)
    flat = [(i, part) for i, of_return in enumerate(parts) for part in of_return]
    keys = [(part[0].product_id, orders[returns[i].order_id].warehouse_id) for i, part in flat]
    levels = lock_levels(keys)
    issues = [
        Issue(key, quantity, ZERO, orders[returns[i].order_id].number)
        for key, (i, (_line, quantity)) in zip(keys, flat, strict=True)
    ]
    costs = take_from_levels(issues, levels, places=minor_units(home))
    agreed = [_agreed(part, orders[returns[i].order_id], rates, returns[i], minor_units(home)) for i, part in flat]
    made = _insert(returns, orders, flat, costs, agreed, actor, at)
    _publish(returns, orders, parts, made, at)
    post_stock(postings=_postings(returns, orders, flat, costs, agreed, made), currency=home, actor=actor, at=at)
    insert_rows(
        ClearingFact,
        ["order_line_id", "kind", "quantity", "amount", "document_kind", "document_id", "date", "at"],
        [
            (line.id, ClearingFact.Kind.RETURN, -quantity, -owed, "purchase_return", made[i][0], returns[i].date, at)
            for (i, (line, quantity)), owed in zip(flat, agreed, strict=True)
        ],
    )
    update_rows(PurchaseOrderLine, [], [(line.id, quantity) for _i, (line, quantity) in flat], add=["returned"])
    return made


def _judged(
    returns: Sequence[PurchaseReturnDraft],
    orders: Mapping[int, LockedPurchaseOrder],
    lines: Mapping[int, list[LockedLine]],
    rates: Mapping[tuple[str, datetime.date], Decimal],
    refusals: list[BusinessRuleViolation],
) -> list[list[Part]]:
    taken: dict[int, Decimal] = {}
    parts = []
    for i, draft in enumerate(returns):
        prefix = f"{i}." if len(returns) > 1 else ""
        order = orders[draft.order_id]
        by_id = {line.id: line for line in lines[order.id]}
        if (order.currency, draft.date) not in rates:
            refusals.append(NoExchangeRate.on(order.currency, draft.date, field=f"{prefix}date"))
        if not draft.lines:
            rule = _("Enter at least one line.")
            refusals.append(InvalidValue(field=f"{prefix}lines", what=_("lines"), value="", rule=rule))
        of_return: list[Part] = []
        for n, part in enumerate(draft.lines):
            field, line = f"{prefix}lines.{n}", by_id.get(part.line_id)
            if line is None:
                refusals.append(NotFound(field=f"{field}.line", what=_("order line"), value=part.line_id))
                continue
            if line.id in taken or part.quantity <= 0:
                rule = _("Name each line once, with a quantity above zero.")
                refusals.append(InvalidValue(field=f"{field}.quantity", what=_("quantity"), value=part.quantity, rule=rule))
            elif part.quantity > line.received - line.returned:
                left = plain(line.received - line.returned)
                refusals.append(
                    ReturnTooMuch(field=f"{field}.quantity", product=line.sku, quantity=plain(part.quantity), open=left)
                )
            taken[line.id] = part.quantity
            of_return.append((line, part.quantity))
        parts.append(of_return)
    raise_named(refusals)
    return parts


def _agreed(
    part: Part,
    order: LockedPurchaseOrder,
    rates: Mapping[tuple[str, datetime.date], Decimal],
    draft: PurchaseReturnDraft,
    places: int,
) -> Decimal:
    line, quantity = part
    net = value_of_part(line.net, quantity=line.quantity, before=line.returned, part=quantity, places=minor_units(order.currency))
    return convert(net, rates[order.currency, draft.date], places)


def _insert(
    returns: Sequence[PurchaseReturnDraft],
    orders: Mapping[int, LockedPurchaseOrder],
    flat: Sequence[tuple[int, Part]],
    costs: Sequence[Decimal],
    agreed: Sequence[Decimal],
    actor: Actor,
    at: datetime.datetime,
) -> list[tuple[int, str]]:
    worth = [sum((c for (i, _part), c in zip(flat, costs, strict=True) if i == n), ZERO) for n in range(len(returns))]
    sequence: dict[int, int] = {}
    rows = []
    for (i, (line, quantity)), cost, owed in zip(flat, costs, agreed, strict=True):
        sequence[i] = sequence.get(i, 0) + 1
        rows.append((i, orders[returns[i].order_id].supplier_id, sequence[i], line.id, quantity, cost, owed))
    made = insert_documents(
        PurchaseReturn,
        ["order_id", "supplier_id", "warehouse_id", "date", "reason", "value", "actor", "at"],
        [
            (r.order_id, o.supplier_id, o.warehouse_id, r.date, r.reason, worth[i], actor.name, at)
            for i, r in enumerate(returns)
            for o in [orders[r.order_id]]
        ],
        PurchaseReturnLine,
        ["supplier_id", "sequence", "order_line_id", "quantity", "cost", "agreed"],
        rows,
        parent="purchase_return_id",
        computed={"number": "documents_next_number('purchase_return')"},
        returning=["id", "number"],
    )
    return [(row[0], row[1]) for row in made]


def _postings(
    returns: Sequence[PurchaseReturnDraft],
    orders: Mapping[int, LockedPurchaseOrder],
    flat: Sequence[tuple[int, Part]],
    costs: Sequence[Decimal],
    agreed: Sequence[Decimal],
    made: Sequence[tuple[int, str]],
) -> list[StockPosting]:
    moves: dict[int, list[MoveDraft]] = {}
    owed: dict[int, Decimal] = {}
    for (i, (line, quantity)), cost, amount in zip(flat, costs, agreed, strict=True):
        owed[i] = owed.get(i, ZERO) + amount
        moves.setdefault(i, []).append(
            MoveDraft(
                product_id=line.product_id,
                warehouse_id=orders[returns[i].order_id].warehouse_id,
                quantity=-quantity,
                amount=-cost,
                line_id=len(moves.get(i, ())) + 1,
            )
        )
    return [
        StockPosting(
            document=DocumentRef("purchase_return", pk),
            number=number,
            reason=StockMove.Reason.RETURN_OUT,
            date=returns[i].date,
            counter_role=AccountRole.STOCK_CLEARING,
            moves=moves[i],
            agreed=owed[i],
            difference_role=AccountRole.PRICE_DIFFERENCE,
        )
        for i, (pk, number) in enumerate(made)
    ]


def _publish(
    returns: Sequence[PurchaseReturnDraft],
    orders: Mapping[int, LockedPurchaseOrder],
    parts: Sequence[Sequence[Part]],
    made: Sequence[tuple[int, str]],
    at: datetime.datetime,
) -> None:
    bus.publish(
        [
            PurchaseReturnPosted(
                id=pk,
                number=number,
                status="posted",
                supplier_id=orders[draft.order_id].supplier_id,
                order_id=draft.order_id,
                warehouse_id=orders[draft.order_id].warehouse_id,
                products=tuple(sorted({line.product_id for line, _quantity in of_return})),
                stems_from=DocumentRef("purchase_order", draft.order_id),
            )
            for (pk, number), draft, of_return in zip(made, returns, parts, strict=True)
        ],
        at=at,
    )
