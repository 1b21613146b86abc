"""The customer takes the offer: the sales order is placed in the same transaction, by a reaction to the event."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from crm.pipeline.errors import NoLines, QuotationExpired
from crm.pipeline.events import QuotationAccepted
from crm.pipeline.models import Quotation, QuotationLine
from crm.pipeline.operations.answering import answering
from crm.pipeline.operations.move_opportunities import win_opportunities
from crm.pipeline.permissions import ACCEPT_QUOTATIONS
from crm.pipeline.states import TRANSITIONS, QuotationState
from erp.core import bus
from erp.core.actor import Actor
from erp.core.clock import local_date
from erp.core.errors import BusinessRuleViolation, NotFound, WrongState
from erp.core.operation import operation
from erp.core.rows import update_rows
from erp.documents.drafts import judge_seen, possible_ids, raise_draft_refusals, versioned
from erp.identity.queries import company_facts


@dataclass(frozen=True)
class AcceptedQuotation:
    """A quotation and the sales order it became; no order when nothing is wired to place one."""

    quotation_id: int
    sales_order_id: int | None
    number: str


def accepted_quotations(ids: Sequence[int]) -> list[AcceptedQuotation]:
    """The answer, in the order asked."""
    rows = Quotation.objects.filter(pk__in=ids).values_list("id", "sales_order_id", "sales_order__number")
    found = {pk: AcceptedQuotation(pk, order_id, number or "") for pk, order_id, number in rows}
    return [found[pk] for pk in ids]


@answering(accepted_quotations)
@operation(ACCEPT_QUOTATIONS)
def accept_quotations(
    *, quotation_ids: Sequence[int], actor: Actor, at: datetime.datetime, versions: Mapping[int, str] | None = None
) -> list[int]:
    """Accept drafts and place their sales orders; answers with each quotation's sales order (AcceptedQuotation).

    Refuses what is not a draft any more (a second press ends here), has no lines or was valid only until yesterday, and
    what was changed after the person saw it: `versions` by id, of those that somebody looked at.
    What the order is refused for (credit limit, price floor) is raised as well, and nothing is accepted. Open
    opportunities behind the quotations are won.
    """
    ids = list(dict.fromkeys(quotation_ids))
    lines = QuotationLine.objects.filter(quotation_id=OuterRef("pk"))
    rows = versioned(Quotation.objects.filter(pk__in=possible_ids(ids))).annotate(has_lines=Exists(lines)).order_by("pk")
    locked = {row.pk: row for row in rows.select_for_update(no_key=True)}
    today, seen = local_date(at, company_facts(actor.company_id).time_zone), versions or {}
    judged = (_judge(locked.get(pk), pk, row, today, seen.get(pk, "")) for row, pk in enumerate(ids))
    raise_draft_refusals([refusal for refusals in judged for refusal in refusals], ids)
    update_rows(Quotation, ["state"], [(pk, QuotationState.ACCEPTED.value) for pk in ids])
    publish_accepted([locked[pk] for pk in ids], at=at)
    return ids


def publish_accepted(quotations: Sequence[Quotation], *, at: datetime.datetime) -> None:
    """Tell that they are accepted, and win the opportunities behind them."""
    events = [
        QuotationAccepted(
            id=q.pk,
            number=q.number,
            status=QuotationState.ACCEPTED.value,
            customer_id=q.customer_id,
            currency=q.currency_code,
            total=q.total,
        )
        for q in quotations
    ]
    bus.publish(events, at=at)
    win_opportunities({q.opportunity_id: q.pk for q in quotations if q.opportunity_id}, at=at)


def _judge(quotation: Quotation | None, pk: int, row: int, today: datetime.date, version: str) -> list[BusinessRuleViolation]:
    if quotation is None:
        return [NotFound(field="quotation_ids", row=row, what=Quotation._meta.verbose_name, value=pk)]
    about: dict[str, Any] = {"document": quotation.number, "document_id": pk, "row": row}
    if QuotationState.ACCEPTED not in TRANSITIONS[quotation.state]:
        return [WrongState(**about, state=quotation.get_state_display())]
    refusals = judge_seen(quotation, version, **about)
    if not quotation.has_lines:  # type: ignore[attr-defined]
        refusals.append(NoLines(field="lines", **about))
    if quotation.valid_until_date and quotation.valid_until_date < today:
        refusals.append(QuotationExpired(field="valid_until_date", **about, date=quotation.valid_until_date.isoformat()))
    return refusals
