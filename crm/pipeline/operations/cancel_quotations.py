"""Offers that come to nothing."""

import datetime
from collections.abc import Sequence

from crm.pipeline.events import QuotationCancelled
from crm.pipeline.models import Quotation
from crm.pipeline.permissions import EDIT_QUOTATIONS
from crm.pipeline.states import TRANSITIONS, QuotationState
from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, NotFound, WrongState
from erp.core.operation import operation
from erp.core.rows import update_rows
from erp.documents.drafts import possible_ids, raise_draft_refusals


@operation(EDIT_QUOTATIONS)
def cancel_quotations(*, quotation_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> list[int]:
    """Cancel drafts; an accepted quotation is cancelled by cancelling its sales order."""
    ids = list(dict.fromkeys(quotation_ids))
    rows = Quotation.objects.filter(pk__in=possible_ids(ids)).order_by("pk").select_for_update(no_key=True)
    locked = {row.pk: row for row in rows}
    raise_draft_refusals([refusal for row, pk in enumerate(ids) if (refusal := _judge(locked.get(pk), pk, row))], ids)
    update_rows(Quotation, ["state"], [(pk, QuotationState.CANCELLED.value) for pk in ids])
    bus.publish(
        [
            QuotationCancelled(
                id=pk, number=locked[pk].number, status=QuotationState.CANCELLED.value, customer_id=locked[pk].customer_id
            )
            for pk in ids
        ],
        at=at,
    )
    return ids


def _judge(quotation: Quotation | None, pk: int, row: int) -> BusinessRuleViolation | None:
    if quotation is None:
        return NotFound(field="quotation_ids", row=row, what=Quotation._meta.verbose_name, value=pk)
    if QuotationState.CANCELLED not in TRANSITIONS[quotation.state]:
        return WrongState(document=quotation.number, document_id=pk, row=row, state=quotation.get_state_display())
    return None
