"""Confirming orders: the company stands by them, within the customer's credit."""

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, raise_refusals
from erp.core.operation import operation
from erp.core.rows import COMPANY, fetch, update_rows
from erp.sales.errors import CreditLimitExceeded
from erp.sales.events import SalesOrderConfirmed
from erp.sales.models import SalesOrder
from erp.sales.operations.lock_orders import LockedOrder, lock_orders, wrong_states
from erp.sales.permissions import CONFIRM_ORDERS
from erp.sales.queries import credit_exposure
from erp.sales.rules import exceeds_limit
from erp.sales.states import SalesOrderState

_LIMITS = f"""
SELECT id, name, credit_limit FROM parties_party
WHERE company_id = {COMPANY} AND id = ANY(%s::bigint[]) AND credit_limit IS NOT NULL ORDER BY id FOR NO KEY UPDATE
"""  # noqa: S608


@operation(CONFIRM_ORDERS)
def confirm_orders(*, order_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> list[int]:
    """Confirm placed orders. Refuses those already confirmed and those above the customer's credit limit.

    The customer's row is locked while their exposure is summed, so two orders cannot both use the last credit.
    """
    orders = lock_orders(order_ids)
    raise_refusals(wrong_states(list(orders.values()), SalesOrderState.CONFIRMED))
    raise_refusals(_above_credit(orders.values()))
    update_rows(SalesOrder, ["state"], [(order_id, SalesOrderState.CONFIRMED) for order_id in orders])
    bus.publish(
        [SalesOrderConfirmed(id=o.id, number=o.number, status="confirmed", customer_id=o.customer_id) for o in orders.values()],
        at=at,
    )
    return list(orders)


def _above_credit(orders: Iterable[LockedOrder]) -> list[BusinessRuleViolation]:
    limits = {row[0]: row[1:] for row in fetch(_LIMITS, [sorted({o.customer_id for o in orders})])}
    exposure: dict[int, Decimal] = credit_exposure(sorted(limits)) if limits else {}
    refusals: list[BusinessRuleViolation] = []
    for order in orders:
        if order.customer_id not in limits:
            continue
        name, limit = limits[order.customer_id]
        before = exposure.get(order.customer_id, Decimal(0))
        if exceeds_limit(exposure=before, order_total=order.company_total, limit=limit):
            after = before + order.company_total
            refusals.append(
                CreditLimitExceeded(
                    document=order.number, document_id=order.id, customer=name, exposure=f"{after:.2f}", limit=f"{limit:.2f}"
                )
            )
        else:
            exposure[order.customer_id] = before + order.company_total
    return refusals
