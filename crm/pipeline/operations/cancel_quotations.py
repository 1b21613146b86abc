"""Offers that come to nothing."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from crm.pipeline.events import QuotationCancelled
from crm.pipeline.models import Quotation
from crm.pipeline.permissions import EDIT_QUOTATIONS
from crm.pipeline.states import TRANSITIONS, QuotationState
from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, NotFound, WrongState
from erp.core.operation import operation
from erp.core.rows import update_rows
from erp.documents.drafts import judge_seen, possible_ids, raise_draft_refusals, versioned


@operation(EDIT_QUOTATIONS)
def cancel_quotations(
    *, quotation_ids: Sequence[int], actor: Actor, at: datetime.datetime, versions: Mapping[int, str] | None = None
) -> list[int]:
    """Cancel drafts; an accepted quotation is cancelled by cancelling its sales order.

    Refuses what was changed after the person saw it: `versions` by id, of those that somebody looked at.
    """
    ids = list(dict.fromkeys(quotation_ids))
    rows = versioned(Quotation.objects.filter(pk__in=possible_ids(ids))).order_by("pk").select_for_update(no_key=True)
    locked, seen = {row.pk: row for row in rows}, versions or {}
    judged = (_judge(locked.get(pk), pk, row, seen.get(pk, "")) for row, pk in enumerate(ids))
    raise_draft_refusals([refusal for refusals in judged for refusal in refusals], ids)
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


def _judge(quotation: Quotation | None, pk: int, row: int, version: str) -> list[BusinessRuleViolation]:
    if quotation is None:
        return [NotFound(field="quotation_ids", row=row, what=Quotation._meta.verbose_name, value=pk)]
    about: dict[str, Any] = {"document": quotation.number, "document_id": pk, "row": row}
    if QuotationState.CANCELLED not in TRANSITIONS[quotation.state]:
        return [WrongState(**about, state=quotation.get_state_display())]
    return judge_seen(quotation, version, **about)
