"""Who is here, in which company, in which language; and the read scope around every safe request."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation

from erp.core.actor import Actor
from erp.core.scope import company_scope
from erp.identity.access import actor_of_user, choose_company, memberships_of
from erp.identity.models import Company, User

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE = {"GET", "HEAD", "OPTIONS"}


class CompanyRequest(HttpRequest):
    """What the middleware adds to a request."""

    actor: Actor | None
    company: Company | None
    companies: list[Company]
    closed_company: Company | None
    user: User


class LanguageMiddleware:
    """A logged-in person's own language wins over the browser's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: CompanyRequest) -> HttpResponse:
        language = getattr(request.user, "language", "")
        if language and language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        return self.get_response(request)


class CompanyMiddleware:
    """Sets `request.actor`, `.company` and `.companies`; opens a read-only scope around safe methods.

    Where the person's company has moved away there is no actor, but `.closed_company`.

    The scope spans the whole response, rendering included (a transaction around the view alone shows nothing).
    Unsafe methods open their own unit of work around one operation. The API authenticates by itself. No text in the
    database holds a null character, so an address with one asks for nothing. Somebody of a supplier may open what is
    marked `partner` and nothing else.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: CompanyRequest) -> HttpResponse:
        request.actor, request.company, request.companies, request.closed_company = None, None, [], None
        if request.path.startswith("/api/"):
            return self.get_response(request)
        if "%00" in request.META["QUERY_STRING"] or "\0" in request.META["QUERY_STRING"]:
            raise BadRequest("A null character in the address.")
        if request.user.is_authenticated:
            _enter(request)
        if request.actor is None or request.method not in SAFE:
            return self.get_response(request)
        with company_scope(request.actor, read_only=True):
            response = _rendered(self.get_response(request))
        response.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(self, request: CompanyRequest, view: Callable[..., HttpResponseBase], *_args: object) -> None:
        actor = request.actor
        if actor is not None and actor.party_id is not None and not getattr(view, "partner", False):
            raise PermissionDenied


def _enter(request: CompanyRequest) -> None:
    """Choose the company of the session, else the first one; the session never outlives the membership."""
    memberships = memberships_of(request.user)
    request.companies = [entry.company for entry in memberships if entry.company.closed_at is None]
    chosen = choose_company(memberships, request.session.get("company_id"))
    if chosen is None:
        return
    if chosen.company.closed_at:
        request.closed_company = chosen.company
        return
    request.company, request.actor = chosen.company, actor_of_user(request.user, *chosen)


def _rendered(response: HttpResponse) -> HttpResponse:
    if hasattr(response, "render") and not getattr(response, "is_rendered", True):
        response.render()
    return response
