"""How one person likes the program: language and theme. Works before log-in too (a cookie keeps the language)."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from erp.screens.context import THEMES
from erp.screens.views.verbs import go_back

YEAR = 365 * 24 * 3600


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Show the program in another language from now on."""
    code = request.POST.get("language", "")
    response = go_back(request)
    if code in dict(settings.LANGUAGES) and check_for_language(code):
        _remember(request, "language", code)
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the system."""
    wanted = request.POST.get("theme", "")
    if wanted in THEMES:
        _remember(request, "theme", wanted)
    return go_back(request)


def _remember(request: HttpRequest, name: str, value: str) -> None:
    if request.user.is_authenticated:
        get_user_model().objects.filter(pk=request.user.pk).update(**{name: value})


language.permission = theme.permission = ""  # type: ignore[attr-defined]
language.partner = theme.partner = True  # type: ignore[attr-defined]
