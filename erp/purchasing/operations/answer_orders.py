"""What suppliers say to orders, and what we say to that."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from erp.automation.queries import lack_approval
from erp.core import bus
from erp.core.actor import Actor
from erp.core.clock import local_date
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, WrongState, raise_refusals
from erp.core.money import convert, plain, too_large
from erp.core.operation import operation
from erp.core.rows import ANY_ID, COMPANY, fetch, insert_rows, update_rows
from erp.documents.drafts import possible_ids
from erp.identity.queries import CompanyFacts, company_facts
from erp.purchasing.drafts import OrderAnswer
from erp.purchasing.errors import AnswerSettled, DearerThanApproved, MessageKnown, OrderCancelled
from erp.purchasing.events import PurchaseOrderAnswered
from erp.purchasing.models import AnswerOutcome, PurchaseOrder, PurchaseOrderLine, SupplierAnswer
from erp.purchasing.operations.lock_purchase_orders import LockedLine, LockedPurchaseOrder, lock_purchase_orders
from erp.purchasing.permissions import ANSWER, SETTLE_ANSWERS
from erp.purchasing.states import OPEN, PurchaseOrderState
from erp.reference.queries import minor_units
from erp.reference.rules import MEASURE_COLUMNS, TaxedAmount, convert_quantity, sum_lines, tax_line

KINDS = SupplierAnswer.Kind
_LATEST = f"""
SELECT line_id, max(answered_at) FROM purchasing_supplieranswer
WHERE company_id = {COMPANY} AND line_id = ANY(%s::bigint[]) AND kind = 'confirm' GROUP BY line_id
"""  # noqa: S608
_KNOWN = f"""
SELECT message_id, line_id, id, order_id, kind, quantity, unit_price, promised_date FROM purchasing_supplieranswer
WHERE company_id = {COMPANY} AND supplier_id = ANY(%s::bigint[]) AND message_id = ANY(%s::text[])
"""  # noqa: S608
_WAITING = f"""
SELECT a.id, a.order_id, a.line_id, a.kind, a.quantity, a.unit_price, a.promised_date, x.id IS NOT NULL
FROM purchasing_supplieranswer a
LEFT JOIN purchasing_answeroutcome x ON x.company_id = a.company_id AND x.answer_id = a.id
WHERE a.company_id = {COMPANY} AND a.id = {ANY_ID}
"""  # noqa: S608


class _Known(NamedTuple):
    """An answer that is there under a supplier's own name for it."""

    id: int
    order_id: int
    kind: str
    quantity: Decimal
    unit_price: Decimal
    promised_date: datetime.date

    def repeats(self, answer: OrderAnswer) -> bool:
        """Whether the answer says the same; what it leaves out is as it was."""
        return (
            answer.kind == self.kind
            and answer.quantity in (None, self.quantity)
            and answer.unit_price in (None, self.unit_price)
            and answer.promised_date in (None, self.promised_date)
        )


@dataclass(frozen=True, kw_only=True)
class _Said:
    """An answer to one line with everything filled in."""

    draft: OrderAnswer
    order: LockedPurchaseOrder
    line: LockedLine
    quantity: Decimal
    unit_price: Decimal
    promised_date: datetime.date
    answered_at: datetime.datetime


@operation(ANSWER, partner=True)
def answer_orders(
    *, answers: Sequence[OrderAnswer], supplier_id: int | None = None, actor: Actor, at: datetime.datetime
) -> list[int]:
    """Write down what suppliers said; return the ids of the answers, those of a message that came before included.

    A confirmation sets the promised day of its line, the first one for good, and the order is confirmed when all its open lines
    are promised. A counter-proposal is kept and waits. A message that comes twice is one; an older word that comes after a newer
    one is kept and moves nothing, and nobody can have said anything after it came. Refuses orders that were cancelled, are drafts
    or complete, those of another supplier, and a message under the name of one that said something else.
    """
    orders, lines = lock_purchase_orders([a.order_id for a in answers], supplier_id=supplier_id)
    known = _known(answers, orders)
    raise_refusals(_others(answers, known))
    fresh = [a for a in answers if not _there(a, known)]
    said = _judged(fresh, orders, lines, at)
    made = insert_rows(
        SupplierAnswer,
        [
            "order_id",
            "line_id",
            "supplier_id",
            "kind",
            "quantity",
            "unit_price",
            "promised_date",
            "remark",
            "message_id",
            "answered_at",
            "actor",
            "at",
        ],
        [_row(s, actor, at) for s in said],
        returning=["id"],
    )
    ids = [row[0] for row in made]
    moved = _promise([s for s in said if s.draft.kind == KINDS.CONFIRM], orders, lines)
    waiting = [(pk, s) for pk, s in zip(ids, said, strict=True) if s.draft.kind == KINDS.COUNTER]
    _publish(orders, lines, said, moved, waiting, at)
    return [*(k.id for a in answers for k in _there(a, known)), *ids]


def _known(answers: Sequence[OrderAnswer], orders: Mapping[int, LockedPurchaseOrder]) -> dict[str, dict[int, _Known]]:
    """What is there under the names of the messages, by name and line."""
    messages = sorted({a.message_id for a in answers if a.message_id})
    suppliers = sorted({o.supplier_id for o in orders.values()})
    known: dict[str, dict[int, _Known]] = {}
    for message, line, *answer in fetch(_KNOWN, [suppliers, messages]) if messages else ():
        known.setdefault(message, {})[line] = _Known(*answer)
    return known


def _there(answer: OrderAnswer, known: Mapping[str, Mapping[int, _Known]]) -> list[_Known]:
    """What the order has under the message's name for the lines that the answer is about."""
    of_name = sorted(known.get(answer.message_id, {}).items())
    return [k for line, k in of_name if k.order_id == answer.order_id and answer.line_id in (None, line)]


def _others(answers: Sequence[OrderAnswer], known: Mapping[str, Mapping[int, _Known]]) -> list[BusinessRuleViolation]:
    """Refusals of answers under the name of one that said something else."""
    return [
        MessageKnown(field=f"{i}.message_id" if len(answers) > 1 else "message_id", message=answer.message_id)
        for i, answer in enumerate(answers)
        if not all(k.repeats(answer) for k in _there(answer, known))
    ]


def _judged(
    answers: Sequence[OrderAnswer],
    orders: Mapping[int, LockedPurchaseOrder],
    lines: Mapping[int, list[LockedLine]],
    at: datetime.datetime,
) -> list[_Said]:
    refusals: list[BusinessRuleViolation] = []
    said = []
    for i, answer in enumerate(answers):
        prefix = f"{i}." if len(answers) > 1 else ""
        order = orders[answer.order_id]
        meant = [line for line in lines[order.id] if answer.line_id == line.id or (answer.line_id is None and line.open)]
        refusals += _refusals(answer, order, meant, prefix)
        for line in meant:
            ordered = convert_quantity(line.quantity, line.ratio.inverse) or line.quantity
            said.append(
                _Said(
                    draft=answer,
                    order=order,
                    line=line,
                    quantity=ordered if answer.quantity is None else answer.quantity,
                    unit_price=line.unit_price if answer.unit_price is None else answer.unit_price,
                    promised_date=answer.promised_date or line.expected_date,
                    answered_at=min(answer.answered_at or at, at),
                )
            )
    raise_refusals(refusals)
    return said


def _refusals(
    answer: OrderAnswer, order: LockedPurchaseOrder, meant: Sequence[LockedLine], prefix: str
) -> list[BusinessRuleViolation]:
    if order.state == PurchaseOrderState.CANCELLED:
        return [OrderCancelled(field=f"{prefix}order", document=order.number, document_id=order.id)]
    if order.state not in OPEN:
        state = PurchaseOrderState(order.state).label.lower()
        return [WrongState(field=f"{prefix}order", document=order.number, document_id=order.id, state=state)]
    found: list[BusinessRuleViolation] = []
    if not meant:
        found.append(NotFound(field=f"{prefix}line", what=_("order line"), value=answer.line_id or ""))
    differs = any(
        (answer.quantity is not None and convert_quantity(answer.quantity, line.ratio) != line.quantity)
        or (answer.unit_price is not None and answer.unit_price != line.unit_price)
        for line in meant
    )
    if answer.kind == KINDS.CONFIRM and differs:
        rule = _("Confirm what was ordered, or make a counter-proposal.")
        found.append(InvalidValue(field=f"{prefix}kind", what=_("kind"), value=answer.kind, rule=rule))
    if (answer.quantity is not None and answer.quantity <= 0) or (answer.unit_price is not None and answer.unit_price < 0):
        rule = _("Enter a quantity above zero and a price of zero or more.")
        found.append(InvalidValue(field=f"{prefix}quantity", what=_("quantity"), value=answer.quantity, rule=rule))
    elif any(
        answer.quantity is not None and convert_quantity(answer.quantity, line.ratio) is None for line in meant
    ) or too_large(answer.quantity or Decimal(1), answer.unit_price or Decimal(1)):
        rule = _("Enter a quantity that comes out even, and smaller numbers.")
        found.append(InvalidValue(field=f"{prefix}quantity", what=_("quantity"), value=answer.quantity, rule=rule))
    return found


def _row(said: _Said, actor: Actor, at: datetime.datetime) -> tuple[object, ...]:
    return (
        said.order.id,
        said.line.id,
        said.order.supplier_id,
        said.draft.kind,
        said.quantity,
        said.unit_price,
        said.promised_date,
        said.draft.remark,
        said.draft.message_id,
        said.answered_at,
        actor.name,
        at,
    )


def _promise(
    said: Sequence[_Said], orders: Mapping[int, LockedPurchaseOrder], lines: Mapping[int, list[LockedLine]]
) -> dict[int, list[LockedLine]]:
    """Set the promised days of confirmed lines; the lines, by order, that are expected on another day now. Among the answers is
    the new one: only what nobody said later counts."""
    latest = dict(fetch(_LATEST, [sorted({s.line.id for s in said})])) if said else {}
    heard = {s.line.id: s for s in said if s.answered_at >= latest[s.line.id]}
    update_rows(
        PurchaseOrderLine,
        ["first_promised_date", "last_promised_date"],
        [(pk, s.line.first_promised_date or s.promised_date, s.promised_date) for pk, s in heard.items()],
    )
    moved: dict[int, list[LockedLine]] = {}
    for s in heard.values():
        if s.promised_date != s.line.expected_date:
            moved.setdefault(s.order.id, []).append(s.line)
    confirmed = [
        pk
        for pk in {s.order.id for s in said}
        if orders[pk].state == PurchaseOrderState.ISSUED
        and all(line.id in heard or line.last_promised_date for line in lines[pk] if line.open)
    ]
    update_rows(PurchaseOrder, ["state"], [(pk, PurchaseOrderState.CONFIRMED) for pk in confirmed])
    return moved


def _publish(
    orders: Mapping[int, LockedPurchaseOrder],
    lines: Mapping[int, list[LockedLine]],
    said: Sequence[_Said],
    moved: Mapping[int, list[LockedLine]],
    waiting: Sequence[tuple[int, _Said]],
    at: datetime.datetime,
) -> None:
    bus.publish(
        [
            PurchaseOrderAnswered(
                id=pk,
                number=orders[pk].number,
                status="answered",
                supplier_id=orders[pk].supplier_id,
                warehouse_id=orders[pk].warehouse_id,
                moved=tuple(line.id for line in moved.get(pk, ())),
                waiting=tuple(answer for answer, s in waiting if s.order.id == pk),
                products=tuple(sorted({line.product_id for line in moved.get(pk, ())})),
            )
            for pk in dict.fromkeys(s.order.id for s in said)
        ],
        at=at,
    )


@operation(SETTLE_ANSWERS)
def settle_answers(*, answer_ids: Sequence[int], accepted: bool, actor: Actor, at: datetime.datetime) -> None:
    """Accept counter-proposals, whose quantity, price and day hold from now on, or turn them down, and the order stands as it
    was. Refuses answers that were settled before, quantities below what has come in, and orders that come to more than was
    approved."""
    rows = {row[0]: row[1:] for row in fetch(_WAITING, [possible_ids(answer_ids)])}
    missing = [NotFound(field="answer", what=_("answer"), value=i) for i in answer_ids if i not in rows]
    raise_refusals(missing)
    orders, lines = lock_purchase_orders([row[0] for row in rows.values()])
    rows = {row[0]: row[1:] for row in fetch(_WAITING, [possible_ids(answer_ids)])}  # as it is under the lock
    by_id = {line.id: line for found in lines.values() for line in found}
    refusals: list[BusinessRuleViolation] = []
    for order_id, line_id, kind, quantity, _price, _day, settled in rows.values():
        order = orders[order_id]
        if settled or kind != KINDS.COUNTER:
            refusals.append(AnswerSettled(document=order.number, document_id=order.id))
        elif accepted and order.state not in OPEN:
            state = PurchaseOrderState(order.state).label.lower()
            refusals.append(WrongState(document=order.number, document_id=order.id, state=state))
        elif accepted and (convert_quantity(quantity, by_id[line_id].ratio) or Decimal(0)) < by_id[line_id].received:
            rule = _("More than that has come in: close the order instead.")
            refusals.append(InvalidValue(field="quantity", what=_("quantity"), value=quantity, rule=rule))
    raise_refusals(refusals)
    if accepted:
        _take_over(list(rows.values()), orders, lines, company_facts(actor.company_id), at)
    insert_rows(
        AnswerOutcome,
        ["answer_id", "supplier_id", "accepted", "actor", "at"],
        [(pk, orders[row[0]].supplier_id, accepted, actor.name, at) for pk, row in rows.items()],
    )


def _take_over(
    answers: Sequence[tuple[int, int, str, Decimal, Decimal, datetime.date, bool]],
    orders: Mapping[int, LockedPurchaseOrder],
    lines: Mapping[int, list[LockedLine]],
    company: CompanyFacts,
    at: datetime.datetime,
) -> None:
    """Lines and orders as they are by the counter-proposals, where nobody has to approve what they come to; the order's totals
    stay the sum of its lines."""
    places = minor_units(company.currency_code)
    by_id = {line.id: line for found in lines.values() for line in found}
    agreed = {row[1]: row for row in answers}
    amounts = {}
    line_rows = []
    for pk, line in by_id.items():
        order = orders[line.order_id]
        row = agreed.get(pk)
        entered = row[3] if row else convert_quantity(line.quantity, line.ratio.inverse) or line.quantity
        price = row[4] if row else line.unit_price
        amounts[pk] = tax_line(
            quantity=entered,
            unit_price=price,
            rate=line.tax_rate,
            places=minor_units(order.currency),
            inclusive=order.prices_include_tax,
        )
        if row:
            line_rows.append(_agreed(line, entered, price, amounts[pk], row[5]))
    sums = {pk: sum_lines(amounts[line.id] for line in found) for pk, found in lines.items()}
    totals = {pk: convert(s.total, orders[pk].rate, places) for pk, s in sums.items()}
    raise_refusals(_not_approved(orders, totals, on=local_date(at, company.time_zone)))
    update_rows(
        PurchaseOrderLine,
        [*MEASURE_COLUMNS, "unit_price", "net", "tax", "total", "first_promised_date", "last_promised_date"],
        line_rows,
    )
    update_rows(
        PurchaseOrder,
        ["net", "tax", "total", "company_total"],
        [(pk, s.net, s.tax, s.total, totals[pk]) for pk, s in sums.items()],
    )
    changed = {pk: [by_id[row[1]] for row in answers if row[0] == pk] for pk in orders}
    bus.publish(
        [
            PurchaseOrderAnswered(
                id=pk,
                number=orders[pk].number,
                status="answered",
                supplier_id=orders[pk].supplier_id,
                warehouse_id=orders[pk].warehouse_id,
                moved=tuple(line.id for line in found if agreed[line.id][5] != line.expected_date),
                waiting=(),
                products=tuple(sorted({line.product_id for line in found})),
            )
            for pk, found in changed.items()
            if found
        ],
        at=at,
    )


def _agreed(line: LockedLine, entered: Decimal, price: Decimal, amount: TaxedAmount, day: datetime.date) -> tuple[object, ...]:
    quantity = convert_quantity(entered, line.ratio) or line.quantity
    measure = (quantity, line.unit, entered, line.unit_numerator, line.unit_denominator)
    return line.id, *measure, price, amount.net, amount.tax, amount.total, line.first_promised_date or day, day


def _not_approved(
    orders: Mapping[int, LockedPurchaseOrder], totals: Mapping[int, Decimal], *, on: datetime.date
) -> list[BusinessRuleViolation]:
    """Refusals of orders that get dearer than what somebody approved."""
    dearer = [(pk, orders[pk].number, total) for pk, total in totals.items() if total > orders[pk].company_total]
    missing = {refusal.document_id for refusal in lack_approval("purchase_order", dearer, on=on)}
    return [DearerThanApproved(document=name, document_id=pk, amount=plain(total)) for pk, name, total in dearer if pk in missing]
