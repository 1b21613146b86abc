"""Reads of what suppliers are owed."""

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from erp.core.actor import Actor
from erp.core.rows import ANY_ID, COMPANY, fetch
from erp.identity.queries import company_facts
from erp.ledger.models import OpenItem
from erp.payables.models import MatchTolerance, VendorBill, VendorBillLine
from erp.payables.rules import DEFAULT, Tolerance

_DUE = f"""
SELECT b.id, b.number, b.supplier_id, p.code, b.currency_code, -i.residual, -i.company_residual FROM payables_vendorbill b
JOIN ledger_openitem i ON i.company_id = b.company_id AND i.kind = 'vendor_bill' AND i.document_id = b.id AND i.is_open
JOIN parties_party p ON p.company_id = b.company_id AND p.id = b.supplier_id
WHERE b.company_id = {COMPANY} AND b.kind = 'bill' AND b.due_date <= %s::date AND b.id = ANY(%s::bigint[]) ORDER BY b.id
"""  # noqa: S608

_TO_PAY = f"""
SELECT b.id, (SELECT max(e.id) FROM core_event e WHERE e.company_id = b.company_id AND e.aggregatetype = 'vendor_bill'
              AND e.aggregateid = b.id AND e.type = 'vendor_bill.posted')
FROM payables_vendorbill b
JOIN ledger_openitem i ON i.company_id = b.company_id AND i.kind = 'vendor_bill' AND i.document_id = b.id AND i.is_open
WHERE b.company_id = {COMPANY} AND b.kind = 'bill' AND b.due_date <= %s::date AND b.id > %s AND NOT EXISTS (
    SELECT FROM automation_automaticstep s WHERE s.company_id = b.company_id AND s.kind = 'vendor_bill' AND s.document_id = b.id
    AND s.verb = 'pay' AND NOT s.allowed)
ORDER BY b.id LIMIT %s
"""  # noqa: S608

_TOLERANCE = (
    "supplier_id", "quantity_over_fraction", "quantity_over", "price_over_fraction", "price_over", "price_under_fraction",
    "price_under", "combine",
)  # fmt: skip
_TOLERANCES = f"""
SELECT {", ".join(_TOLERANCE)} FROM payables_matchtolerance
WHERE company_id = {COMPANY} AND (supplier_id IS NULL OR supplier_id = {ANY_ID})
"""  # noqa: S608


class BillFacts(NamedTuple):
    """What rules may ask of a bill that is to be paid; `open` in its currency, `company_open` in the company's."""

    id: int
    number: str
    supplier_id: int
    supplier: str
    currency: str
    open: Decimal
    company_open: Decimal


def due_bills(bill_ids: Sequence[int], *, on: datetime.date) -> list[BillFacts]:
    """Those of the bills that are open and due by the day."""
    return [BillFacts(*row) for row in fetch(_DUE, [on, list(bill_ids)])]


def bills_to_pay(*, on: datetime.date, after: int, limit: int) -> dict[int, int]:
    """Open bills due by the day with the event that posted them, in the order of their ids beyond `after`; those that the rules
    left to a person already are left out."""
    return dict(fetch(_TO_PAY, [on, after, limit]))


def list_bills(actor: Actor) -> QuerySet[VendorBill]:
    """Bills with what of them is `unpaid` in their currency, as a positive figure, and their `company_currency`."""
    item = OpenItem.objects.filter(kind="vendor_bill", document_id=OuterRef("pk")).values("residual")[:1]
    rows = VendorBill.objects.select_related("supplier")
    currency = company_facts(actor.company_id).currency_code
    return rows.annotate(unpaid=Value(0) - Coalesce(Subquery(item), Decimal(0)), company_currency=Value(currency))


def find_bill(pk: int) -> VendorBill | None:
    return VendorBill.objects.select_related("supplier").filter(pk=pk).first()


def list_bill_lines(bill_id: int) -> QuerySet[VendorBillLine]:
    return VendorBillLine.objects.filter(bill_id=bill_id).select_related("product__unit").order_by("sequence")


def open_amount(bill_id: int) -> Decimal:
    """What of a posted bill is still to be paid, in its currency; below zero of a credit note."""
    found = OpenItem.objects.filter(kind="vendor_bill", document_id=bill_id).values_list("residual", flat=True).first()
    return -(found or Decimal(0))


def tolerances_of(supplier_ids: Iterable[int]) -> dict[int, Tolerance]:
    """How far the bills of each supplier may be off: their own limits, else the company's, else the usual ones; one statement."""
    asked = set(supplier_ids)
    rows = fetch(_TOLERANCES, [sorted(asked)])
    own = {row[0]: MatchTolerance(**dict(zip(_TOLERANCE, row, strict=True))).rule for row in rows}
    return {pk: own.get(pk) or own.get(None) or DEFAULT for pk in asked}
