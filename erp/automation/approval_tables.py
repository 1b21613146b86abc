"""What waits for approval, what needs it, and who answers for whom."""

from typing import Any

from django.db.models import QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.automation.filters import ApprovalFilter, DelegationFilter, PolicyFilter
from erp.automation.models import ApprovalPolicy, ApprovalRequest, Delegation
from erp.automation.operations.answer_approvals import ApprovalReply, answer_approvals
from erp.automation.operations.end_delegations import end_delegations
from erp.automation.permissions import ANSWER_APPROVALS, MANAGE_APPROVALS, VIEW_APPROVALS
from erp.automation.queries import list_approvals, voice_for, voices_of
from erp.core import clock
from erp.core.actor import Actor
from erp.core.scope import company_scope, current_company_id
from erp.documents.registry import find_kind
from erp.identity.access import label_of_actor, people_of
from erp.identity.queries import company_facts, company_today
from erp.identity.roles import Role
from erp.screens.lists import Action, BulkOutcome, BulkVerb, Column, ListScreen, State
from erp.screens.views.verbs import bulk_each

STATES = {
    ApprovalRequest.State.PENDING: State(ApprovalRequest.State.PENDING.label, "waiting"),
    ApprovalRequest.State.GRANTED: State(ApprovalRequest.State.GRANTED.label, "done"),
    ApprovalRequest.State.REFUSED: State(ApprovalRequest.State.REFUSED.label, "bad"),
    ApprovalRequest.State.WITHDRAWN: State(ApprovalRequest.State.WITHDRAWN.label, "cancelled"),
}
ROLES = dict(Role.choices)


def stage_words(stage: dict[str, Any]) -> str:
    """A stage as people say it: "Buyer or Planner", "Buyer and Planner"."""
    joint = _(" and ") if stage["needs"] == "all" else _(" or ")
    return str(joint).join(str(ROLES.get(role, role)) for role in stage["roles"])


def stages_words(stages: list[dict[str, Any]]) -> str:
    """All stages: "Buyer, then Managing director"."""
    return str(_(", then ")).join(stage_words(stage) for stage in stages)


def kind_words(kind: str) -> str:
    found = find_kind(kind)
    return str(found.label) if found else kind


def asked_now(row: ApprovalRequest) -> str:
    return stage_words(row.stages[row.stage]) if row.state == ApprovalRequest.State.PENDING else ""


def can_answer(row: ApprovalRequest, actor: Actor) -> bool:
    """Whether the present stage asks this person, and it is not their own."""
    if row.state != ApprovalRequest.State.PENDING or row.asked_by == actor.name:
        return False
    agreed = set(row.answers.filter(stage=row.stage).values_list("role", flat=True))
    return voice_for(row, voices_of(actor, on=company_today()), agreed) is not None


def approve_many(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = clock.now()
    with company_scope(actor, read_only=True):
        numbers = dict(ApprovalRequest.objects.filter(pk__in=ids).values_list("pk", "document_number"))

    def approve(pk: int) -> object:
        return answer_approvals(replies=[ApprovalReply(request_id=pk, approved=True)], actor=actor, at=at)

    return bulk_each(request, ids, approve, lambda pk: numbers.get(pk, str(pk)))


def end_many(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = clock.now()
    with company_scope(actor, read_only=True):
        names = {row.pk: person(row.from_user_id) for row in Delegation.objects.filter(pk__in=ids)}

    def end(pk: int) -> object:
        return end_delegations(delegation_ids=[pk], actor=actor, at=at)

    return bulk_each(request, ids, end, lambda pk: names.get(pk, str(pk)))


def can_end(row: Delegation, actor: Actor) -> bool:
    """Whether it still runs, and it is theirs or they keep the policies."""
    return row.ended_at is None and (row.from_user_id == actor.user_id or actor.can(MANAGE_APPROVALS))


def _rows(actor: Actor) -> QuerySet[ApprovalRequest]:
    return list_approvals().annotate(company_currency=Value(company_facts(actor.company_id).currency_code))


def _policies(actor: Actor) -> QuerySet[ApprovalPolicy]:
    return ApprovalPolicy.objects.annotate(company_currency=Value(company_facts(actor.company_id).currency_code))


def person(user_id: int) -> str:
    return people_of(current_company_id()).get(user_id, str(user_id))


APPROVALS = ListScreen(
    name="approvals",
    title=_("Approvals"),
    permission=VIEW_APPROVALS,
    rows=_rows,
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="document", label=_("Document"), kind="code", field="document_number"),
        Column(name="kind", label=_("Kind"), text=lambda row: kind_words(row.kind)),
        Column(name="amount", label=_("Amount"), kind="money", currency="company_currency"),
        Column(name="asked_by", label=_("Asked by"), text=lambda row: label_of_actor(row.asked_by)),
        Column(name="asked_at", label=_("Asked at"), kind="time"),
        Column(name="now", label=_("Who has to answer"), text=asked_now, sort=False),
        Column(name="state", label=_("State"), kind="state", states=STATES),
    ),
    filters=ApprovalFilter,
    defaults={"state": ApprovalRequest.State.PENDING.value},
    search=("number__istartswith", "document_number__istartswith"),
    search_hint=_("Number or document"),
    default_sort="-id",
    row_url=lambda row: reverse("automation:approval", args=[row.pk]),
    row_label=lambda row: row.number,
    bulk=(
        BulkVerb(
            name="approve", label=_("Approve"), permission=ANSWER_APPROVALS, perform=approve_many, icon="check", on_row=can_answer
        ),
    ),
    empty=_("Nothing waits for approval."),
)
POLICIES = ListScreen(
    name="approval_policies",
    title=_("Approval policies"),
    permission=MANAGE_APPROVALS,
    rows=_policies,
    columns=(
        Column(name="name", label=_("Name")),
        Column(name="kind", label=_("Document"), text=lambda row: kind_words(row.kind)),
        Column(name="from", label=_("From"), kind="money", field="from_amount", currency="company_currency"),
        Column(name="stages", label=_("Who has to answer"), kind="note", text=lambda row: stages_words(row.stages), sort=False),
        Column(name="valid_from", label=_("Valid from"), kind="date", field="valid_from_date"),
        Column(name="valid_to", label=_("Valid to"), kind="date", field="valid_to_date"),
    ),
    filters=PolicyFilter,
    search=("name",),
    default_sort="kind,from_amount",
    row_url=lambda row: reverse("automation:policy", args=[row.pk]),
    row_label=lambda row: row.name,
    primary=Action(_("New policy"), "automation:new_policy", MANAGE_APPROVALS),
    empty=_("Nothing needs approval."),
)
DELEGATIONS = ListScreen(
    name="delegations",
    title=_("Delegations"),
    permission=VIEW_APPROVALS,
    rows=lambda _actor: Delegation.objects.all(),
    columns=(
        Column(name="away", label=_("Who is away"), text=lambda row: person(row.from_user_id), sort=False),
        Column(name="answers", label=_("Who answers"), text=lambda row: person(row.to_user_id), sort=False),
        Column(name="first", label=_("First day"), kind="date", field="first_date"),
        Column(name="last", label=_("Last day"), kind="date", field="last_date"),
        Column(name="reason", label=_("Reason"), kind="note"),
        Column(name="ended_at", label=_("Ended at"), kind="time"),
    ),
    filters=DelegationFilter,
    search=("reason",),
    default_sort="-last_date",
    row_url=lambda row: reverse("automation:delegation", args=[row.pk]),
    row_label=lambda row: person(row.from_user_id),
    primary=Action(_("New delegation"), "automation:new_delegation", VIEW_APPROVALS),
    bulk=(
        BulkVerb(
            name="end",
            label=_("End"),
            permission=ANSWER_APPROVALS,
            perform=end_many,
            icon="x",
            danger=True,
            confirm=_("End %(count)s delegations. From now on nobody answers by them."),
            confirm_one=_("End this delegation. From now on nobody answers by it."),
            on_row=can_end,
        ),
    ),
    empty=_("Nobody answers for anybody else."),
)
