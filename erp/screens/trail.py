"""The way back: breadcrumbs that keep the filtered list a record was opened from, and its neighbours there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise

from erp.screens.list_query import ListQuery, beyond, value_at
from erp.screens.lists import ListScreen

Label = str | Promise


@dataclass(frozen=True)
class Crumb:
    label: Label
    url: str = ""


@dataclass(frozen=True)
class Trail:
    """Breadcrumbs and neighbours; empty addresses where there is none."""

    crumbs: Sequence[Crumb] = field(default_factory=tuple)
    previous_url: str = ""
    next_url: str = ""


def find_trail(request: HttpRequest, screen: ListScreen, list_url: str, record_id: Any) -> Trail:
    """The trail of a record of that list. Neighbours cost three small queries, and only when `?list=` is there."""
    asked = request.GET.get("list", "")
    params = QueryDict("" if asked == "all" else asked)
    crumb = Crumb(screen.title, f"{list_url}?{params.urlencode()}" if params else list_url)
    if not asked or screen.row_url is None:
        return Trail((crumb,))
    query = ListQuery(screen, request.actor, params)  # type: ignore[attr-defined]
    here = query.queryset.filter(**{screen.key: record_id}).first()
    if here is None:
        return Trail((crumb,))
    values = [value_at(here, key.path) for key in query.sort_keys]
    urls = []
    for backwards in (True, False):
        around: QuerySet[Any] = query.ordered(backwards=backwards).filter(beyond(query.sort_keys, values, backwards=backwards))
        found = around.first() if around.query.order_by else None
        urls.append(f"{screen.row_url(found)}?{urlencode({'list': asked})}" if found is not None else "")
    return Trail((crumb,), *urls)
