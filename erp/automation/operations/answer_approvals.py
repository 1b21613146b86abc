"""Approving and not approving."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.automation.errors import NotAsked, OwnRequest
from erp.automation.events import ApprovalGranted, ApprovalRefused, ApprovalRequested
from erp.automation.models import ApprovalAnswer, ApprovalRequest
from erp.automation.permissions import ANSWER_APPROVALS
from erp.automation.queries import Voice, voice_for, voices_of
from erp.core import bus
from erp.core.actor import Actor
from erp.core.clock import local_date
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, WrongState, raise_refusals
from erp.core.events import Event
from erp.core.operation import operation
from erp.core.rows import insert_rows, update_rows
from erp.identity.queries import company_facts
from erp.identity.roles import Role

State = ApprovalRequest.State


@dataclass(frozen=True, kw_only=True)
class ApprovalReply:
    """Yes or no to a request; a no says why in `comment`."""

    request_id: int
    approved: bool
    comment: str = ""


@operation(ANSWER_APPROVALS)
def answer_approvals(*, replies: Sequence[ApprovalReply], actor: Actor, at: datetime.datetime) -> list[int]:
    """Answer requests for a role of their present stage, one's own or one that was delegated; return the requests' ids.

    A no ends a request. A yes that completes a stage asks the next one, and the last one grants. Refuses requests that ended,
    one's own, those that ask other roles, and a no without a reason; all at once.
    """
    rows = ApprovalRequest.objects.filter(pk__in=[reply.request_id for reply in replies]).order_by("pk")
    requests = {row.pk: row for row in rows.select_for_update(no_key=True)}
    said: dict[int, set[tuple[int, str]]] = {pk: set() for pk in requests}
    for answer in ApprovalAnswer.objects.filter(request_id__in=requests.keys()):
        said[answer.request_id].add((answer.stage, answer.role))
    voices = voices_of(actor, on=local_date(at, company_facts(actor.company_id).time_zone))
    chosen: dict[int, Voice] = {}
    refusals: list[BusinessRuleViolation] = []
    for i, reply in enumerate(replies):
        prefix = f"{i}." if len(replies) > 1 else ""
        found = _judge(reply, requests.get(reply.request_id), said, voices, actor, prefix)
        if isinstance(found, Voice):
            chosen[reply.request_id] = found
        else:
            refusals += found
    raise_refusals(refusals)
    insert_rows(
        ApprovalAnswer,
        ["request_id", "stage", "role", "approved", "comment", "actor", "for_user_id", "at"],
        [
            (pk, requests[pk].stage, voice.role, reply.approved, reply.comment.strip(), actor.name, voice.for_user_id, at)
            for reply in replies
            for pk, voice in [(reply.request_id, chosen[reply.request_id])]
        ],
    )
    events = []
    for reply in replies:
        row, voice = requests[reply.request_id], chosen[reply.request_id]
        events += _advance(row, reply, {role for stage, role in said[row.pk] if stage == row.stage} | {voice.role})
        row.ended_at = at if row.state != State.PENDING else None
    update_rows(
        ApprovalRequest,
        ["state", "stage", "ended_at"],
        [(row.pk, row.state, row.stage, row.ended_at) for row in requests.values()],
    )
    bus.publish(events, at=at)
    return [reply.request_id for reply in replies]


def _judge(
    reply: ApprovalReply,
    row: ApprovalRequest | None,
    said: dict[int, set[tuple[int, str]]],
    voices: Sequence[Voice],
    actor: Actor,
    prefix: str,
) -> Voice | list[BusinessRuleViolation]:
    """The voice in which the actor answers, or why not."""
    if row is None:
        return [NotFound(field=f"{prefix}approval", what=_("approval"), value=reply.request_id)]
    if row.state != State.PENDING:
        state = row.get_state_display().lower()
        return [WrongState(field=f"{prefix}approval", document=row.number, document_id=row.pk, state=state)]
    if row.asked_by == actor.name:
        return [OwnRequest(field=f"{prefix}approval", document=row.document_number, document_id=row.pk)]
    voice = voice_for(row, voices, {role for stage, role in said[row.pk] if stage == row.stage})
    if voice is None:
        roles = ", ".join(str(Role(role).label) for role in row.stages[row.stage]["roles"])
        return [NotAsked(field=f"{prefix}approval", document=row.document_number, document_id=row.pk, roles=roles)]
    if not reply.approved and not reply.comment.strip():
        rule = _("Say why it is not approved.")
        return [InvalidValue(field=f"{prefix}comment", what=_("comment"), value="", rule=rule)]
    return voice


def _advance(row: ApprovalRequest, reply: ApprovalReply, agreed: set[str]) -> list[Event]:
    """Move the request on after an answer, and what there is to say about it. `agreed` are the roles of the stage so far."""
    about = {"id": row.pk, "number": row.number, "kind": row.kind, "document_id": row.document_id}
    about["document_number"] = row.document_number
    if not reply.approved:
        row.state = State.REFUSED
        return [ApprovalRefused(status="refused", comment=reply.comment.strip(), **about)]  # type: ignore[arg-type]
    stage = row.stages[row.stage]
    if stage["needs"] == "all" and not agreed.issuperset(stage["roles"]):
        return []
    if row.stage + 1 < len(row.stages):
        row.stage += 1
        return [ApprovalRequested(status="pending", roles=tuple(row.stages[row.stage]["roles"]), **about)]  # type: ignore[arg-type]
    row.state = State.GRANTED
    return [ApprovalGranted(status="granted", **about)]  # type: ignore[arg-type]
