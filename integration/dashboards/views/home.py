"""Home: my work."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from crm.pipeline.permissions import EDIT_QUOTATIONS
from crm.pipeline.tables import QUOTATIONS
from erp.automation.permissions import VIEW as VIEW_EXCEPTIONS
from erp.automation.tables import INBOX
from erp.automation.timeline import actor_name
from erp.core.actor import Actor
from erp.identity.access import labels_of_actors
from erp.identity.middleware import CompanyRequest
from erp.identity.roles import Role
from erp.receivables.permissions import RECEIVE_PAYMENTS
from erp.receivables.tables import INVOICES
from erp.sales.permissions import CONFIRM_ORDERS, CREDIT_RETURNS, DELIVER_ORDERS, INVOICE_DELIVERIES
from erp.sales.tables import DELIVERIES, ORDERS, RETURNS
from erp.screens.tasks import TASKS
from erp.screens.views.guard import requires
from integration.dashboards.attention import list_attention, list_own_tasks
from integration.dashboards.queries import recent_documents, roles_of
from integration.dashboards.tiles import Tile, read_tile, visible

EXCEPTIONS, RECENT, TASKS_SHOWN = 8, 8, 8
ABOVE_ROLES = {Role.ADMINISTRATOR.value, Role.MANAGING_DIRECTOR.value}  # who look after everybody's exceptions
ALL_EXCEPTIONS = Tile(label=_("Exceptions"), screen=INBOX, url_name="automation:inbox", filters={"state": "open"})
MY_TASKS = Tile(label=_("My tasks"), screen=TASKS, url_name="screens:tasks", filters={"whose": "mine", "state": "open"})
WORK = (
    Tile(
        label=_("Orders to confirm"),
        screen=ORDERS,
        url_name="sales:orders",
        filters={"todo": "confirm"},
        done_with=CONFIRM_ORDERS,
    ),
    Tile(label=_("Waiting for stock"), screen=ORDERS, url_name="sales:orders", filters={"todo": "short"}),
    Tile(
        label=_("Orders to deliver"),
        screen=ORDERS,
        url_name="sales:orders",
        filters={"todo": "deliver"},
        done_with=DELIVER_ORDERS,
    ),
    Tile(
        label=_("Deliveries to invoice"),
        screen=DELIVERIES,
        url_name="sales:deliveries",
        filters={"todo": "invoice"},
        done_with=INVOICE_DELIVERIES,
    ),
    Tile(
        label=_("Returns to credit"),
        screen=RETURNS,
        url_name="sales:returns",
        filters={"todo": "credit"},
        done_with=CREDIT_RETURNS,
    ),
    Tile(
        label=_("Open quotations"),
        screen=QUOTATIONS,
        url_name="pipeline:quotations",
        filters={"state": "draft"},
        done_with=EDIT_QUOTATIONS,
    ),
    Tile(
        label=_("Overdue invoices"),
        screen=INVOICES,
        url_name="receivables:invoices",
        filters={"state": "overdue"},
        done_with=RECEIVE_PAYMENTS,
    ),
)


@requires("", partner=True)
@require_safe
def home(request: CompanyRequest) -> HttpResponse:
    """What waits for me: exceptions of my role, counts that open their lists, what happened last. Suppliers go to the portal."""
    actor = request.actor
    assert actor is not None
    if actor.party_id is not None:
        return redirect("portal:orders")
    roles = own_roles(actor)
    recent = recent_documents(actor.can, limit=RECENT)
    who = labels_of_actors({one.actor for one in recent})
    context: dict[str, Any] = {
        "figures": [read_tile(tile, actor) for tile in tiles_of(actor, roles)],
        "attention": list_attention(actor, roles=roles, limit=EXCEPTIONS),
        "attention_title": _("Exceptions for my role") if roles else _("Exceptions that need somebody"),
        "inbox": mine(roles) if roles else ALL_EXCEPTIONS,
        "sees_exceptions": actor.can(VIEW_EXCEPTIONS),
        "tasks": list_own_tasks(actor, limit=TASKS_SHOWN),
        "all_tasks": MY_TASKS,
        "recent": [(one, actor_name(who, one.actor)) for one in recent],
    }
    return render(request, "integration/dashboards/home.html", context)


def own_roles(actor: Actor) -> list[str]:
    """The roles whose exceptions are this person's; none for those who look after everybody's."""
    roles = roles_of(actor.user_id, actor.company_id)
    return [] if ABOVE_ROLES & set(roles) else roles


def tiles_of(actor: Actor, roles: list[str]) -> list[Tile]:
    """My tasks and exceptions, all exceptions, then the work, what I can do first."""
    first = [MY_TASKS, mine(roles), ALL_EXCEPTIONS] if roles else [MY_TASKS, ALL_EXCEPTIONS]
    work = visible(WORK, actor, lambda tile: 0 if tile.done_with and actor.can(tile.done_with) else 1)
    return visible(first, actor) + work


def mine(roles: list[str]) -> Tile:
    filters = {"state": "open", "owner": roles}
    return Tile(label=_("Exceptions for my role"), screen=INBOX, url_name="automation:inbox", filters=filters)
