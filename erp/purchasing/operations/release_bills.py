"""Held bills: matched again when more came in, or let pass by a person."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, NotFound, WrongState, raise_refusals
from erp.core.operation import operation
from erp.core.rows import ANY_ID, COMPANY, fetch
from erp.documents.drafts import MissingValue
from erp.payables.models import VendorBill
from erp.payables.permissions import RELEASE, SEND_BILL
from erp.payables.states import VendorBillState
from erp.purchasing.operations.match_bills import WAITING, match_bills

_OF_ORDERS = f"""
SELECT DISTINCT b.id FROM payables_vendorbill b
JOIN payables_vendorbillline x ON x.company_id = b.company_id AND x.bill_id = b.id AND x.source_kind = 'purchase_order_line'
JOIN purchasing_purchaseorderline l ON l.company_id = x.company_id AND l.id = x.source_id
WHERE b.company_id = {COMPANY} AND b.state IN ('entered', 'held') AND l.order_id = {ANY_ID} ORDER BY b.id
"""  # noqa: S608


def held_bills_of(order_ids: Sequence[int]) -> list[int]:
    """The bills that wait and are for these orders."""
    return [row[0] for row in fetch(_OF_ORDERS, [sorted(set(order_ids))])]


@operation(SEND_BILL)
def rematch_bills(*, bill_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> list[int]:
    """Match held bills again; return those that were posted. Bills that do not wait are left alone."""
    return match_bills(bill_ids, actor=actor, at=at)


@operation(RELEASE)
def release_bills(*, bill_ids: Sequence[int], reason: str, actor: Actor, at: datetime.datetime) -> None:
    """Post held bills although they do not match; who released them and why stays on the bill. Refuses bills that do not wait,
    and a release without a reason."""
    bills = {b.pk: b for b in VendorBill.objects.filter(pk__in=list(bill_ids))}
    refusals: list[BusinessRuleViolation] = [
        NotFound(field="bill", what=_("vendor bill"), value=pk) for pk in bill_ids if pk not in bills
    ]
    refusals += [
        WrongState(document=b.number, document_id=b.pk, state=VendorBillState(b.state).label.lower())
        for b in bills.values()
        if b.state not in WAITING
    ]
    if not reason.strip():
        refusals.append(MissingValue(field="reason", what=_("reason")))
    raise_refusals(refusals)
    match_bills(bill_ids, actor=actor, at=at, released=dict.fromkeys(bill_ids, reason.strip()))
