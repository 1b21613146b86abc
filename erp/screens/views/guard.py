"""The door of a screen: signed in, in a company, permitted."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from erp.core.errors import CompanyClosed

View = Callable[..., HttpResponseBase]


def guarded(view: View, permission: str, *, staff: bool = False, partner: bool = False) -> View:
    """The view behind its permission; `permission` "" means every member of the company. What is not for
    `partner`s is closed to people of suppliers, whatever they hold.

    The wrapped function carries `.permission`, which the architecture tests read, and `.partner`, which the middleware does.
    """

    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = getattr(request, "actor", None)
        closed = getattr(request, "closed_company", None)
        if closed:
            context = {"closed": closed, "sentence": CompanyClosed().sentence}
            return render(request, "identity/company_closed.html", context, status=403)
        if not request.user.is_authenticated or actor is None:
            return _not_logged_in(request)
        if (staff and not request.user.is_staff) or (permission and not actor.can(permission)):
            raise PermissionDenied(permission)
        return view(request, *args, **kwargs)

    guard.permission, guard.partner = permission, partner  # type: ignore[attr-defined]
    return guard


def _not_logged_in(request: HttpRequest) -> HttpResponseBase:
    """The way to the log-in page, told so that whoever asked understands it: a script would take the page for its answer."""
    if request.headers.get("HX-Request") == "true":
        page = request.headers.get("HX-Current-URL", "")
        ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
        return HttpResponse(status=204, headers={"HX-Redirect": redirect_to_login(page if ours else "/").url})
    if "application/json" in (request.content_type, *request.headers.get("Accept", "").split(",")):
        problem = {"type": "about:blank", "title": _("You are logged out."), "status": 401, "code": "not_authenticated"}
        return JsonResponse(problem, status=401, content_type="application/problem+json")
    return redirect_to_login(request.get_full_path())


def requires(permission: str, *, staff: bool = False, partner: bool = False) -> Callable[[View], View]:
    """Decorator form of `guarded`."""
    return lambda view: guarded(view, permission, staff=staff, partner=partner)
