"""What charts and courses are drawn from; each function is one statement, whatever the number of documents."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from erp.core.events import DocumentRef
from erp.core.models import EventRow
from erp.core.money import ZERO
from erp.core.rows import COMPANY, fetch
from erp.documents.registry import DocumentCard, describe, find_kind
from erp.identity.models import Membership
from erp.ledger.models import AccountRole
from erp.ledger.queries import OpenSum, open_by_due_date, role_account_sql

_INVOICED = f"""
SELECT date, sum(company_amount) FROM ledger_openitem
WHERE company_id = {COMPANY} AND kind = 'invoice' AND date BETWEEN %s AND %s GROUP BY date
"""  # noqa: S608
_CREDITED = f"""
SELECT date, -sum(company_amount) FROM ledger_openitem
WHERE company_id = {COMPANY} AND kind = 'credit_note' AND date BETWEEN %s AND %s GROUP BY date
"""  # noqa: S608
_TAKEN = f"""
SELECT date, count(*) FROM sales_salesorder WHERE company_id = {COMPANY} AND date BETWEEN %s AND %s GROUP BY date
"""  # noqa: S608
# Only a settlement at two rates moves the receivables, so few are asked for the account of their item.
_RECEIVABLE_STEPS = f"""
SELECT date, sum(step) FROM (
    SELECT date, company_amount AS step FROM ledger_openitem
    WHERE company_id = {COMPANY} AND date > %s AND account_id = {role_account_sql(AccountRole.RECEIVABLE)}
    UNION ALL
    SELECT date, credit_company_amount - debit_company_amount FROM ledger_settlement s
    WHERE company_id = {COMPANY} AND date > %s AND credit_company_amount <> debit_company_amount
      AND (SELECT i.account_id FROM ledger_openitem i WHERE i.company_id = {COMPANY} AND i.id = s.debit_item_id)
          = {role_account_sql(AccountRole.RECEIVABLE)}
) steps GROUP BY date
"""  # noqa: S608
_STOCK_STEPS = f"""
SELECT date, sum(amount) FROM inventory_valueentry WHERE company_id = {COMPANY} AND date > %s GROUP BY date
"""  # noqa: S608
_BY_STATE = f"""
SELECT state, count(*) FROM sales_salesorder WHERE company_id = {COMPANY} AND state = ANY(%s::text[]) GROUP BY state
"""  # noqa: S608
_TOP_PRODUCTS = f"""
SELECT p.id, p.name, t.net FROM (
    SELECT s.product_id, round(sum(s.net), 2) AS net FROM (
        SELECT l.product_id, l.net * i.rate AS net FROM receivables_invoice i
        JOIN receivables_invoiceline l ON l.company_id = i.company_id AND l.invoice_id = i.id
        WHERE i.company_id = {COMPANY} AND i.date BETWEEN %s AND %s
        UNION ALL
        SELECT l.product_id, -l.net * n.rate FROM receivables_creditnote n
        JOIN receivables_creditnoteline l ON l.company_id = n.company_id AND l.credit_note_id = n.id
        WHERE n.company_id = {COMPANY} AND n.date BETWEEN %s AND %s AND l.product_id IS NOT NULL
    ) s GROUP BY s.product_id HAVING sum(s.net) > 0 ORDER BY net DESC, s.product_id LIMIT %s
) t JOIN catalog_product p ON p.company_id = {COMPANY} AND p.id = t.product_id ORDER BY t.net DESC, p.id
"""  # noqa: S608
RECENT_EVENTS, SHADOWS = 100, frozenset({"journal_entry"})
Steps = Mapping[datetime.date, Decimal]


@dataclass(frozen=True)
class Recent:
    """A document something happened to: when, and by whom."""

    card: DocumentCard
    at: datetime.datetime
    actor: str


def invoiced_by_day(first: datetime.date, last: datetime.date) -> dict[datetime.date, Decimal]:
    """Invoiced in company currency, tax included, by the date of the invoice."""
    return dict(fetch(_INVOICED, [first, last]))


def credited_by_day(first: datetime.date, last: datetime.date) -> dict[datetime.date, Decimal]:
    """Credited in company currency, tax included, by the date of the credit note."""
    return dict(fetch(_CREDITED, [first, last]))


def orders_by_day(first: datetime.date, last: datetime.date) -> dict[datetime.date, int]:
    """How many orders were taken, by their date."""
    return dict(fetch(_TAKEN, [first, last]))


def receivable_steps(after: datetime.date) -> dict[datetime.date, Decimal]:
    """By how much the open receivables rose or fell on each day after that one."""
    return dict(fetch(_RECEIVABLE_STEPS, [after, after]))


def stock_steps(after: datetime.date) -> dict[datetime.date, Decimal]:
    """By how much the value of the stock rose or fell on each day after that one."""
    return dict(fetch(_STOCK_STEPS, [after]))


def orders_by_state(states: list[str]) -> dict[str, int]:
    return dict(fetch(_BY_STATE, [states]))


def open_receivables() -> list[OpenSum]:
    return open_by_due_date(AccountRole.RECEIVABLE)


def receivables_by_age(on: datetime.date) -> list[Decimal]:
    """Open invoices in company currency: not due, 1-30, 31-60, 61-90 and more than 90 days overdue."""
    ages = [ZERO] * 5
    for item in open_receivables():
        if not item.is_credit:
            late = (on - item.due_date).days
            ages[0 if late <= 0 else min((late + 29) // 30, 4)] += item.amount
    return ages


def top_products(first: datetime.date, last: datetime.date, *, limit: int) -> list[tuple[int, str, Decimal]]:
    """The products most was sold of, invoices less credits, net in company currency: id, name, amount."""
    return [(pk, name, net) for pk, name, net in fetch(_TOP_PRODUCTS, [first, last, first, last, limit])]


def course(now: Decimal, steps: Steps, days: list[datetime.date]) -> list[Decimal]:
    """What a total was at the end of each day, worked back from what it is now; pure."""
    return [now - sum((step for day, step in steps.items() if day > at), Decimal(0)) for at in days]


def roles_of(user_id: int | None, company_id: int) -> list[str]:
    """The roles of a person in the company; memberships are global rows, so the company is asked for here."""
    if user_id is None:
        return []
    rows = Membership.objects.filter(user_id=user_id, company_id=company_id, active=True, party_id=None)
    return list(rows.order_by("role").values_list("role", flat=True))


def recent_documents(can: Callable[[str], bool], *, limit: int) -> list[Recent]:
    """The documents that something happened to last, newest first, as far as the reader may open them.

    Journal entries are left out: each of them is another document's shadow.
    """
    latest: dict[DocumentRef, EventRow] = {}
    for event in EventRow.objects.defer("payload").order_by("-xid", "-id")[:RECENT_EVENTS]:
        latest.setdefault(DocumentRef(event.aggregatetype, event.aggregateid), event)
    wanted = [ref for ref in latest if ref.kind not in SHADOWS and (kind := find_kind(ref.kind)) and can(kind.permission)][:limit]
    cards = describe(wanted)
    return [Recent(cards[ref], latest[ref].occurred_at, latest[ref].actor) for ref in wanted if ref in cards]
