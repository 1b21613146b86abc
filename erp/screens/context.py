"""What every page needs to draw the shell around itself."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from erp.screens.navigation import RailArea, rail_for

RAIL_COOKIE = "weft_rail"
THEMES = ("auto", "light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: rail, theme and whether the rail is collapsed. Costs no query."""
    actor = getattr(request, "actor", None)
    user = getattr(request, "user", None)
    staff = bool(getattr(user, "is_staff", False))

    def rail() -> tuple[RailArea, ...]:
        return rail_for(actor, request.path, staff=staff)

    theme = getattr(user, "theme", "") or "auto"
    return {
        "rail": SimpleLazyObject(rail),
        "rail_collapsed": request.COOKIES.get(RAIL_COOKIE) == "icons",
        "theme": theme if theme in THEMES else "auto",
        "actor": actor,
        "company": getattr(request, "company", None),
        "companies": getattr(request, "companies", None) or [],
    }
