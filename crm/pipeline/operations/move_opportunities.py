"""Moving opportunities between stages."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from crm.pipeline.drafts import OpportunityMove
from crm.pipeline.errors import LostWithoutReason
from crm.pipeline.events import OpportunityMoved
from crm.pipeline.models import Opportunity
from crm.pipeline.permissions import EDIT_OPPORTUNITIES
from crm.pipeline.states import OPEN_STAGES, STAGE_TRANSITIONS, OpportunityStage
from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, NotFound, WrongState
from erp.core.events import DocumentRef
from erp.core.money import ZERO
from erp.core.operation import operation
from erp.core.rows import update_rows
from erp.documents.drafts import judge_fields, judge_seen, possible_ids, raise_draft_refusals, versioned

_CERTAIN = {OpportunityStage.WON: Decimal(1), OpportunityStage.LOST: ZERO}


@operation(EDIT_OPPORTUNITIES)
def move_opportunities(*, moves: Sequence[OpportunityMove], actor: Actor, at: datetime.datetime) -> list[int]:
    """Move each into its stage. Refuses what the table of stages does not allow, losing without a reason, and what was
    changed after the person saw it.

    A won opportunity is certain, a lost one impossible: their probability becomes 1 or 0.
    """
    rows = versioned(Opportunity.objects.filter(pk__in=possible_ids(move.id for move in moves))).order_by("pk")
    locked = {row.pk: row for row in rows.select_for_update(no_key=True)}
    refusals = [refusal for row, move in enumerate(moves) for refusal in _judge(locked.get(move.id), move, row)]
    raise_draft_refusals(refusals, moves)
    _write(
        [(locked[move.id], move.stage, move.lost_reason.strip() if move.stage == OpportunityStage.LOST else "") for move in moves]
    )
    bus.publish([_moved(locked[move.id], move.stage) for move in moves], at=at)
    return [move.id for move in moves]


def win_opportunities(quotation_of: Mapping[int, int], *, at: datetime.datetime) -> None:
    """Win the open ones among them; each because of a quotation that was accepted."""
    if not quotation_of:
        return
    rows = Opportunity.objects.filter(pk__in=list(quotation_of), stage__in=OPEN_STAGES).order_by("pk")
    won = list(rows.select_for_update(no_key=True))
    _write([(opportunity, OpportunityStage.WON, "") for opportunity in won])
    causes = [DocumentRef("quotation", quotation_of[opportunity.pk]) for opportunity in won]
    bus.publish([_moved(o, OpportunityStage.WON, cause) for o, cause in zip(won, causes, strict=True)], at=at)


def _write(changes: Sequence[tuple[Opportunity, str, str]]) -> None:
    rows = [(o.pk, str(stage), reason, _CERTAIN.get(OpportunityStage(stage), o.probability)) for o, stage, reason in changes]
    update_rows(Opportunity, ["stage", "lost_reason", "probability"], rows)


def _moved(opportunity: Opportunity, stage: str, cause: DocumentRef | None = None) -> OpportunityMoved:
    return OpportunityMoved(
        id=opportunity.pk,
        number=opportunity.number,
        status=str(stage),
        stems_from=cause,
        customer_id=opportunity.customer_id,
        stage_before=opportunity.stage,
    )


def _judge(opportunity: Opportunity | None, move: OpportunityMove, row: int) -> list[BusinessRuleViolation]:
    if opportunity is None:
        return [NotFound(field="id", row=row, what=Opportunity._meta.verbose_name, value=move.id)]
    refusals = judge_fields(Opportunity, move, row=row, document=opportunity.number)
    about: dict[str, Any] = {"row": row, "document": opportunity.number, "document_id": opportunity.pk}
    if not refusals and move.stage not in STAGE_TRANSITIONS[opportunity.stage]:
        refusals.append(WrongState(field="stage", **about, state=opportunity.get_stage_display()))
    elif move.stage == OpportunityStage.LOST and not move.lost_reason.strip():
        refusals.append(LostWithoutReason(field="lost_reason", **about))
    return refusals or judge_seen(opportunity, move.version, **about)
