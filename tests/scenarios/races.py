"""What each process of a crowd does, in its own unit of work. Arguments and answers are plain values."""

import datetime
import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from erp.core import clock
from erp.core.actor import system_actor
from erp.core.errors import BusinessRuleViolation, Refusals
from erp.core.scope import company_scope
from erp.core.units import run_unit
from erp.inventory.operations.adjust_stock import AdjustmentDraft, AdjustmentLineDraft, adjust_stock
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.receivables.models import InvoiceLine
from erp.receivables.operations.apply_credits import CreditDraft, apply_credits
from erp.receivables.operations.post_credit_notes import CreditLineDraft, CreditNoteDraft, post_credit_notes
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from erp.sales.models import Delivery, DeliveryLine, SalesReturn
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.credit_returns import credit_returns
from erp.sales.operations.deliver_orders import DeliveryPlan, deliver_orders
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.operations.place_orders import OrderLineDraft, SalesOrderDraft, place_orders
from erp.sales.operations.reserve_orders import reserve_orders
from erp.sales.operations.return_goods import ReturnDraft, ReturnLineDraft, return_goods
from integration.relay.drain import drain
from tests.support.days import day_in

A_ROUND = 4
BY_HAND: dict[str, Callable[..., Any]] = {
    "confirm": lambda i, **by: confirm_orders(order_ids=[i], **by),
    "reserve": lambda i, **by: reserve_orders(order_ids=[i], **by)[i],
    "deliver": lambda i, **by: deliver_orders(deliveries=[DeliveryPlan(order_id=i, date=_day(by))], **by),
    "invoice": lambda i, **by: invoice_deliveries(delivery_ids=[i], **by),
    "return": lambda i, **by: return_goods(returns=[everything_of(i, _day(by))], **by),
    "credit": lambda i, **by: credit_returns(return_ids=[i], **by),
    "credit_price": lambda i, **by: post_credit_notes(notes=[half_of(i, _day(by))], **by),
}


def _day(by: dict[str, Any]) -> datetime.date:
    return day_in(by["actor"].company_id, by["at"])


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
    except (BusinessRuleViolation, Refusals) as refusal:
        return _code(refusal)
    return done if isinstance(done, bool) else "done"


def _code(refusal: BusinessRuleViolation | Refusals) -> str:
    """The code of a refusal; of several, each once."""
    return "+".join(sorted({r.code for r in getattr(refusal, "refusals", [refusal])}))


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
        draft = SalesOrderDraft(customer_id=customer, warehouse_id=warehouse, date=day_in(company, at), lines=lines)
        try:
            [order] = run_unit(actor, lambda draft=draft, at=at: place_orders(orders=[draft], actor=actor, at=at))
        except (BusinessRuleViolation, Refusals) as refusal:
            codes.append(_code(refusal))
            continue
        answers = [press(company, verb, order.id) for verb in verbs]
        codes += [answer for answer in answers if answer not in ("done", True, False)]
        if number % 10 == 9:
            drain(max_seconds=2)
    drain()
    return codes


def trade_hot(company: int, customer: int, warehouse: int, products: Sequence[int], orders: int, seed: int) -> list[str]:
    """Orders of six of the products, and for each something else on the same products, customer and documents: goods that
    come in, are lost, found, brought back and credited, money, credit applied. The codes of what was refused."""
    choice, codes = random.Random(seed), []
    works = [_receive, _lose, _find, _pay, _bring_back, _bring_back]
    for done in range(0, orders, A_ROUND):
        baskets = [[(product, "1") for product in choice.sample(products, 6)] for _ in range(min(A_ROUND, orders - done))]
        codes += take_orders(company, customer, warehouse, baskets, ["confirm"] if choice.random() < 1 / 2 else [])
        for _ in baskets:
            codes += choice.choice(works)(company, customer, warehouse, choice.sample(products, 6), choice)
    return codes


def _unit(company: int, operation: Callable[..., Any], **drafts: Any) -> list[str]:
    actor, at = system_actor(company, "crowd"), clock.now()
    try:
        run_unit(actor, lambda: operation(**drafts, actor=actor, at=at))
    except (BusinessRuleViolation, Refusals) as refusal:
        return [_code(refusal)]
    return []


def _receive(company: int, customer: int, warehouse: int, products: Sequence[int], choice: random.Random) -> list[str]:
    lines = [ReceiptLineDraft(product_id=product, quantity=Decimal(3), unit_cost=Decimal(7)) for product in products]
    receipt = ReceiptDraft(warehouse_id=warehouse, date=day_in(company), lines=lines)
    return _unit(company, receive_goods, receipts=[receipt])


def _adjust(company: int, warehouse: int, products: Sequence[int], reason: str) -> list[str]:
    lines = [AdjustmentLineDraft(product_id=product, quantity=Decimal(1)) for product in products]
    draft = AdjustmentDraft(warehouse_id=warehouse, date=day_in(company), reason=reason, lines=lines)
    return _unit(company, adjust_stock, adjustments=[draft])


def _lose(company: int, customer: int, warehouse: int, products: Sequence[int], choice: random.Random) -> list[str]:
    return _adjust(company, warehouse, products, "lost")


def _find(company: int, customer: int, warehouse: int, products: Sequence[int], choice: random.Random) -> list[str]:
    return _adjust(company, warehouse, products, "found")


def _pay(company: int, customer: int, warehouse: int, products: Sequence[int], choice: random.Random) -> list[str]:
    payment = PaymentDraft(customer_id=customer, amount=Decimal(choice.randint(50, 600)), date=day_in(company))
    return _unit(company, receive_payments, payments=[payment]) + [
        code for code in [apply_credit(company, customer)] if isinstance(code, str)
    ]


def _bring_back(company: int, customer: int, warehouse: int, products: Sequence[int], choice: random.Random) -> list[str]:
    """All of any delivery, credited if it is invoiced: others may want to do the same at this moment."""
    with company_scope(system_actor(company, "crowd"), read_only=True):
        delivered = list(Delivery.objects.values_list("pk", flat=True))
        returned = list(SalesReturn.objects.values_list("pk", flat=True))
    answers = [press(company, "return", choice.choice(delivered))] if delivered else []
    answers += [press(company, "credit", choice.choice(returned))] if returned else []
    return [answer for answer in answers if answer != "done"]


def apply_credit(company: int, customer: int) -> Any:
    """Apply the customer's credit: how many settlements, or the code of the refusal."""
    actor, at = system_actor(company, "crowd"), clock.now()
    try:
        return len(run_unit(actor, lambda: apply_credits(credits=[CreditDraft(customer_id=customer)], actor=actor, at=at)))
    except BusinessRuleViolation as refusal:
        return refusal.code
