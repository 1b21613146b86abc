"""Deny by default: an API route works only if its view declares the permission of each action."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from erp.core.actor import Actor


class DeclaredPermission(BasePermission):
    """Names the permission that is missing.

    Reads `view.permissions`: {action: permission}, or `view.permission` for all its methods."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, Actor):
            return False
        permission = permission_of(view)
        if permission is not None:
            request.user.ensure(permission)
        return permission is not None


def permission_of(view: Any) -> str | None:
    """The permission a view declares for its current action; None when it declares none."""
    declared: dict[str, str] = getattr(view, "permissions", {})
    action = getattr(view, "action", None)
    if action and action in declared:
        return declared[action]
    return getattr(view, "permission", None)
