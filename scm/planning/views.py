"""The pages of a plan run and of a proposal."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.timeline import DocumentStory
from erp.core import clock
from erp.core.events import DocumentRef
from erp.documents.registry import describe, find_url
from erp.identity.access import label_of_actor
from erp.identity.middleware import CompanyRequest
from erp.screens.columns import product_column
from erp.screens.documents import DocumentPage, Fact, Lines, Verb
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires
from scm.planning.models import Peg, PlanRun, Proposal
from scm.planning.operations.accept_proposals import accept_proposals
from scm.planning.permissions import ACCEPT, VIEW
from scm.planning.queries import find_run, list_proposals, list_run_items, pegs_of_proposal
from scm.planning.tables import KINDS, PROPOSALS, RUN_KINDS, RUNS, STATES


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
    is_open = found.state == Proposal.State.OPEN
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
        verbs=[
            Verb(
                name="accept",
                label=_("Accept proposal"),
                url=reverse("planning:accept", args=[found.pk]),
                permission=ACCEPT,
                icon="check",
                enabled=is_open,
                reason="" if is_open else _("It is not open any more."),
            )
        ],
        facts=[
            Fact(label=_("How"), value=KINDS[found.kind].label),
            Fact(label=_("Start"), value=found.start_date, kind="date"),
            Fact(label=_("Supplier"), value=found.supplier.name if found.supplier else ""),
            Fact(label=_("Warehouse"), value=found.warehouse.name),
            Fact(label=_("Plan run"), value=found.run.number, kind="code", url=reverse("planning:run", args=[found.run_id])),
            Fact(label=_("Became"), value=_("Open it") if document else "", url=document),
        ],
        lines=_reasons(list(pegs_of_proposal(found))),
        more_lines=[_suppliers(found)] if found.kind == Proposal.Kind.BUY else [],
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
    )


def _reasons(pegs: Sequence[Peg]) -> Lines:
    """What the proposal serves."""
    cards = describe(DocumentRef(p.demand_kind, p.demand_id) for p in pegs)

    def words(peg: Peg) -> str:
        card = cards.get(DocumentRef(peg.demand_kind, peg.demand_id))
        return (
            f"{card.label} {card.number}"
            if card
            else {"safety": _("Safety stock"), "excess": _("Excess")}.get(peg.demand_kind, "")
        )

    def url(peg: Peg) -> str:
        card = cards.get(DocumentRef(peg.demand_kind, peg.demand_id))
        return card.url if card else ""

    columns = (
        Column(name="demand", label=_("Needed for"), text=words, url=url),
        Column(name="quantity", label=_("Quantity"), kind="quantity"),
        Column(name="demand_date", label=_("Needed by"), kind="date"),
        Column(name="supply_date", label=_("There by"), kind="date"),
        Column(name="late_days", label=_("Days late"), kind="number", blank_zero=True),
    )
    return Lines(columns=columns, rows=pegs, title=_("Why?"))


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


def accept(request: HttpRequest, pk: int) -> None:
    accept_proposals(proposal_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]
