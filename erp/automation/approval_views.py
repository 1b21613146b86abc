"""The page of an approval, and the forms of policies and delegations."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.approval_tables import (
    APPROVALS,
    DELEGATIONS,
    POLICIES,
    ROLES,
    STATES,
    can_answer,
    kind_words,
    person,
    stages_words,
)
from erp.automation.forms import DelegationForm, PolicyForm, RefusalForm
from erp.automation.models import ApprovalPolicy, ApprovalRequest, Delegation
from erp.automation.operations.answer_approvals import ApprovalReply, answer_approvals
from erp.automation.operations.save_approval_policies import save_approval_policies
from erp.automation.operations.save_delegations import save_delegations
from erp.automation.permissions import ANSWER_APPROVALS, MANAGE_APPROVALS, VIEW_APPROVALS
from erp.automation.timeline import DocumentStory
from erp.core import clock
from erp.core.actor import Actor
from erp.core.events import DocumentRef
from erp.core.scope import company_scope
from erp.documents.registry import find_url
from erp.identity.access import label_of_actor, people_of
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.screens.documents import DocumentPage, Fact, Lines, Verb
from erp.screens.forms import submit_form
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


@requires(VIEW_APPROVALS)
def approval(request: CompanyRequest, pk: int) -> HttpResponse:
    """One request: what it is about, who agreed, who has to answer."""
    found = ApprovalRequest.objects.select_related("policy").filter(pk=pk).first()
    if found is None:
        raise Http404
    assert request.actor is not None and request.company is not None
    can, state = request.actor.can, STATES[ApprovalRequest.State(found.state)]
    story = DocumentStory(DocumentRef("approval", pk), ApprovalRequest, can)
    page = DocumentPage(
        number=found.number,
        title=kind_words(found.kind),
        type_label=_("Approval"),
        state_label=state.label,
        state_family=state.family,
        actor=request.actor,
        party=found.document_number,
        party_url=find_url(found.kind, found.document_id, can),
        trail=find_trail(request, APPROVALS, reverse("automation:approvals"), pk),
        key_amount=Fact(label=_("Amount"), value=found.amount, kind="money", unit=request.company.currency_code),
        key_date=Fact(label=_("Asked at"), value=found.asked_at, kind="time"),
        verbs=_verbs(found, request.actor),
        facts=[
            Fact(label=_("Asked by"), value=label_of_actor(found.asked_by)),
            Fact(label=_("Approval policy"), value=found.policy.name),
            Fact(label=_("Who has to answer"), value=stages_words(found.stages)),
            Fact(label=_("Ended at"), value=found.ended_at, kind="time"),
        ],
        lines=_answers(found),
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
    )
    return render(request, "screens/document.html", {"document": page})


def _verbs(found: ApprovalRequest, actor: Actor) -> list[Verb]:
    mine = can_answer(found, actor)
    reason = ""
    if found.state != ApprovalRequest.State.PENDING:
        reason = _("It waits for nobody any more.")
    elif not mine:
        own = found.asked_by == actor.name
        reason = _("It is your own.") if own else _("It waits for others.")
    approve, refuse = (reverse(f"automation:{name}", args=[found.pk]) for name in ("approve", "refuse"))
    shared: dict[str, Any] = {"permission": ANSWER_APPROVALS, "enabled": mine, "reason": reason}
    return [
        Verb(name="approve", label=_("Approve"), url=approve, icon="check", **shared),
        Verb(name="refuse", label=_("Do not approve"), url=refuse, method="get", icon="x", **shared),
    ]


def _answers(found: ApprovalRequest) -> Lines:
    columns = (
        Column(name="stage", label=_("Stage"), text=lambda row: str(row.stage + 1)),
        Column(name="role", label=_("Role"), text=lambda row: ROLES.get(row.role, row.role)),
        Column(name="approved", label=_("Approved"), kind="flag"),
        Column(name="actor", label=_("By"), text=lambda row: label_of_actor(row.actor)),
        Column(name="for", label=_("For"), text=lambda row: person(row.for_user_id) if row.for_user_id else ""),
        Column(name="comment", label=_("Comment"), kind="note"),
        Column(name="at", label=_("At"), kind="time"),
    )
    return Lines(columns=columns, rows=list(found.answers.order_by("id")), title=_("Answers"))


def approve(request: HttpRequest, pk: int) -> None:
    replies = [ApprovalReply(request_id=pk, approved=True)]
    answer_approvals(replies=replies, actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


@requires(ANSWER_APPROVALS)
def refuse(request: CompanyRequest, pk: int) -> HttpResponse:
    """Not approved, and why."""
    assert request.actor is not None
    actor, at = request.actor, clock.now()
    with company_scope(actor, read_only=True):
        found = ApprovalRequest.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    form = RefusalForm(request.POST or None)
    page = reverse("automation:approval", args=[pk])
    if request.method == "POST" and form.is_valid():
        replies = [ApprovalReply(request_id=pk, approved=False, comment=form.cleaned_data["comment"])]
        work = partial(answer_approvals, replies=replies, actor=actor, at=at)
        gone_on, _result = submit_form(request, form, work, done=_("It is not approved."))
        if gone_on:
            return redirect(page)
    heading = _("%(document)s is not approved") % {"document": found.document_number}
    context = {"form": form, "heading": heading, "submit": _("Do not approve"), "back_url": page}
    with company_scope(actor, read_only=True):
        return render(request, "screens/form_page.html", context)


@requires(MANAGE_APPROVALS)
def policy(request: CompanyRequest, pk: int | None = None) -> HttpResponse:
    """A new policy, or one to change."""

    def form(row: ApprovalPolicy | None) -> PolicyForm:
        return PolicyForm(request.POST or None, policy=row, valid_from_date=company_today())

    def save(form: PolicyForm, actor: Actor) -> object:
        return save_approval_policies(drafts=[form.draft()], actor=actor, at=clock.now())

    words = _("New policy"), _("Save policy"), _("Policy saved.")
    stages = {f"policies.0.stages.{n}.roles": f"roles_{n + 1}" for n in range(9)}
    return _edit(request, ApprovalPolicy, pk, form, save, words, POLICIES, "policies", {"policies.0.stages": "roles_1", **stages})


@requires(ANSWER_APPROVALS)
def delegation(request: CompanyRequest, pk: int | None = None) -> HttpResponse:
    """A new delegation, or one to change."""
    assert request.actor is not None
    company_id, me = request.actor.company_id, request.actor.user_id

    def form(row: Delegation | None) -> DelegationForm:
        return DelegationForm(request.POST or None, people=people_of(company_id), delegation=row, from_user=me)

    def save(form: DelegationForm, actor: Actor) -> object:
        return save_delegations(drafts=[form.draft()], actor=actor, at=clock.now())

    words = _("New delegation"), _("Save delegation"), _("Delegation saved.")
    return _edit(request, Delegation, pk, form, save, words, DELEGATIONS, "delegations", {})


def _edit(
    request: CompanyRequest,
    model: Any,
    pk: int | None,
    make: Callable[[Any], Any],
    save: Callable[[Any, Actor], object],
    words: tuple[str, str, str],
    screen: Any,
    name: str,
    more: dict[str, str],
) -> HttpResponse:
    """The page of a form on which one row is written; `words` are its heading, its button and what is said afterwards."""
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        row = model.objects.filter(pk=pk).first() if pk else None
        if pk and row is None:
            raise Http404
        form: forms.Form = make(row)
    new, submit, done = words
    back = reverse(f"automation:{name}")
    if request.method == "POST" and form.is_valid():
        names = {f"{name}.0.{field}": field for field in form.fields} | more
        gone_on, _ids = submit_form(request, form, lambda: save(form, actor), done=done, names=names)
        if gone_on:
            return redirect(back)
    with company_scope(actor, read_only=True):
        heading = getattr(row, "name", "") or (new if row is None else _("Change"))
        trail = find_trail(request, screen, back, pk or 0)
        context = {"form": form, "heading": heading, "submit": submit, "back_url": back, "trail": trail}
        return render(request, "screens/form_page.html", context)
