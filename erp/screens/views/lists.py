"""One view for every list: draw it, export it, remember its layout, run a verb on many of its rows."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from erp.core.actor import Actor
from erp.core.scope import company_scope
from erp.core.units import run_unit
from erp.identity.rest.references import as_id
from erp.screens import handover, list_page
from erp.screens.exports import FORMATS, export
from erp.screens.handover import register_screen
from erp.screens.list_layout import Layout, find_layout, save_layout
from erp.screens.list_query import ListQuery, Page
from erp.screens.lists import AT_ONCE, COUNT_LIMIT, MOST_ROWS, Action, BulkOutcome, ListScreen, Refused
from erp.screens.views.guard import guarded

PAGE_TEMPLATE, REGION_TEMPLATE = "screens/list.html", "screens/list_region.html"


def list_view(screen: ListScreen) -> Callable[..., HttpResponseBase]:
    """The view of a list, for urls.py. Its `permission` attribute is the screen's."""

    def view(request: HttpRequest) -> HttpResponseBase:
        if request.method == "POST":
            return _post(screen, request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "POST"])
        if request.GET.get("export") in FORMATS:
            return _export(screen, request)
        return _draw(screen, request, request.GET)

    register_screen(screen)
    view.__name__ = f"list_{screen.name}"
    view.screen = screen  # type: ignore[attr-defined]
    return guarded(view, screen.permission)


def _export(screen: ListScreen, request: HttpRequest) -> HttpResponseBase:
    actor = _actor(request)
    return export(ListQuery(screen, actor, request.GET), find_layout(screen, actor).chosen, request.GET["export"])


def _draw(screen: ListScreen, request: HttpRequest, params: QueryDict, outcome: BulkOutcome | None = None) -> HttpResponse:
    actor = _actor(request)
    query = ListQuery(screen, actor, params)
    layout = find_layout(screen, actor)
    context: dict[str, Any] = {"page": _page(query, layout, params), "screen": screen, "outcome": outcome}
    partial = request.headers.get("HX-Request") == "true" and not request.headers.get("HX-History-Restore-Request")
    response = render(request, REGION_TEMPLATE if partial else PAGE_TEMPLATE, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _page(query: ListQuery, layout: Layout, params: QueryDict) -> list_page.ListPage:
    screen, actor = query.screen, query.actor
    page, count = query.page(), query.count()
    kept = params.copy()
    for name in ("after", "before", "export"):
        kept.pop(name, None)
    chips, free = list_page.make_chips(query.filterset, kept, screen.defaults)
    totals = query.totals() if page.rows and count <= COUNT_LIMIT else {}
    return list_page.ListPage(
        screen=screen,
        layout=layout,
        headers=list_page.make_headers(layout, query.sort_keys, params),
        rows=list_page.make_rows(screen, layout.chosen, page.rows, kept.urlencode() or "all", actor),
        count=count,
        first=page.first,
        after_url=_turn(kept, "after", page),
        before_url=_turn(kept, "before", page),
        chips=chips,
        unknown=list_page.make_unknown(query.unknown),
        free_fields=free,
        kept=[("sort", str(params["sort"]))] if params.get("sort") else [],
        totals=list_page.make_totals(layout.chosen, totals),
        term=query.term,
        query=kept.urlencode(),
        primary=_if_allowed(screen.primary, actor),
        empty_action=_if_allowed(screen.empty_action or screen.primary, actor),
        bulk=screen.bulk_for(actor),
        above=screen.first(actor, query.params) if screen.first and page.first == 1 else None,
    )


def _turn(kept: QueryDict, direction: str, page: Page) -> str:
    cursor = getattr(page, direction)
    if not cursor:
        return ""
    copy = kept.copy()
    copy[direction] = cursor
    return f"?{copy.urlencode()}"


def _if_allowed(action: Action | None, actor: Actor) -> Action | None:
    return action if action and (not action.permission or actor.can(action.permission)) else None


def _post(screen: ListScreen, request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    if request.POST.get("save") == "layout":
        return _save_layout(screen, actor, request)
    outcome = _run_bulk(screen, actor, request)
    if isinstance(outcome, str):
        return HttpResponse(status=204, headers={"HX-Redirect": outcome})
    with company_scope(actor, read_only=True):
        return _draw(screen, request, QueryDict(request.POST.get("query", "")), outcome)


def _save_layout(screen: ListScreen, actor: Actor, request: HttpRequest) -> HttpResponse:
    try:
        widths = json.loads(request.POST.get("widths") or "{}")
    except ValueError:
        widths = {}
    columns, density = request.POST.getlist("columns"), request.POST.get("density", "normal")
    run_unit(actor, lambda: save_layout(screen, actor, columns=columns, widths=widths, density=density))
    with company_scope(actor, read_only=True):
        return _draw(screen, request, QueryDict(request.POST.get("query", "")))


def _run_bulk(screen: ListScreen, actor: Actor, request: HttpRequest) -> BulkOutcome | str:
    """What came of the verb; for many rows the address of the background work that does it."""
    verb = next((v for v in screen.bulk_for(actor) if v.name == request.POST.get("verb")), None)
    if verb is None:
        return BulkOutcome(done=0)
    rows = _ticked(screen, actor, request)
    if len(rows) > MOST_ROWS:
        text = _("More than %(most)s rows match. Narrow the list first; nothing was done.") % {"most": f"{MOST_ROWS:,}"}
        return BulkOutcome(done=0, refused=[Refused(str(screen.title), text)])
    at_once = {"many": AT_ONCE, "always": 0, "never": MOST_ROWS}[verb.as_job]
    if len(rows) > at_once and (hand_over := handover.bound()):
        return hand_over(screen, verb, rows, actor)
    return verb.perform(request, rows)


def _ticked(screen: ListScreen, actor: Actor, request: HttpRequest) -> list[int]:
    """The rows meant: all that match, or the ticked ones as far as the reader's list contains them."""
    with company_scope(actor, read_only=True):
        query = ListQuery(screen, actor, QueryDict(request.POST.get("query", "")))
        if request.POST.get("all") == "1":
            return query.ids(MOST_ROWS + 1)
        asked = [number for text in request.POST.getlist("ids") if (number := as_id(text))]
        known = set(screen.rows(actor).filter(**{f"{screen.key}__in": asked}).values_list(screen.key, flat=True))
        return [key for key in asked if key in known]


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
