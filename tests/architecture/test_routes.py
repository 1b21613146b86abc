"""Deny by default: every address says what permission it needs, or stands on the list of open doors."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from erp.identity.api_permissions import DeclaredPermission, permission_of
from erp.identity.roles import PERMISSIONS

# Addresses that need no permission: before log-in, of one's own person, or the same for every member of a company.
OPEN = {
    "healthz": "for supervisors",
    "readyz": "for load balancers",
    "home": "each tile asks for its own permission",
    "jump": "finds only what the reader may open",
    "language": "of one's own person",
    "theme": "of one's own person",
    "login": "before log-in",
    "logout": "of one's own person",
    "password_reset": "before log-in",
    "password_reset_done": "before log-in",
    "password_reset_confirm": "before log-in",
    "password_reset_complete": "before log-in",
    "invitation": "before log-in",
    "switch_company": "checks the membership itself",
    "kit": "shows made-up data",
    "kit_products": "shows made-up data",
    "comment": "asks for the permission of the kind of document",
    "attach": "asks for the permission of the kind of document",
    "file": "asks for the permission of the kind of document",
    "remove_file": "asks for the permission of the kind of document",
    "news": "of documents the reader may open",
    "news_count": "of documents the reader may open",
    "news_seen": "of one's own person",
    "follow": "asks for the permission of the kind of document",
    "unfollow": "of one's own person",
    "schedule": "asks for the permission of the kind of document",
    "complete_task": "asks for the permission of the kind of document, or is of one's own",
    "schema": "the description of the API is public",
    "docs": "the description of the API is public",
}
NOT_FOUND = {"api/v1/"}


def routes(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        else:
            yield path, pattern


def api_routes() -> list[tuple[str, Any, str]]:
    """(path, view class, action) of each method of each resource."""
    found = []
    for path, pattern in routes():
        view = getattr(pattern.callback, "cls", None)
        if view is not None and pattern.name not in OPEN:
            found += [(path, view, action) for action in set((getattr(pattern.callback, "actions", None) or {"": ""}).values())]
    return found


def test_every_page_declares_its_permission_or_is_an_open_door() -> None:
    wrong = []
    for path, pattern in routes():
        if hasattr(pattern.callback, "cls") or path in NOT_FOUND:
            continue
        permission = getattr(pattern.callback, "permission", None)
        if permission not in PERMISSIONS and not (permission in {"", "public"} and pattern.name in OPEN):
            wrong.append(f"{path} ({pattern.name}): {permission!r}")
    assert wrong == []


def test_every_action_of_every_resource_declares_its_permission() -> None:
    wrong = []
    for path, view, action in api_routes():
        declared = permission_of(
            SimpleNamespace(
                permissions=getattr(view, "permissions", {}), action=action, permission=getattr(view, "permission", None)
            )
        )
        if declared not in PERMISSIONS or DeclaredPermission not in view.permission_classes:
            wrong.append(f"{path} {action}: {declared!r}")
    assert api_routes()
    assert wrong == []


def test_no_resource_declares_a_permission_for_an_action_it_does_not_have() -> None:
    ghosts = [
        f"{view.__name__}.{name}"
        for _, view, _ in api_routes()
        for name in getattr(view, "permissions", {})
        if not hasattr(view, name)
    ]
    assert ghosts == []


def test_every_open_door_is_still_there() -> None:
    assert OPEN.keys() - {pattern.name for _, pattern in routes()} == set()


def test_a_route_without_a_permission_is_noticed() -> None:
    assert permission_of(SimpleNamespace(action="list", permissions={})) is None
    assert not DeclaredPermission().has_permission(SimpleNamespace(user=None), SimpleNamespace(action="list"))  # type: ignore[arg-type]
