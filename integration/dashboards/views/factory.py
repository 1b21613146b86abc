"""The dashboards of purchasing and production, and the buyer's desk."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from erp.automation.permissions import VIEW as VIEW_EXCEPTIONS
from erp.core import clock
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.identity.roles import Role
from erp.screens.figures import Chart
from erp.screens.views.guard import requires
from integration.dashboards.attention import list_attention
from integration.dashboards.desk import list_waiting
from integration.dashboards.factory_boards import (
    PRODUCTION_TILES,
    PURCHASING,
    list_tiles,
    production_charts,
    purchasing_charts,
)
from integration.dashboards.figures import EXCEPTIONS
from integration.dashboards.permissions import VIEW_DESK, VIEW_PRODUCTION, VIEW_PURCHASING
from integration.dashboards.tiles import Tile

SHOWN = 6


@requires(VIEW_PURCHASING)
@require_safe
def purchasing(request: CompanyRequest) -> HttpResponse:
    """What is on order, late, not billed and held, and how suppliers keep their word."""
    return _draw(request, _("Purchasing"), PURCHASING, purchasing_charts, Role.BUYER)


@requires(VIEW_PRODUCTION)
@require_safe
def production(request: CompanyRequest) -> HttpResponse:
    """What is being made, what it waits for, what lies in it."""
    return _draw(request, _("Production"), PRODUCTION_TILES, production_charts, Role.PLANNER)


@requires(VIEW_DESK)
@require_safe
def buyers_desk(request: CompanyRequest) -> HttpResponse:
    """What waits for a buyer, list by list."""
    assert request.actor is not None
    context = {"waiting": list_waiting(request.actor), "as_of": clock.now()}
    return render(request, "integration/dashboards/desk.html", context)


def _draw(
    request: CompanyRequest,
    title: str,
    tiles: tuple[Tile, ...],
    charts: Callable[..., list[Chart]],
    owner: str,
) -> HttpResponse:
    actor = request.actor
    assert actor is not None and request.company is not None
    context = {
        "title": title,
        "figures": list_tiles(tiles, actor),
        "charts": charts(actor, company_today(), request.company.currency_code),
        "attention": list_attention(actor, roles=[owner], limit=SHOWN),
        "attention_title": _("Exceptions that need somebody"),
        "inbox": EXCEPTIONS,
        "sees_exceptions": actor.can(VIEW_EXCEPTIONS),
        "as_of": clock.now(),
    }
    return render(request, "integration/dashboards/board.html", context)
