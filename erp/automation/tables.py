"""The inbox of exceptions and the rules of automation."""

from typing import Any

from django.db.models import QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.automation.actions import find_action
from erp.automation.filters import RULE_STATES, ExceptionFilter, RuleFilter
from erp.automation.models import ExceptionItem, Rule
from erp.automation.operations.reopen_exceptions import reopen_exceptions
from erp.automation.operations.run_exceptions import run_exceptions
from erp.automation.operations.settle_exceptions import settle_exceptions
from erp.automation.permissions import MANAGE_RULES, SETTLE, VIEW
from erp.automation.queries import can_settle, rules_as_of, sentence_of, verb_choices, words_of
from erp.core import clock
from erp.core.actor import Actor
from erp.core.scope import company_scope
from erp.documents.registry import find_kind, find_url
from erp.identity.queries import company_facts, company_today
from erp.identity.roles import Role
from erp.screens import formats
from erp.screens.lists import Action, BulkOutcome, BulkVerb, Column, Family, ListScreen, State
from erp.screens.views.verbs import bulk_each

ROLES = dict(Role.choices)
ITEM_STATES = {
    ExceptionItem.State.OPEN: State(ExceptionItem.State.OPEN.label, "waiting"),
    ExceptionItem.State.DONE: State(ExceptionItem.State.DONE.label, "done"),
    ExceptionItem.State.DISMISSED: State(ExceptionItem.State.DISMISSED.label, "cancelled"),
}
FAMILIES: dict[str, Family] = {"in_force": "done", "planned": "draft", "ended": "cancelled"}
RULE_WORDS = {name: State(label, FAMILIES[name]) for name, label in RULE_STATES}
WORDS_OF_CONDITION = {
    "customer": _("Customer"),
    "warehouse": _("Warehouse"),
    "currency": _("Currency"),
    "partial_delivery": _("Partial delivery allowed"),
    "complete": _("Completely reserved"),
}


def can_run(item: ExceptionItem, actor: Actor) -> bool:
    """Whether the one click is for this person."""
    action = find_action(item.verb, item.kind)
    return item.state == ExceptionItem.State.OPEN and action is not None and actor.can(action.permission)


def kind_of(item: ExceptionItem) -> str:
    kind = find_kind(item.kind)
    return str(kind.label) if kind else item.kind


def age_of(item: ExceptionItem) -> str:
    """How long it has waited, or had to wait."""
    return formats.duration(((item.settled_at or clock.now()) - item.raised_at).total_seconds())


def document_url(item: ExceptionItem) -> str:
    return find_url(item.kind, item.document_id, lambda _permission: True)


def condition_of(rule: Rule) -> str:
    """The condition in words: "Customer = C-1001"; a name nobody registered stands as it is."""
    return ", ".join(f"{WORDS_OF_CONDITION.get(name, name)} = {_value(value)}" for name, value in rule.condition.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    return str(value)


def _each(request: HttpRequest, ids: list[int], perform: Any) -> BulkOutcome:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = clock.now()
    with company_scope(actor, read_only=True):
        numbers = dict(ExceptionItem.objects.filter(pk__in=ids).values_list("pk", "number"))
    return bulk_each(request, ids, lambda pk: perform([pk], actor, at), lambda pk: numbers.get(pk, str(pk)))


def run_many(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    return _each(request, ids, lambda ids, actor, at: run_exceptions(exception_ids=ids, actor=actor, at=at))


def dismiss_many(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    def dismiss(ids: list[int], actor: Actor, at: Any) -> int:
        return settle_exceptions(exception_ids=ids, outcome=ExceptionItem.State.DISMISSED, actor=actor, at=at)

    return _each(request, ids, dismiss)


def reopen_many(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    return _each(request, ids, lambda ids, actor, at: reopen_exceptions(exception_ids=ids, actor=actor, at=at))


def list_rules(actor: Actor) -> QuerySet[Any]:
    return rules_as_of(company_today()).annotate(company_currency=Value(company_facts(actor.company_id).currency_code))


INBOX = ListScreen(
    name="exceptions",
    title=_("Inbox"),
    permission=VIEW,
    rows=lambda _actor: ExceptionItem.objects.all(),
    columns=(
        Column(name="number", label=_("Document"), kind="code"),
        Column(name="kind", label=_("Kind"), text=kind_of, sort=False, visible=False),
        Column(name="verb", label=_("To do"), text=lambda row: words_of(row.verb, row.kind)),
        Column(name="reason", label=_("Why it waits"), kind="note", text=lambda row: sentence_of(row.reason), sort=False),
        Column(name="owner", label=_("Owner"), field="owner_role", text=lambda row: ROLES.get(row.owner_role, row.owner_role)),
        Column(name="age", label=_("Waiting for"), text=age_of, sort="raised_at"),
        Column(name="raised_at", label=_("Since"), kind="time", visible=False),
        Column(name="state", label=_("State"), kind="state", states=ITEM_STATES),
        Column(name="settled_at", label=_("Settled at"), kind="time", visible=False),
    ),
    filters=ExceptionFilter,
    search=("number__istartswith",),
    search_hint=_("Number of the document"),
    defaults={"state": ExceptionItem.State.OPEN.value},
    default_sort="-id",
    row_url=document_url,
    row_label=lambda row: row.number,
    bulk=(
        BulkVerb(name="run", label=_("Run"), permission=SETTLE, perform=run_many, icon="player-play", on_row=can_run),
        BulkVerb(
            name="dismiss",
            label=_("Dismiss"),
            permission=SETTLE,
            perform=dismiss_many,
            icon="x",
            danger=True,
            confirm=_("Dismiss %(count)s exceptions. Nothing is done about their documents."),
            confirm_one=_("Dismiss this exception. Nothing is done about its document."),
            on_row=lambda row, actor: row.state == ExceptionItem.State.OPEN and can_settle(row, actor),
        ),
        BulkVerb(
            name="reopen",
            label=_("Reopen"),
            permission=SETTLE,
            perform=reopen_many,
            icon="arrow-back-up",
            on_row=lambda row, actor: row.state == ExceptionItem.State.DISMISSED and can_settle(row, actor),
        ),
    ),
    empty=_("Nothing waits for anybody. What automation must not do by itself comes here."),
)
RULES = ListScreen(
    name="automation_rules",
    title=_("Automation rules"),
    permission=MANAGE_RULES,
    rows=list_rules,
    columns=(
        Column(name="name", label=_("Name")),
        Column(name="verb", label=_("Step"), text=lambda row: dict(verb_choices()).get(row.verb, row.verb)),
        Column(name="state", label=_("State"), kind="state", states=RULE_WORDS, sort=False),
        Column(name="condition", label=_("Only for"), text=condition_of, sort=False),
        Column(name="limit", label=_("Up to"), kind="money", field="limit_amount", currency="company_currency"),
        Column(name="valid_from", label=_("Valid from"), kind="date", field="valid_from_date"),
        Column(name="valid_to", label=_("Valid to"), kind="date", field="valid_to_date"),
        Column(name="priority", label=_("Priority"), kind="number"),
    ),
    filters=RuleFilter,
    search=("name",),
    default_sort="verb,-priority",
    row_url=lambda row: reverse("automation:rule", args=[row.pk]),
    row_label=lambda row: row.name,
    primary=Action(_("New rule"), "automation:new_rule", MANAGE_RULES),
    empty=_("There is no rule yet: Weft leaves every step to people."),
)
