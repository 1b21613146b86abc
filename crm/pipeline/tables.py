"""The lists of the pipeline."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.pipeline.filters import OpportunityFilter, QuotationFilter
from crm.pipeline.models import Quotation
from crm.pipeline.operations.accept_quotations import accept_quotations
from crm.pipeline.operations.cancel_quotations import cancel_quotations
from crm.pipeline.permissions import (
    ACCEPT_QUOTATIONS,
    EDIT_OPPORTUNITIES,
    EDIT_QUOTATIONS,
    VIEW_OPPORTUNITIES,
    VIEW_QUOTATIONS,
)
from crm.pipeline.queries import list_opportunities, list_quotations
from crm.pipeline.states import FAMILIES, STAGE_FAMILIES, OpportunityStage, QuotationState
from erp.core.clock import now
from erp.core.scope import company_scope
from erp.screens.lists import Action, BulkOutcome, BulkVerb, Column, ListScreen, State
from erp.screens.views.verbs import bulk_each

STATES = {state: State(state.label, FAMILIES[state]) for state in QuotationState}  # type: ignore[arg-type]
STAGES = {stage: State(stage.label, STAGE_FAMILIES[stage]) for stage in OpportunityStage}  # type: ignore[arg-type]


def _accept(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    actor, numbers = request.actor, _numbers(request, ids)  # type: ignore[attr-defined]
    return bulk_each(request, ids, lambda pk: accept_quotations(quotation_ids=[pk], actor=actor, at=now()), numbers.__getitem__)


def _cancel(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    actor, numbers = request.actor, _numbers(request, ids)  # type: ignore[attr-defined]
    return bulk_each(request, ids, lambda pk: cancel_quotations(quotation_ids=[pk], actor=actor, at=now()), numbers.__getitem__)


def _numbers(request: HttpRequest, ids: list[int]) -> dict[int, str]:
    with company_scope(request.actor, read_only=True):  # type: ignore[attr-defined]
        return dict(Quotation.objects.filter(pk__in=ids).values_list("id", "number"))


QUOTATIONS = ListScreen(
    name="quotations",
    title=_("Quotations"),
    permission=VIEW_QUOTATIONS,
    rows=list_quotations,
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="customer", label=_("Customer"), field="customer__name"),
        Column(name="state", label=_("State"), kind="state", states=STATES),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="promised_date", label=_("Promised"), kind="date", visible=False),
        Column(name="valid_until_date", label=_("Valid until"), kind="date"),
        Column(name="reference", label=_("Reference"), visible=False),
        Column(name="sales_order", label=_("Sales order"), kind="code", field="sales_order__number"),
        Column(name="net", label=_("Net"), kind="money", currency="currency_code", visible=False),
        Column(name="total", label=_("Total"), kind="money", currency="currency_code", total=True),
    ),
    filters=QuotationFilter,
    search=("number__istartswith", "customer__name", "reference"),
    search_hint=_("Number, customer or reference"),
    row_url=lambda row: reverse("pipeline:quotation", args=[row.pk]),
    row_label=lambda row: row.number,
    primary=Action(_("New quotation"), "pipeline:new_quotation", EDIT_QUOTATIONS),
    bulk=(
        BulkVerb(name="accept", label=_("Accept"), permission=ACCEPT_QUOTATIONS, perform=_accept),
        BulkVerb(
            name="cancel",
            label=_("Cancel"),
            permission=EDIT_QUOTATIONS,
            perform=_cancel,
            icon="ban",
            danger=True,
            confirm=_("Cancel %(count)s quotations."),
            confirm_one=_("Cancel this quotation."),
        ),
    ),
    empty=_("There is no quotation yet."),
)
OPPORTUNITIES = ListScreen(
    name="opportunities",
    title=_("Opportunities"),
    permission=VIEW_OPPORTUNITIES,
    rows=list_opportunities,
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="name", label=_("Subject")),
        Column(name="customer", label=_("Customer"), field="customer__name"),
        Column(name="stage", label=_("Stage"), kind="state", states=STAGES),
        Column(name="expected_date", label=_("Expected by"), kind="date"),
        Column(name="expected_amount", label=_("Expected amount"), kind="money", total=True),
        Column(name="weighted", label=_("Weighted"), kind="money", total=True),
        Column(name="chance", label=_("Probability"), kind="percent", places=0),
        Column(name="lost_reason", label=_("Why lost"), visible=False),
    ),
    filters=OpportunityFilter,
    search=("number__istartswith", "name", "customer__name"),
    search_hint=_("Number, subject or customer"),
    row_url=lambda row: reverse("pipeline:opportunity", args=[row.pk]),
    row_label=lambda row: row.number,
    primary=Action(_("New opportunity"), "pipeline:new_opportunity", EDIT_OPPORTUNITIES),
    empty=_("There is no opportunity yet."),
)
