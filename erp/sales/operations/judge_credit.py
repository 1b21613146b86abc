"""The credit limit, judged when an order is taken and again, under lock, when it is confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core.errors import BusinessRuleViolation
from erp.core.money import ZERO
from erp.core.scope import current_scope
from erp.identity.queries import company_facts
from erp.sales.errors import CreditLimitExceeded
from erp.sales.rules import exceeds_limit
from erp.screens.formats import money


@dataclass(frozen=True, kw_only=True)
class CreditAsked:
    """An order that wants credit, in company currency; `document` is what the refusal calls it."""

    customer_id: int
    total: Decimal
    document: str
    document_id: int | None = None
    field: str = ""


def credit_refusals(
    asked: Sequence[CreditAsked], limits: Mapping[int, tuple[str, Decimal]], exposed: Mapping[int, Decimal]
) -> list[BusinessRuleViolation]:
    """Refusals for the orders that go above their customer's limit, one after the other. `limits` holds name and limit
    of the customers that have one, `exposed` their credit exposure so far."""
    exposure = dict(exposed)
    refusals: list[BusinessRuleViolation] = []
    for order in asked:
        if order.customer_id not in limits:
            continue
        name, limit = limits[order.customer_id]
        before = exposure.get(order.customer_id, ZERO)
        after = before + order.total
        if not exceeds_limit(exposure=before, order_total=order.total, limit=limit):
            exposure[order.customer_id] = after
            continue
        refusals.append(
            CreditLimitExceeded(
                field=order.field,
                document=order.document,
                document_id=order.document_id,
                customer=name,
                exposure=_in_company_currency(after),
                limit=_in_company_currency(limit),
            )
        )
    return refusals


def _in_company_currency(amount: Decimal) -> str:
    """The amount as it reads on screen; the currency is asked for only when something is refused."""
    currency = company_facts(current_scope().actor.company_id).currency_code
    return f"{money(amount, currency)} {currency}"
