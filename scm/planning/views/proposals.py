"""The pages of a plan run and of a proposal."""

from functools import partial
from typing import Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.timeline import DocumentStory
from erp.core import clock
from erp.core.events import DocumentRef
from erp.core.scope import company_scope
from erp.documents.registry import describe, find_url
from erp.identity.access import label_of_actor
from erp.identity.middleware import CompanyRequest
from erp.screens.columns import product_column
from erp.screens.documents import DocumentPage, Fact, Lines, Verb
from erp.screens.forms import submit_form
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires
from scm.planning.forms import ProposalForm
from scm.planning.models import PlanRun, Proposal
from scm.planning.operations.accept_proposals import accept_proposals
from scm.planning.operations.fix_proposals import STANDING, change_proposals, withdraw_proposals
from scm.planning.permissions import ACCEPT, VIEW
from scm.planning.queries import (
    find_run,
    links_of_proposal,
    list_proposals,
    list_run_items,
)
from scm.planning.tables import KINDS, PROPOSALS, RUN_KINDS, RUNS, STATES, end_words
from scm.planning.tracing import Branch, demand_tree, trace_demands


@requires(VIEW)
def run(request: CompanyRequest, pk: int) -> HttpResponse:
    """One run: what it found of every item."""
    found = find_run(pk)
    if found is None:
        raise Http404
    assert request.actor is not None
    story = DocumentStory(DocumentRef("plan_run", pk), PlanRun, request.actor.can)
    columns = (
        Column(name="level", label=_("Level"), kind="number"),
        product_column(request.actor.can),
        Column(name="name", label=_("Name"), field="product__name"),
        Column(name="gross", label=_("Gross"), kind="quantity"),
        Column(name="on_hand", label=_("On hand"), kind="quantity"),
        Column(name="scheduled", label=_("On the way"), kind="quantity"),
        Column(name="safety", label=_("Safety stock"), kind="quantity"),
        Column(name="net", label=_("Net"), kind="quantity"),
        Column(name="planned", label=_("Planned"), kind="quantity"),
        Column(name="planned_kind", label=_("How"), text=lambda row: _how(row.planned_kind)),
    )
    page = DocumentPage(
        number=found.number,
        title=_("Warehouse"),
        type_label=_("Plan run"),
        state_label=RUN_KINDS[found.kind].label,
        state_family="done",
        actor=request.actor,
        party=found.warehouse.name,
        trail=find_trail(request, RUNS, reverse("planning:runs"), pk),
        key_amount=Fact(label=_("Proposals"), value=found.proposals_open, kind="number"),
        key_date=Fact(label=_("At"), value=found.at, kind="time"),
        facts=[
            Fact(label=_("Items"), value=found.items_planned, kind="number"),
            Fact(label=_("Reason"), value=found.reason),
            Fact(label=_("By"), value=label_of_actor(found.actor)),
        ],
        lines=Lines(columns=columns, rows=list(list_run_items(pk)[:500])),
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
    )
    return render(request, "screens/document.html", {"document": page})


def _how(kind: str) -> str:
    return {"make": _("Make"), "buy": _("Buy"), "phantom": _("Phantom")}.get(kind, _("No source"))


@requires(VIEW)
def proposal(request: CompanyRequest, pk: int) -> HttpResponse:
    """One proposal and why: what it is for, and who else could supply it."""
    found = list_proposals().filter(pk=pk).first()
    if found is None:
        raise Http404
    return render(request, "screens/document.html", {"document": _page(request, found)})


def _page(request: CompanyRequest, found: Proposal) -> DocumentPage:
    assert request.actor is not None
    can, state = request.actor.can, STATES[Proposal.State(found.state)]
    story = DocumentStory(DocumentRef("proposal", found.pk), Proposal, can)
    document = find_url(found.document_kind, found.document_id, can) if found.document_id else ""
    return DocumentPage(
        number=found.number,
        title=_("Product"),
        type_label=_("Proposal"),
        state_label=state.label,
        state_family=state.family,
        actor=request.actor,
        party=f"{found.product.sku} {found.product.name}",
        party_url=find_url("product", found.product_id, can),
        trail=find_trail(request, PROPOSALS, reverse("planning:proposals"), found.pk),
        key_amount=Fact(label=_("Quantity"), value=found.quantity, kind="quantity", unit=found.unit),  # type: ignore[attr-defined]
        key_date=Fact(label=_("Needed by"), value=found.need_date, kind="date"),
        verbs=_verbs(found),
        facts=[
            Fact(label=_("How"), value=KINDS[found.kind].label),
            Fact(label=_("Start"), value=found.start_date, kind="date"),
            Fact(label=_("Supplier"), value=found.supplier.name if found.supplier else ""),
            Fact(label=_("Warehouse"), value=found.warehouse.name),
            Fact(label=_("Plan run"), value=found.run.number, kind="code", url=reverse("planning:run", args=[found.run_id])),
            Fact(label=_("Became"), value=_("Open it") if document else "", url=document),
        ],
        lines=_reasons(found),
        more_lines=[_suppliers(found)] if found.kind == Proposal.Kind.BUY else [],
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
    )


def _verbs(found: Proposal) -> list[Verb]:
    stands = found.state in STANDING

    def verb(name: str, label: str, icon: str, method: Literal["get", "post"] = "post") -> Verb:
        return Verb(
            name=name,
            label=label,
            url=reverse(f"planning:{name}", args=[found.pk]),
            permission=ACCEPT,
            method=method,
            icon=icon,
            enabled=stands,
            reason="" if stands else _("It is not open any more."),
        )

    return [
        verb("accept", _("Accept proposal"), "check"),
        verb("firm", _("Fix it"), "lock", method="get"),
        verb("withdraw", _("Give it up"), "x"),
    ]


def _reasons(found: Proposal) -> Lines:
    """What the proposal serves, what that is for, and so on up to those who asked."""
    ref = DocumentRef(found.document_kind, found.document_id) if found.document_id else DocumentRef("proposal", found.pk)
    links = [link for link in trace_demands([ref]) if link.supply != ref or link.product_id == found.product_id]
    rows = demand_tree(ref, links or links_of_proposal(found))
    cards = describe({row.link.demand for row in rows})

    def words(row: Branch) -> str:
        card = cards.get(row.link.demand)
        name = f"{card.label} {card.number}" if card else end_words(row.link.demand.kind)
        return f"{'· ' * row.depth}{name}"

    def url(row: Branch) -> str:
        card = cards.get(row.link.demand)
        return card.url if card else ""

    columns = (
        Column(name="demand", label=_("Needed for"), text=words, url=url),
        Column(name="sku", label=_("Product"), field="link__sku", kind="code"),
        Column(name="quantity", label=_("Quantity"), field="link__quantity", kind="quantity"),
        Column(name="demand_date", label=_("Needed by"), field="link__demand_date", kind="date"),
        Column(name="supply_date", label=_("There by"), field="link__supply_date", kind="date"),
        Column(name="late_days", label=_("Days late"), field="link__late_days", kind="number", blank_zero=True),
    )
    return Lines(columns=columns, rows=rows, title=_("Why?"))


def _suppliers(found: Proposal) -> Lines:
    rows = [{"id": i, **one} for i, one in enumerate(found.choice.get("candidates", ()))]
    columns = (
        Column(name="supplier", label=_("Supplier"), kind="code"),
        Column(name="agreement", label=_("Agreement"), kind="code"),
        Column(name="each", label=_("Price of one"), text=lambda row: row.get("each", "")),
        Column(name="lead_days", label=_("Lead days"), kind="number"),
        Column(name="lost", label=_("Outcome"), text=lambda row: _outcome(str(row.get("lost", "")))),
    )
    return Lines(columns=columns, rows=rows, title=_("Who could supply it"))


def _outcome(code: str) -> str:
    return {
        "": _("Chosen"),
        "not_preferred": _("Another one is preferred"),
        "dearer": _("Dearer"),
        "slower": _("Slower"),
        "inactive": _("Inactive"),
        "blocked": _("Blocked"),
        "not_valid": _("Not valid on that day"),
        "no_price": _("No price"),
        "no_rate": _("No exchange rate"),
    }.get(code, code)


@requires(ACCEPT)
def firm(request: CompanyRequest, pk: int) -> HttpResponse:
    """Fix a proposal: its quantity and day may be changed on the way."""
    assert request.actor is not None
    actor, at = request.actor, clock.now()
    with company_scope(actor, read_only=True):
        found = list_proposals().filter(pk=pk).first()
    if found is None:
        raise Http404
    form = ProposalForm(request.POST or None, proposal=found)
    page = reverse("planning:proposal", args=[pk])
    if request.method == "POST" and form.is_valid():
        work = partial(change_proposals, changes=[form.change()], actor=actor, at=at)
        gone_on, _result = submit_form(request, form, work, done=_("The proposal is firm."))
        if gone_on:
            return redirect(page)
    context = {
        "form": form,
        "heading": _("Fix %(number)s") % {"number": found.number},
        "lead": _("Later runs leave a firm proposal alone and plan around it."),
        "submit": _("Fix it"),
        "back_url": page,
    }
    with company_scope(actor, read_only=True):
        return render(request, "screens/form_page.html", context)


def withdraw(request: HttpRequest, pk: int) -> None:
    withdraw_proposals(proposal_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


def accept(request: HttpRequest, pk: int) -> None:
    accept_proposals(proposal_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]
