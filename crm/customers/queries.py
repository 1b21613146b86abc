"""Everything about one customer, read from where it is stored."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from crm.customers.models import Activity
from crm.customers.permissions import VIEW_CUSTOMERS
from crm.pipeline.models import Opportunity, Quotation
from erp.core.actor import Actor
from erp.core.errors import NotFound
from erp.core.rows import COMPANY, fetch, fetch_one
from erp.documents.drafts import versioned
from erp.ledger.models import AccountRole
from erp.ledger.queries import role_account_sql
from erp.parties.models import Party
from erp.receivables.models import Invoice
from erp.receivables.queries import credit_notes_with_residual
from erp.sales.models import Delivery, SalesOrder, SalesOrderLine, SalesReturn
from erp.sales.operations.promise_orders import OPEN
from erp.treasury.models import Payment

SHOWN = 50
_BALANCE = f"""
SELECT COALESCE(sum(company_residual), 0), COALESCE(sum(company_residual) FILTER (WHERE due_date < %s AND residual > 0), 0),
       min(due_date) FILTER (WHERE due_date < %s AND residual > 0),
       COALESCE(-sum(company_residual) FILTER (WHERE residual < 0), 0)
FROM ledger_openitem WHERE company_id = {COMPANY} AND party_id = %s AND is_open
  AND account_id = {role_account_sql(AccountRole.RECEIVABLE)}
"""  # noqa: S608
_COUNTS = f"""
SELECT (SELECT count(*) FROM pipeline_opportunity t WHERE t.company_id = {COMPANY} AND t.customer_id = c.id),
       (SELECT count(*) FROM pipeline_quotation t WHERE t.company_id = {COMPANY} AND t.customer_id = c.id),
       (SELECT count(*) FROM sales_salesorder t WHERE t.company_id = {COMPANY} AND t.customer_id = c.id),
       (SELECT count(*) FROM sales_salesorder t
        JOIN sales_salesorderline l ON l.company_id = t.company_id AND l.order_id = t.id
        WHERE t.company_id = {COMPANY} AND t.customer_id = c.id AND t.state IN ('confirmed', 'partly_delivered')
          AND l.stocked AND l.quantity > l.delivered),
       (SELECT count(*) FROM sales_delivery t WHERE t.company_id = {COMPANY} AND t.customer_id = c.id),
       (SELECT count(*) FROM sales_salesreturn t WHERE t.company_id = {COMPANY} AND t.customer_id = c.id),
       (SELECT count(*) FROM receivables_invoice t WHERE t.company_id = {COMPANY} AND t.customer_id = c.id),
       (SELECT count(*) FROM receivables_creditnote t WHERE t.company_id = {COMPANY} AND t.customer_id = c.id),
       (SELECT count(*) FROM treasury_payment t WHERE t.company_id = {COMPANY} AND t.party_id = c.id
        AND t.direction = 'in')
FROM (SELECT %s::bigint AS id) c
"""  # noqa: S608
COUNTED = ("opportunities", "quotations", "orders", "to_come", "deliveries", "returns", "invoices", "credit_notes", "payments")
_RESIDUALS = f"""
SELECT document_id, residual FROM ledger_openitem
WHERE company_id = {COMPANY} AND kind = 'invoice' AND document_id = ANY(%s::bigint[])
"""  # noqa: S608


@dataclass(frozen=True)
class Balance:
    """In company currency: what the customer owes (money on account counts against it), how much of it is overdue and
    since when, and how much is on account."""

    owed: Decimal
    overdue: Decimal
    overdue_since: datetime.date | None
    on_account: Decimal


def list_customers(actor: Actor) -> QuerySet[Party]:
    actor.ensure(VIEW_CUSTOMERS)
    return Party.objects.filter(is_customer=True).select_related("payment_term")


def get_customer(*, customer_id: int, actor: Actor) -> Party:
    """The party with its `version`, customer or not; raises NotFound or PermissionDenied."""
    actor.ensure(VIEW_CUSTOMERS)
    customer: Party | None = versioned(Party.objects.select_related("payment_term")).filter(pk=customer_id).first()
    if customer is None:
        raise NotFound(what=_("customer"), value=customer_id)
    return customer


def customer_balance(customer_id: int, *, today: datetime.date) -> Balance:
    """From the open items, one statement."""
    return Balance(*fetch_one(_BALANCE, [today, today, customer_id]))


def count_documents(customer_id: int) -> dict[str, int]:
    """How many documents of each kind, one statement."""
    return dict(zip(COUNTED, fetch_one(_COUNTS, [customer_id]), strict=True))


def list_documents(customer_id: int, kind: str) -> Sequence[Any]:
    """The newest documents of one of COUNTED; of what is to come what comes next."""
    found: dict[str, QuerySet[Any]] = {
        "opportunities": Opportunity.objects.filter(customer_id=customer_id),
        "quotations": Quotation.objects.filter(customer_id=customer_id).select_related("sales_order"),
        "orders": SalesOrder.objects.filter(customer_id=customer_id),
        "to_come": _to_come(customer_id),
        "deliveries": Delivery.objects.filter(customer_id=customer_id).select_related("order", "invoice"),
        "returns": SalesReturn.objects.filter(customer_id=customer_id).select_related("delivery", "credit_note"),
        "credit_notes": credit_notes_with_residual().filter(customer_id=customer_id).select_related("invoice"),
        "invoices": Invoice.objects.filter(customer_id=customer_id),
        "payments": Payment.objects.filter(party_id=customer_id, direction=Payment.Direction.IN),
    }
    order = ("day", "id") if kind == "to_come" else ("-id",)
    rows = list(found[kind].order_by(*order)[:SHOWN])
    if kind == "invoices":
        open_amounts = dict(fetch(_RESIDUALS, [[row.pk for row in rows]]))
        for row in rows:
            row.open_amount = open_amounts.get(row.pk, Decimal(0))
    return rows


def _to_come(customer_id: int) -> QuerySet[Any]:
    """The goods that the customer waits for, with the `day` for which they are promised and how much is `open`."""
    rows = SalesOrderLine.objects.filter(
        order__customer_id=customer_id, order__state__in=OPEN, stocked=True, quantity__gt=F("delivered")
    )
    day = Coalesce(F("promised_date"), F("order__first_promised_date"), F("order__promised_date"))
    return rows.select_related("order", "product").annotate(
        day=day, open=F("quantity") - F("delivered"), unit_code=F("product__unit__code")
    )


def list_activities(customer_id: int, *, limit: int = 100) -> list[Activity]:
    """The newest entries of the timeline, newest first."""
    return list(Activity.objects.filter(customer_id=customer_id).order_by("-at", "-id")[:limit])
