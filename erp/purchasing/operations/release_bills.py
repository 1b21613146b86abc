"""Held bills: matched again when more came in, or let pass by a person."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, NotFound, WrongState, raise_refusals
from erp.core.operation import operation
from erp.core.rows import ANY_ID, COMPANY, fetch, update_rows
from erp.documents.drafts import MissingValue
from erp.identity.queries import company_facts
from erp.payables.models import VendorBill, VendorBillLine
from erp.payables.permissions import RELEASE, SEND_BILL
from erp.payables.states import WAITING, VendorBillState
from erp.purchasing.operations.lock_purchase_orders import lock_ordered_lines
from erp.purchasing.operations.match_bills import HEAD_COLUMNS, LINE_COLUMNS, MatchedBill, book_matches, match_bills

_OF_ORDERS = f"""
SELECT DISTINCT b.id FROM payables_vendorbill b
JOIN payables_vendorbillline x ON x.company_id = b.company_id AND x.bill_id = b.id AND x.source_kind = 'purchase_order_line'
JOIN purchasing_purchaseorderline l ON l.company_id = x.company_id AND l.id = x.source_id
WHERE b.company_id = {COMPANY} AND b.state IN ('entered', 'held') AND l.order_id = {ANY_ID} ORDER BY b.id
"""  # noqa: S608
_ORDER_LINES = f"""
SELECT DISTINCT source_id FROM payables_vendorbillline
WHERE company_id = {COMPANY} AND bill_id = {ANY_ID} AND source_kind = 'purchase_order_line'
"""  # noqa: S608


def held_bills_of(order_ids: Sequence[int]) -> list[int]:
    """The bills that wait and are for these orders."""
    return [row[0] for row in fetch(_OF_ORDERS, [sorted(set(order_ids))])]


@operation(SEND_BILL)
def rematch_bills(*, bill_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> list[int]:
    """Match held bills again; return those that were posted. Bills that do not wait are left alone."""
    return _match_again(bill_ids, actor=actor, at=at)


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
    _match_again(bill_ids, actor=actor, at=at, reason=reason.strip())


def _match_again(bill_ids: Sequence[int], *, actor: Actor, at: datetime.datetime, reason: str = "") -> list[int]:
    """Match the bills that wait, in order of their ids; return those that were posted: all of them where there is a reason to let
    them pass. Orders are locked before bills. A bill that is held for the same as before stays as it is and is not told again."""
    ordered = lock_ordered_lines([row[0] for row in fetch(_ORDER_LINES, [sorted(bill_ids)])])
    waiting = VendorBill.objects.filter(pk__in=list(bill_ids), state__in=WAITING)
    bills = list(waiting.order_by("pk").select_for_update(no_key=True))
    of_bill: dict[int, list[VendorBillLine]] = {b.pk: [] for b in bills}
    for line in VendorBillLine.objects.filter(bill_id__in=list(of_bill)).order_by("bill_id", "sequence"):
        of_bill[line.bill_id].append(line)
    home = company_facts(actor.company_id).currency_code
    asked = [(b, of_bill[b.pk]) for b in bills]
    matches = match_bills(asked, ordered, home=home, released=range(len(bills)) if reason else ())
    news = [
        MatchedBill(b.pk, b.number, b, match)
        for b, match in zip(bills, matches, strict=True)
        if match.passes or (b.state, b.held_reasons) != match.verdict[:2]
    ]
    lines = [
        (line.pk, *match.line_columns(i))
        for (_bill, of_one), match in zip(asked, matches, strict=True)
        for i, line in enumerate(of_one)
    ]
    _write(news, lines, actor, at, reason)
    book_matches(news, actor=actor, at=at)
    return [m.id for m in news if m.match.passes]


def _write(
    news: Sequence[MatchedBill], lines: Sequence[tuple[object, ...]], actor: Actor, at: datetime.datetime, reason: str
) -> None:
    released_by = actor.name if reason else ""
    rows = [(m.id, *m.match.verdict, *((released_by, reason, at) if m.match.passes else ("", "", None))) for m in news]
    update_rows(VendorBill, [*HEAD_COLUMNS, "released_by", "release_reason", "posted_at"], rows)
    update_rows(VendorBillLine, LINE_COLUMNS, lines)
