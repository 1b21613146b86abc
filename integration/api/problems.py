"""What a URL outside every route answers; refusals of the routes are told by `erp.identity.rest.problems`."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from erp.identity.rest.problems import CONTENT_TYPE, exception_handler

__all__ = ["exception_handler", "unknown_url"]


@csrf_exempt
def unknown_url(request: HttpRequest, **_kwargs: Any) -> JsonResponse:
    """404 as a problem document; says so when only the slash at the end is missing."""
    detail = _("There is no such URL. See /api/v1/schema/ for those there are.")
    if not request.path.endswith("/") and _is_known(f"{request.path}/"):
        detail = _("URLs end with a slash: %(path)s") % {"path": f"{request.path}/"}
    body = {"type": "urn:weft:problem:not_found", "title": _("Not found"), "status": 404, "detail": detail, "errors": []}
    return JsonResponse(body, status=404, content_type=CONTENT_TYPE)


def _is_known(path: str) -> bool:
    try:
        return resolve(path).func is not unknown_url
    except Resolver404:
        return False
