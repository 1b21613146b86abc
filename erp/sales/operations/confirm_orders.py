"""Confirming orders: the company stands by them, within the customer's credit."""

import datetime
from collections.abc import Iterable, Sequence

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, raise_refusals
from erp.core.operation import operation
from erp.core.rows import update_rows
from erp.identity.queries import company_facts
from erp.sales.events import SalesOrderConfirmed
from erp.sales.models import SalesOrder
from erp.sales.operations.judge_credit import CreditAsked, credit_refusals
from erp.sales.operations.lock_orders import LockedOrder, lock_orders, wrong_states
from erp.sales.permissions import CONFIRM_ORDERS
from erp.sales.states import SalesOrderState


@operation(CONFIRM_ORDERS)
def confirm_orders(*, order_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> list[int]:
    """Confirm placed orders. Refuses those already confirmed and those above the customer's credit limit.

    The customer's row is locked before their exposure is summed, so two orders cannot both use the last credit.
    """
    orders = lock_orders(order_ids)
    raise_refusals(wrong_states(list(orders.values()), SalesOrderState.CONFIRMED))
    raise_refusals(_above_credit(orders.values(), company_facts(actor.company_id).currency_code))
    update_rows(SalesOrder, ["state"], [(order_id, SalesOrderState.CONFIRMED) for order_id in orders])
    bus.publish(
        [SalesOrderConfirmed(id=o.id, number=o.number, status="confirmed", customer_id=o.customer_id) for o in orders.values()],
        at=at,
    )
    return list(orders)


def _above_credit(orders: Iterable[LockedOrder], company_currency: str) -> list[BusinessRuleViolation]:
    asked = [CreditAsked(customer_id=o.customer_id, total=o.company_total, document=o.number, document_id=o.id) for o in orders]
    return credit_refusals(asked, with_placed=False, company_currency=company_currency)
