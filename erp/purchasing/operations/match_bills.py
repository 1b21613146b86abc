"""The three-way match of bills that are entered or held, and what is booked of those that pass."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core import bus
from erp.core.actor import Actor
from erp.core.events import DocumentRef
from erp.core.money import ZERO, convert, round_half_up
from erp.core.rows import COMPANY, fetch, insert_rows, update_rows
from erp.identity.queries import company_facts
from erp.identity.roles import Role
from erp.ledger.rules import next_share
from erp.payables.events import VendorBillHeld
from erp.payables.models import MatchTolerance, VendorBill, VendorBillLine
from erp.payables.operations.post_bills import FinishedBill, post_bills_for
from erp.payables.rules import DEFAULT, Booked, Tolerance, match_line, share_of_open, split_line
from erp.payables.states import VendorBillState
from erp.purchasing.models import ClearingFact, PurchaseOrderLine
from erp.purchasing.operations.lock_purchase_orders import LockedLine, LockedPurchaseOrder, lock_purchase_orders
from erp.purchasing.rules import value_of_part
from erp.purchasing.states import PurchaseOrderState
from erp.reference.queries import minor_units

WAITING = (VendorBillState.ENTERED, VendorBillState.HELD)
_ORDERS = f"""
SELECT DISTINCT l.order_id FROM payables_vendorbillline b
JOIN purchasing_purchaseorderline l ON l.company_id = b.company_id AND l.id = b.source_id
WHERE b.company_id = {COMPANY} AND b.bill_id = ANY(%s::bigint[]) AND b.source_kind = 'purchase_order_line'
"""  # noqa: S608
_CLEARING = f"""
SELECT order_line_id, sum(quantity), sum(amount) FROM purchasing_clearingfact
WHERE company_id = {COMPANY} AND order_line_id = ANY(%s::bigint[]) GROUP BY order_line_id
"""  # noqa: S608


@dataclass
class _Open:
    """What is open of an order line while bills are matched one after the other."""

    line: LockedLine
    order: LockedPurchaseOrder
    billed: Decimal
    quantity: Decimal
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class _Cleared:
    """What a bill takes from the clearing of an order line; signs as for a bill."""

    bill: VendorBill
    line_id: int
    quantity: Decimal
    amount: Decimal


def match_bills(
    bill_ids: Sequence[int], *, actor: Actor, at: datetime.datetime, released: Mapping[int, str] | None = None
) -> list[int]:
    """Match the bills that wait, in order of their ids, against what their orders received; return the ids of those that were
    posted. `released` are bills that a person lets pass, with the reason.

    For operations that checked their own permission. Orders are locked before bills.
    """
    orders, lines = lock_purchase_orders([row[0] for row in fetch(_ORDERS, [sorted(bill_ids)])])
    bills = list(
        VendorBill.objects.filter(pk__in=list(bill_ids), state__in=WAITING).order_by("pk").select_for_update(no_key=True)
    )
    of_bill: dict[int, list[VendorBillLine]] = {b.pk: [] for b in bills}
    for line in VendorBillLine.objects.filter(bill_id__in=list(of_bill)).order_by("bill_id", "sequence"):
        of_bill[line.bill_id].append(line)
    still = _open(orders, lines)
    tolerances = {t.supplier_id: t.rule for t in MatchTolerance.objects.all()}
    home = company_facts(actor.company_id).currency_code
    finished: list[FinishedBill] = []
    held: list[tuple[VendorBill, list[str]]] = []
    cleared: list[_Cleared] = []
    said: dict[int, list[str]] = {}
    for bill in bills:
        tolerance = tolerances.get(bill.supplier_id) or tolerances.get(None) or DEFAULT
        found = {line.pk: _match(line, bill, still, tolerance) for line in of_bill[bill.pk]}
        codes = sorted({code for line_codes in found.values() for code in line_codes})
        said |= found
        if codes and bill.pk not in (released or {}):
            held.append((bill, codes))
            continue
        finished.append(_finish(bill, of_bill[bill.pk], still, home, cleared, (released or {}).get(bill.pk, ""), actor))
    update_rows(VendorBillLine, ["found"], list(said.items()))
    _hold(held, at)
    post_bills_for(bills=finished, actor=actor, at=at)
    _clear(cleared, at)
    return [f.bill.pk for f in finished]


def _open(orders: Mapping[int, LockedPurchaseOrder], lines: Mapping[int, list[LockedLine]]) -> dict[int, _Open]:
    ids = [line.id for of_order in lines.values() for line in of_order]
    sums = {row[0]: (row[1], row[2]) for row in fetch(_CLEARING, [ids])} if ids else {}
    return {
        line.id: _Open(line, orders[order_id], line.billed, *sums.get(line.id, (ZERO, ZERO)))
        for order_id, of_order in lines.items()
        for line in of_order
    }


def _match(line: VendorBillLine, bill: VendorBill, still: Mapping[int, _Open], tolerance: Tolerance) -> list[str]:
    if line.source_kind != VendorBillLine.Source.ORDER_LINE or line.source_id is None:
        return []
    of_order = still[line.source_id]
    if bill.sign < 0:  # a credit note takes back what was billed for what is not here any more
        return [] if line.quantity <= max(-of_order.quantity, ZERO) else ["quantity_over"]
    codes = match_line(
        received=of_order.line.received - of_order.line.returned,
        billed=of_order.billed,
        quantity=line.quantity,
        order_price=of_order.line.unit_price,
        price=line.unit_price,
        tolerance=tolerance,
    )
    return [*codes, *(["order_cancelled"] if of_order.order.state == PurchaseOrderState.CANCELLED else [])]


def _finish(
    bill: VendorBill,
    lines: Sequence[VendorBillLine],
    still: Mapping[int, _Open],
    home: str,
    cleared: list[_Cleared],
    reason: str,
    actor: Actor,
) -> FinishedBill:
    """Work out what the bill's lines are in company currency, by running totals so that they come to the bill, and take it from
    what is open."""
    places, before, charges = minor_units(home), ZERO, ZERO
    booked: dict[int, Booked] = {}
    order_id = None
    for line in lines:
        net = next_share(before, line.net, rate=bill.rate, places=places)
        before += line.net
        if line.source_kind != VendorBillLine.Source.ORDER_LINE or line.source_id is None:
            charges += net
            continue
        of_order = still[line.source_id]
        order_id = order_id or of_order.order.id
        booked[line.pk], taken = _book(line, bill, of_order, net, home)
        cleared.append(taken)
        of_order.billed += taken.quantity
        of_order.quantity -= taken.quantity
        of_order.amount -= taken.amount
    return FinishedBill(
        bill=bill,
        booked=booked,
        charges=charges,
        stems_from=DocumentRef("purchase_order", order_id) if order_id else None,
        released_by=actor.name if reason else "",
        release_reason=reason,
    )


def _book(line: VendorBillLine, bill: VendorBill, of_order: _Open, net: Decimal, home: str) -> tuple[Booked, _Cleared]:
    """The line's net split, and what it takes from clearing. Beyond what is open it counts at the order's price at the bill's
    rate; all of it may be billed only by release."""
    places, order = minor_units(home), of_order.line
    part = bill.sign * line.quantity
    share, covered = share_of_open(of_order.amount, open_quantity=of_order.quantity, part=part)
    in_currency = value_of_part(
        order.net, quantity=order.quantity, before=ZERO, part=line.quantity, places=minor_units(bill.currency_code)
    )
    ordered = convert(in_currency, bill.rate, places)
    beyond = ordered * (line.quantity - abs(covered)) / line.quantity
    clearing = round_half_up(abs(share) + beyond, places)
    split = split_line(net=net, clearing=clearing, ordered_net=ordered, is_home=bill.currency_code == home)
    return split, _Cleared(bill=bill, line_id=order.id, quantity=part, amount=bill.sign * clearing)


def _hold(held: Sequence[tuple[VendorBill, list[str]]], at: datetime.datetime) -> None:
    """A bill that was held for the same before stays as it is and is not told again."""
    new = [(bill, codes) for bill, codes in held if bill.state != VendorBillState.HELD or bill.held_reasons != codes]
    rows = [(bill.pk, VendorBillState.HELD, codes, _owner(codes)) for bill, codes in new]
    update_rows(VendorBill, ["state", "held_reasons", "owner_role"], rows)
    bus.publish(
        [
            VendorBillHeld(id=bill.pk, number=bill.number, status="held", supplier_id=bill.supplier_id, reasons=tuple(codes))
            for bill, codes in new
        ],
        at=at,
    )


def _owner(codes: Sequence[str]) -> str:
    """Who has to look: for quantities and prices the buyer."""
    return Role.BUYER if codes else ""


def _clear(cleared: Sequence[_Cleared], at: datetime.datetime) -> None:
    kinds = ClearingFact.Kind
    insert_rows(
        ClearingFact,
        ["order_line_id", "kind", "quantity", "amount", "document_kind", "document_id", "date", "at"],
        [
            (
                c.line_id,
                kinds.BILL if c.quantity > 0 else kinds.CREDIT,
                -c.quantity,
                -c.amount,
                "vendor_bill",
                c.bill.pk,
                c.bill.date,
                at,
            )
            for c in cleared
        ],
    )
    billed: dict[int, Decimal] = {}
    for c in cleared:
        billed[c.line_id] = billed.get(c.line_id, ZERO) + c.quantity
    update_rows(PurchaseOrderLine, [], list(billed.items()), add=["billed"])
