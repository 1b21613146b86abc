"""The door of a screen: signed in, in a company, permitted."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from erp.core.errors import CompanyClosed

View = Callable[..., HttpResponseBase]


def guarded(view: View, permission: str, *, staff: bool = False) -> View:
    """The view behind its permission; `permission` "" means every member of the company.

    The wrapped function carries `.permission`, which the architecture tests read.
    """

    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = getattr(request, "actor", None)
        closed = getattr(request, "closed_company", None)
        if closed:
            context = {"closed": closed, "sentence": CompanyClosed().sentence}
            return render(request, "identity/company_closed.html", context, status=403)
        if not request.user.is_authenticated or actor is None:
            return redirect_to_login(request.get_full_path())
        if (staff and not request.user.is_staff) or (permission and not actor.can(permission)):
            raise PermissionDenied(permission)
        return view(request, *args, **kwargs)

    guard.permission = permission  # type: ignore[attr-defined]
    return guard


def requires(permission: str, *, staff: bool = False) -> Callable[[View], View]:
    """Decorator form of `guarded`."""
    return lambda view: guarded(view, permission, staff=staff)
