"""What each process of a crowd does, in its own unit of work. Arguments and answers are plain values."""

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from erp.core import clock
from erp.core.actor import system_actor
from erp.core.errors import BusinessRuleViolation, Refusals
from erp.core.units import run_unit
from erp.receivables.models import InvoiceLine
from erp.receivables.operations.apply_credits import CreditDraft, apply_credits
from erp.receivables.operations.post_credit_notes import CreditLineDraft, CreditNoteDraft, post_credit_notes
from erp.sales.models import DeliveryLine
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.credit_returns import credit_returns
from erp.sales.operations.deliver_orders import DeliveryPlan, deliver_orders
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.operations.place_orders import OrderLineDraft, SalesOrderDraft, place_orders
from erp.sales.operations.reserve_orders import reserve_orders
from erp.sales.operations.return_goods import ReturnDraft, ReturnLineDraft, return_goods
from integration.relay.drain import drain

BY_HAND: dict[str, Callable[..., Any]] = {
    "confirm": lambda i, **by: confirm_orders(order_ids=[i], **by),
    "reserve": lambda i, **by: reserve_orders(order_ids=[i], **by)[i],
    "deliver": lambda i, **by: deliver_orders(deliveries=[DeliveryPlan(order_id=i, date=by["at"].date())], **by),
    "invoice": lambda i, **by: invoice_deliveries(delivery_ids=[i], **by),
    "return": lambda i, **by: return_goods(returns=[everything_of(i, by["at"].date())], **by),
    "credit": lambda i, **by: credit_returns(return_ids=[i], **by),
    "credit_price": lambda i, **by: post_credit_notes(notes=[half_of(i, by["at"].date())], **by),
}


def everything_of(delivery: int, date: datetime.date) -> ReturnDraft:
    lines = [ReturnLineDraft(delivery_line_id=pk, quantity=quantity) for pk, quantity in _lines_of(delivery)]
    return ReturnDraft(delivery_id=delivery, date=date, reason="damaged", lines=lines)


def _lines_of(delivery: int) -> list[tuple[int, Decimal]]:
    return list(DeliveryLine.objects.filter(delivery_id=delivery).values_list("pk", "quantity"))


def half_of(invoice: int, date: datetime.date) -> CreditNoteDraft:
    """More than half of the price of each line: it can be given once only."""
    lines = [
        CreditLineDraft(invoice_line_id=pk, amount=(net * Decimal("0.6")).quantize(Decimal("0.01")))
        for pk, net in InvoiceLine.objects.filter(invoice_id=invoice).values_list("pk", "net")
    ]
    return CreditNoteDraft(invoice_id=invoice, date=date, lines=lines)


def press(company: int, verb: str, document_id: int) -> Any:
    """Press the button of a verb: its answer, or the code of the refusal."""
    actor, at = system_actor(company, "crowd"), clock.now()
    try:
        done = run_unit(actor, lambda: BY_HAND[verb](document_id, actor=actor, at=at))
    except BusinessRuleViolation as refusal:
        return refusal.code
    return done if isinstance(done, bool) else "done"


def take_orders(
    company: int, customer: int, warehouse: int, baskets: Sequence[Sequence[tuple[int, str]]], verbs: Sequence[str]
) -> list[str]:
    """Place one order per basket and press the verbs on each, working off the relay in between as a worker would.

    Returns what reached the user apart from success: the codes of refusals; any other error leaves the process.
    """
    actor = system_actor(company, "crowd")
    codes: list[str] = []
    for number, basket in enumerate(baskets):
        at = clock.now()
        lines = [OrderLineDraft(product_id=product, quantity=Decimal(quantity)) for product, quantity in basket]
        draft = SalesOrderDraft(customer_id=customer, warehouse_id=warehouse, date=at.date(), lines=lines)
        try:
            [order] = run_unit(actor, lambda draft=draft, at=at: place_orders(orders=[draft], actor=actor, at=at))
        except (BusinessRuleViolation, Refusals) as refusal:
            codes.append(getattr(refusal, "code", "refusals"))
            continue
        answers = [press(company, verb, order.id) for verb in verbs]
        codes += [answer for answer in answers if answer not in ("done", True, False)]
        if number % 10 == 9:
            drain(max_seconds=2)
    drain()
    return codes


def apply_credit(company: int, customer: int) -> Any:
    """Apply the customer's credit: how many settlements, or the code of the refusal."""
    actor, at = system_actor(company, "crowd"), clock.now()
    try:
        return len(run_unit(actor, lambda: apply_credits(credits=[CreditDraft(customer_id=customer)], actor=actor, at=at)))
    except BusinessRuleViolation as refusal:
        return refusal.code
