"""Turning down bills that are not in the books."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, NotFound, WrongState, raise_refusals
from erp.core.operation import operation
from erp.core.rows import update_rows
from erp.documents.drafts import MissingValue
from erp.payables.events import VendorBillRejected
from erp.payables.models import VendorBill
from erp.payables.permissions import REJECT
from erp.payables.states import TRANSITIONS, VendorBillState


@operation(REJECT)
def reject_bills(*, bill_ids: Sequence[int], reason: str, actor: Actor, at: datetime.datetime) -> None:
    """Reject the bills with a reason; the supplier's numbers are free again. Refuses bills that are posted or rejected."""
    bills = {b.pk: b for b in VendorBill.objects.filter(pk__in=list(bill_ids)).order_by("pk").select_for_update()}
    refusals: list[BusinessRuleViolation] = [
        NotFound(field="bill", what=_("vendor bill"), value=pk) for pk in bill_ids if pk not in bills
    ]
    refusals += [
        WrongState(document=b.number, document_id=b.pk, state=VendorBillState(b.state).label.lower())
        for b in bills.values()
        if VendorBillState.REJECTED not in TRANSITIONS[b.state]
    ]
    if not reason.strip():
        refusals.append(MissingValue(field="reason", what=_("reason")))
    raise_refusals(refusals)
    rows = [(pk, VendorBillState.REJECTED, actor.name, reason.strip()) for pk in bills]
    update_rows(VendorBill, ["state", "released_by", "release_reason"], rows)
    bus.publish(
        [VendorBillRejected(id=b.pk, number=b.number, status="rejected", supplier_id=b.supplier_id) for b in bills.values()],
        at=at,
    )
