"""The credit limit, judged under lock of the customer when an order is taken and again when it is confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core.errors import BusinessRuleViolation
from erp.core.rows import COMPANY, fetch
from erp.reference.queries import minor_units
from erp.sales.errors import CreditLimitExceeded
from erp.sales.rules import exceeds_limit
from erp.screens.formats import money

# The inner query locks; the function reads the exposure after the wait, so two orders cannot both use the last credit.
_EXPOSED = f"""
SELECT id, name, credit_limit, sales_credit_exposure(id, %s, %s) FROM (
    SELECT id, name, credit_limit FROM parties_party
    WHERE company_id = {COMPANY} AND id = ANY(%s::bigint[]) AND credit_limit IS NOT NULL ORDER BY id FOR NO KEY UPDATE
) AS locked
"""  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class CreditAsked:
    """An order that wants credit, in company currency; `document` is what the refusal calls it."""

    customer_id: int
    total: Decimal
    document: str
    document_id: int | None = None
    field: str = ""


def credit_refusals(asked: Sequence[CreditAsked], *, with_placed: bool, company_currency: str) -> list[BusinessRuleViolation]:
    """Refusals for the orders that go above their customer's limit, one after the other; one statement for any number.

    The exposure is what is owed and what is ordered and not invoiced. `with_placed`: orders that nobody has confirmed yet
    count too; a new order must leave them their credit. When they are confirmed the first takes it, and none stands in its
    own way.
    """
    wanted = sorted({order.customer_id for order in asked})
    rows = fetch(_EXPOSED, [with_placed, minor_units(company_currency), wanted]) if wanted else []
    limits = {row[0]: (row[1], row[2]) for row in rows}
    exposure = {row[0]: row[3] for row in rows}
    refusals: list[BusinessRuleViolation] = []
    for order in asked:
        if order.customer_id not in limits:
            continue
        name, limit = limits[order.customer_id]
        before = exposure[order.customer_id]
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
                exposure=f"{money(after, company_currency)} {company_currency}",
                limit=f"{money(limit, company_currency)} {company_currency}",
            )
        )
    return refusals
