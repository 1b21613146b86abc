"""The lists of planning: the worklist of proposals, runs, policies."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.core import clock
from erp.core.actor import Actor
from erp.core.scope import company_scope
from erp.documents.registry import find_url
from erp.identity.queries import company_today
from erp.screens.documents import Lines, LinesTable
from erp.screens.list_query import ListQuery
from erp.screens.lists import Action, BulkOutcome, BulkVerb, Column, First, FirstCount, ListScreen, State
from erp.screens.views.verbs import bulk_each
from scm.planning.drafts import ProposalChange
from scm.planning.filters import GROUPS, ItemPolicyFilter, PlanMessageFilter, PlanRunFilter, ProposalFilter
from scm.planning.messages import LATE, SHORTAGE, SURPLUS, Code
from scm.planning.models import ItemPolicy, PlanRun, Proposal
from scm.planning.operations.accept_proposals import accept_proposals
from scm.planning.operations.fix_proposals import change_proposals, withdraw_proposals
from scm.planning.operations.run_plan import plan_anew
from scm.planning.permissions import ACCEPT, RUN, VIEW
from scm.planning.queries import (
    list_current_messages,
    list_planned_warehouses,
    list_policies,
    list_proposals,
    list_runs,
)

STATES = {
    Proposal.State.OPEN: State(Proposal.State.OPEN.label, "waiting"),
    Proposal.State.FIRM: State(Proposal.State.FIRM.label, "open"),
    Proposal.State.ACCEPTED: State(Proposal.State.ACCEPTED.label, "done"),
    Proposal.State.WITHDRAWN: State(Proposal.State.WITHDRAWN.label, "cancelled"),
}
KINDS = {kind.value: State(kind.label, "open") for kind in Proposal.Kind}
RUN_KINDS = {kind.value: State(kind.label, "done") for kind in PlanRun.Kind}
LOT_RULES = {rule.value: State(rule.label) for rule in ItemPolicy.LotRule}


def _each(perform: Callable[..., object]) -> Callable[[HttpRequest, list[int]], BulkOutcome]:
    """The verb on each of the proposals by itself: `perform(id, actor=..., at=...)`."""

    def run(request: HttpRequest, ids: list[int]) -> BulkOutcome:
        actor: Any = request.actor  # type: ignore[attr-defined]
        at = clock.now()
        with company_scope(actor, read_only=True):
            numbers = dict(Proposal.objects.filter(pk__in=ids).values_list("pk", "number"))
        return bulk_each(request, ids, lambda pk: perform(pk, actor=actor, at=at), lambda pk: numbers.get(pk, str(pk)))

    return run


BULK = (
    BulkVerb(
        name="accept",
        label=_("Accept"),
        permission=ACCEPT,
        perform=_each(lambda pk, **by: accept_proposals(proposal_ids=[pk], **by)),
    ),
    BulkVerb(
        name="firm",
        label=_("Fix"),
        permission=ACCEPT,
        perform=_each(lambda pk, **by: change_proposals(changes=[ProposalChange(proposal_id=pk)], **by)),
    ),
    BulkVerb(
        name="withdraw",
        label=_("Give up"),
        permission=ACCEPT,
        perform=_each(lambda pk, **by: withdraw_proposals(proposal_ids=[pk], **by)),
    ),
)


MESSAGES = {
    Code.PAST_DUE: _("Should have been started already"),
    Code.EXPEDITE: _("Wanted earlier"),
    Code.DE_EXPEDITE: _("Not wanted until later"),
    Code.CANCEL_SURPLUS: _("Not wanted at all"),
    Code.EXCESS: _("More than is wanted"),
    Code.LATE_RECEIPT: _("Late: should have come already"),
    Code.NO_SOURCE: _("Nobody supplies or makes it"),
    Code.CYCLE: _("Made of itself"),
}
SEVERITIES: dict[str, State] = {
    **dict.fromkeys(SHORTAGE, State(_("Shortage"), "bad")),
    **dict.fromkeys(LATE, State(_("Late"), "waiting")),
    **dict.fromkeys(SURPLUS, State(_("Excess"), "open")),
}


def item_url(row: Any) -> str:
    """The item of a message over time."""
    return reverse("planning:item", args=[row.policy]) if row.policy else ""


def message_url(row: Any) -> str:
    """The document that a message is about, else the item."""
    return find_url(row.document_kind, row.document_id, lambda _permission: True) if row.document_id else item_url(row)


EXCEPTIONS = ListScreen(
    name="plan_messages",
    title=_("Exceptions of the plan"),
    permission=VIEW,
    rows=lambda _actor: list_current_messages(),
    columns=(
        Column(name="severity", label=_("About"), kind="state", field="code", states=SEVERITIES, sort="rank"),
        Column(name="sku", label=_("Product"), kind="code", field="product__sku"),
        Column(name="name", label=_("Name"), field="product__name"),
        Column(name="message", label=_("Message"), kind="note", text=lambda row: MESSAGES[Code(row.code)], sort="code"),
        Column(name="document", label=_("Document"), kind="code", field="number", sort=False),
        Column(name="quantity", label=_("Quantity"), kind="quantity", unit="unit"),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="better_date", label=_("Better"), kind="date"),
        Column(name="days", label=_("Days"), kind="number", blank_zero=True),
        Column(name="warehouse", label=_("Warehouse"), field="run__warehouse__code", visible=False),
    ),
    filters=PlanMessageFilter,
    search=("product__sku__istartswith", "product__name"),
    search_hint=_("Product"),
    default_sort="rank,-days",
    row_url=message_url,
    row_label=lambda row: row.product.sku,
    empty=_("The plan is as it should be."),
)
SHOWN = 10
NARROWING_BOTH = {"product", "q"}
HARMLESS = NARROWING_BOTH | {"state", "sort", "density"}


def exceptions_first(actor: Actor, params: QueryDict) -> First | None:
    """What a planner looks at before the proposals, of the product or term asked for; nothing where only some of the proposals
    are asked for, or there is nothing."""
    if params.get("state") != "open" or {name for name in params if params[name]} - HARMLESS:
        return None
    asked = {name: params[name] for name in NARROWING_BOTH if params.get(name)}
    query = ListQuery(EXCEPTIONS, actor, QueryDict(urlencode(asked)))
    rows = query.page().rows[:SHOWN]
    if not rows:
        return None
    counted = dict(query.queryset.order_by().values_list("code").annotate(rows=Count("pk")))
    numbers = {name: sum(counted.get(code, 0) for code in codes) for name, codes in GROUPS.items()}
    links = {"sku": item_url, "document": message_url}
    several = len({row.run.warehouse_id for row in rows}) > 1
    shown = [one for one in EXCEPTIONS.columns if one.visible or (several and one.name == "warehouse")]
    columns = tuple(replace(one, url=links.get(one.name)) for one in shown)
    url, total = reverse("planning:messages"), sum(counted.values())
    return First(
        table=LinesTable(Lines(columns=columns, rows=rows, title=_("Exceptions")), actor),
        counts=[
            FirstCount(
                label=state.label, count=numbers[name], family=state.family, url=f"{url}?{urlencode({**asked, 'about': name})}"
            )
            for name, codes in GROUPS.items()
            if numbers[name] and (state := SEVERITIES[codes[0]])
        ],
        url=f"{url}?{urlencode(asked)}",
        all=_("All exceptions (%(count)s)") % {"count": f"{total:,}"},
        rest=_("Proposals"),
    )


PROPOSALS = ListScreen(
    name="proposals",
    title=_("Planner's worklist"),
    permission=VIEW,
    rows=lambda _actor: list_proposals(),
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="sku", label=_("Product"), kind="code", field="product__sku"),
        Column(name="name", label=_("Name"), field="product__name"),
        Column(name="kind", label=_("How"), kind="state", states=KINDS),
        Column(name="quantity", label=_("Quantity"), kind="quantity", unit="unit"),
        Column(
            name="start_date",
            label=_("Start"),
            kind="date",
            bad=lambda row: bool(row.state == Proposal.State.OPEN and row.start_date <= company_today()),
        ),
        Column(name="need_date", label=_("Needed by"), kind="date"),
        Column(name="supplier", label=_("Supplier"), field="supplier__name"),
        Column(name="state", label=_("State"), kind="state", states=STATES),
        Column(name="run", label=_("Plan run"), kind="code", field="run__number", visible=False),
    ),
    filters=ProposalFilter,
    defaults={"state": "open"},
    search=("number__istartswith", "product__sku__istartswith", "product__name"),
    search_hint=_("Number or product"),
    default_sort="start_date",
    row_url=lambda row: reverse("planning:proposal", args=[row.pk]),
    row_label=lambda row: row.number,
    bulk=BULK,
    first=exceptions_first,
    empty=_("Nothing is proposed."),
)
RUNS = ListScreen(
    name="plan_runs",
    title=_("Plan runs"),
    permission=VIEW,
    rows=lambda _actor: list_runs(),
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="kind", label=_("Kind"), kind="state", states=RUN_KINDS),
        Column(name="warehouse", label=_("Warehouse"), field="warehouse__code"),
        Column(name="reason", label=_("Reason"), kind="note"),
        Column(name="items_planned", label=_("Items"), kind="number"),
        Column(name="proposals_open", label=_("Proposals"), kind="number"),
        Column(name="at", label=_("At"), kind="time"),
    ),
    filters=PlanRunFilter,
    search=("number__istartswith",),
    default_sort="-id",
    row_url=lambda row: reverse("planning:run", args=[row.pk]),
    row_label=lambda row: row.number,
    primary=Action(_("Plan anew"), "planning:warehouses", RUN, icon="refresh"),
    empty=_("Nothing has been planned yet."),
)


def _plan_anew(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    """Each warehouse as at night."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    with company_scope(actor, read_only=True):
        codes = dict(list_planned_warehouses().filter(pk__in=ids).values_list("pk", "code"))
    return bulk_each(
        request, ids, lambda pk: plan_anew(warehouse_id=pk, actor=actor, at=clock.now()), lambda pk: codes.get(pk, str(pk))
    )


WAREHOUSES = ListScreen(
    name="planned_warehouses",
    title=_("Planned warehouses"),
    permission=VIEW,
    rows=lambda _actor: list_planned_warehouses(),
    columns=(
        Column(name="code", label=_("Code"), kind="code"),
        Column(name="name", label=_("Name")),
        Column(name="items", label=_("Planned items"), kind="number"),
        Column(name="run_number", label=_("Last full run"), kind="code"),
        Column(name="run_at", label=_("At"), kind="time"),
        Column(name="proposals", label=_("Proposals"), kind="number"),
    ),
    search=("code__istartswith", "name"),
    search_hint=_("Warehouse"),
    default_sort="code",
    row_url=lambda row: reverse("planning:run", args=[row.run_id]) if row.run_id else "",
    row_label=lambda row: row.code,
    bulk=(
        BulkVerb(
            name="plan",
            label=_("Plan anew"),
            permission=RUN,
            perform=_plan_anew,
            icon="refresh",
            on_row=lambda row, actor: actor.can(RUN),
            as_job="always",
        ),
    ),
    empty=_("No product is planned yet."),
)
POLICIES = ListScreen(
    name="item_policies",
    title=_("Item policies"),
    permission=VIEW,
    rows=lambda _actor: list_policies(),
    columns=(
        Column(name="sku", label=_("Product"), kind="code", field="product__sku"),
        Column(name="name", label=_("Name"), field="product__name"),
        Column(name="warehouse", label=_("Warehouse"), field="warehouse__code"),
        Column(name="safety_stock", label=_("Safety stock"), kind="quantity", unit="unit"),
        Column(name="lot_rule", label=_("Lot rule"), kind="state", states=LOT_RULES),
        Column(name="make_days", label=_("Days to make"), kind="number"),
        Column(name="active", label=_("Active"), kind="flag"),
    ),
    filters=ItemPolicyFilter,
    search=("product__sku__istartswith", "product__name"),
    search_hint=_("Product"),
    default_sort="product__sku",
    row_url=lambda row: reverse("planning:item", args=[row.pk]),
    row_label=lambda row: row.product.sku,
    empty=_("No product is planned yet."),
)


def end_words(kind: str) -> str:
    """An end of a peg that is no document."""
    words = {
        "stock": _("Stock"),
        "safety": _("Safety stock"),
        "excess": _("Excess"),
        "none": _("No source"),
        "phantom": _("Phantom"),
    }
    return str(words.get(kind, kind))
