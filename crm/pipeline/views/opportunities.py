"""The page of an opportunity, its form and the moves between stages."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.pipeline.drafts import OpportunityMove
from crm.pipeline.forms import LostForm, OpportunityForm
from crm.pipeline.models import Opportunity
from crm.pipeline.operations.move_opportunities import move_opportunities
from crm.pipeline.operations.save_opportunities import save_opportunities
from crm.pipeline.permissions import EDIT_OPPORTUNITIES, EDIT_QUOTATIONS, VIEW_OPPORTUNITIES
from crm.pipeline.queries import find_customer, get_opportunity, quotations_of
from crm.pipeline.states import STAGE_FAMILIES, STAGE_TRANSITIONS, OpportunityStage
from crm.pipeline.tables import OPPORTUNITIES
from crm.pipeline.timeline import read_timeline
from erp.core.clock import now
from erp.core.errors import NotFound
from erp.core.events import DocumentRef
from erp.core.scope import company_scope
from erp.identity.middleware import CompanyRequest
from erp.screens.conflicts import noting_conflicts
from erp.screens.documents import DocumentPage, Fact, Related, Step, Verb, steps_to
from erp.screens.forms import submit_form
from erp.screens.trail import Crumb, Trail, find_trail
from erp.screens.views.guard import requires
from erp.screens.views.verbs import seen_version

STAGE = OpportunityStage
ROAD = (STAGE.NEW, STAGE.QUALIFIED, STAGE.PROPOSAL, STAGE.WON)


@requires(VIEW_OPPORTUNITIES)
@require_safe
def opportunity(request: CompanyRequest, pk: int) -> HttpResponse:
    """One opportunity: how far it is and what it is worth."""
    return render(request, "screens/document.html", {"document": _page(request, _find(request, pk))})


@requires(EDIT_OPPORTUNITIES)
def new_opportunity(request: CompanyRequest) -> HttpResponse:
    """Open an opportunity."""
    return _edit(request, None)


@requires(EDIT_OPPORTUNITIES)
def edit_opportunity(request: CompanyRequest, pk: int) -> HttpResponse:
    """Change an opportunity."""
    return _edit(request, pk)


def move(request: HttpRequest, pk: int, stage: str) -> None:
    """Into another stage; losing asks for the reason first."""
    moves = [OpportunityMove(id=pk, stage=stage, version=seen_version(request))]
    move_opportunities(moves=moves, actor=request.actor, at=now())  # type: ignore[attr-defined]


@requires(EDIT_OPPORTUNITIES)
def lose(request: CompanyRequest, pk: int) -> HttpResponse:
    """Say why it is lost."""
    assert request.actor is not None
    form = LostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        moves = [OpportunityMove(id=pk, stage=STAGE.LOST, lost_reason=form.cleaned_data["lost_reason"])]
        gone_well, _result = submit_form(
            request,
            form,
            lambda: move_opportunities(moves=moves, actor=request.actor, at=now()),
            done=_("Marked as lost."),
        )
        if gone_well:
            return redirect("pipeline:opportunity", pk)
    with company_scope(request.actor, read_only=True):
        row = _find(request, pk)
        back = reverse("pipeline:opportunity", args=[pk])
        heading = _("%(number)s is lost") % {"number": row.number}
        context = {"form": form, "heading": heading, "submit": _("Mark as lost"), "back_url": back}
        return render(request, "screens/form_page.html", context)


def _edit(request: CompanyRequest, pk: int | None) -> HttpResponse:
    assert request.actor is not None
    with company_scope(request.actor, read_only=True):
        row = _find(request, pk) if pk else None
        initial = _initial(row) if row else {"customer": request.GET.get("customer", ""), "expected_amount": "0"}
        form = OpportunityForm(request.POST or None, initial=initial)
        valid = form.is_valid()
        customer = find_customer(form.cleaned_data["customer"]) if valid else None
        if valid and customer is None:
            code = form.cleaned_data["customer"]
            form.add_error("customer", _("There is no customer “%(code)s”. Pick one from the list.") % {"code": code})
    if request.method == "POST" and customer:
        draft = form.draft(customer_id=customer.pk, opportunity=row)
        save = noting_conflicts(form, lambda: save_opportunities(opportunities=[draft], actor=request.actor, at=now()))
        gone_well, ids = submit_form(request, form, save, done=_("Opportunity saved."), names={"probability": "chance"})
        if gone_well:
            saved = pk or (ids[0] if ids else None)
            return redirect("pipeline:opportunity", saved) if saved else redirect("pipeline:opportunities")
    heading = _("Edit %(number)s") % {"number": row.number} if row else _("New opportunity")
    back = reverse("pipeline:opportunity", args=[pk]) if pk else reverse("pipeline:opportunities")
    context = {"form": form, "heading": heading, "submit": _("Save opportunity"), "back_url": back}
    context["trail"] = Trail((Crumb(OPPORTUNITIES.title, reverse("pipeline:opportunities")),))
    with company_scope(request.actor, read_only=True):
        return render(request, "crm/pipeline/opportunity_form.html", context)


def _initial(row: Opportunity) -> dict[str, object]:
    return {
        "version": row.version,  # type: ignore[attr-defined]
        "customer": row.customer.code,
        "name": row.name,
        "expected_amount": f"{row.expected_amount.normalize():f}",
        "chance": f"{(row.probability * 100).normalize():f}",
        "expected_date": row.expected_date.isoformat() if row.expected_date else "",
    }


def _find(request: CompanyRequest, pk: int) -> Opportunity:
    assert request.actor is not None
    try:
        return get_opportunity(opportunity_id=pk, actor=request.actor)
    except NotFound as missing:
        raise Http404(missing.sentence) from missing


def _page(request: CompanyRequest, row: Opportunity) -> DocumentPage:
    assert request.actor is not None and request.company is not None
    currency = request.company.currency_code
    return DocumentPage(
        number=row.number,
        title=_("Customer"),
        type_label=row.name,
        state_label=row.get_stage_display(),
        state_family=STAGE_FAMILIES[STAGE(row.stage)],  # type: ignore[arg-type]
        actor=request.actor,
        party=row.customer.name,
        party_url=reverse("customers:customer", args=[row.customer_id]),
        trail=find_trail(request, OPPORTUNITIES, reverse("pipeline:opportunities"), row.pk),
        key_amount=Fact(label=_("Expected amount"), value=row.expected_amount, kind="money", unit=currency),
        key_date=Fact(label=_("Expected by"), value=row.expected_date, kind="date"),
        steps=_steps(row),
        verbs=_verbs(row),
        facts=[
            Fact(label=_("Probability"), value=row.probability * 100, kind="percent"),
            Fact(label=_("Weighted"), value=row.expected_amount * row.probability, kind="money", unit=currency),
            *([Fact(label=_("Why lost"), value=row.lost_reason)] if row.lost_reason else []),
        ],
        related=[
            Related(_("Quotation"), q.number, reverse("pipeline:quotation", args=[q.pk]), q.get_state_display(), "draft")
            for q in quotations_of(row.pk)
        ],
        timeline=read_timeline(DocumentRef("opportunity", row.pk), Opportunity),
        comment_url=reverse("screens:comment", args=["opportunity", row.pk]),
    )


def _steps(row: Opportunity) -> list[Step]:
    if row.stage == STAGE.LOST:
        return [Step(STAGE.LOST.label, "bad")]
    return steps_to([(str(stage), stage.label) for stage in ROAD], row.stage, finished=row.stage == STAGE.WON)


def _verbs(row: Opportunity) -> list[Verb]:
    allowed = STAGE_TRANSITIONS[STAGE(row.stage)]
    onward = [stage for stage in ROAD if stage in allowed]
    ahead = [stage for stage in onward if row.stage == STAGE.LOST or ROAD.index(stage) > ROAD.index(STAGE(row.stage))]
    moves = [
        Verb(
            name=str(stage),
            label=_("Move to “%(stage)s”") % {"stage": stage.label},
            url=reverse("pipeline:move_opportunity", args=[row.pk, stage.value]),
            permission=EDIT_OPPORTUNITIES,
            icon="arrow-right",
            fields={"version": row.version},  # type: ignore[attr-defined]
        )
        for stage in [*ahead, *(stage for stage in onward if stage not in ahead)]
    ]
    quote_url = f"{reverse('pipeline:new_quotation')}?customer={row.customer.code}&opportunity={row.pk}"
    rest = [
        Verb(name="quote", label=_("New quotation"), url=quote_url, permission=EDIT_QUOTATIONS, method="get", icon="file-text"),
        Verb(
            name="edit",
            label=_("Edit opportunity"),
            url=reverse("pipeline:edit_opportunity", args=[row.pk]),
            permission=EDIT_OPPORTUNITIES,
            method="get",
            icon="pencil",
        ),
    ]
    if STAGE.LOST in allowed:
        lost_url = reverse("pipeline:lose_opportunity", args=[row.pk])
        rest.append(
            Verb(name="lost", label=_("Mark as lost"), url=lost_url, permission=EDIT_OPPORTUNITIES, method="get", icon="mood-sad")
        )
    return moves + rest
