"""The left rail and the command palette as a registry that apps fill in `AppConfig.ready`."""

from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor

Label = str | Promise


@dataclass(frozen=True)
class Area:
    """One kind of work; the rail shows areas in this order."""

    name: str
    label: Label
    icon: str


@dataclass(frozen=True)
class Entry:
    """One screen reachable from the rail and the palette."""

    area: str
    label: Label
    url_name: str
    permission: str
    icon: str
    order: int
    staff_only: bool = False
    partner: bool = False


@dataclass(frozen=True)
class Link:
    """An entry resolved for one reader."""

    label: str
    url: str
    icon: str
    current: bool


@dataclass(frozen=True)
class RailArea:
    name: str
    label: str
    icon: str
    current: bool
    links: tuple[Link, ...]

    @property
    def url(self) -> str:
        return self.links[0].url


AREAS: tuple[Area, ...] = (
    Area("sell", _("Sell"), "receipt-2"),
    Area("buy", _("Buy"), "shopping-cart"),
    Area("stock", _("Stock"), "packages"),
    Area("make", _("Make"), "tools"),
    Area("ship", _("Ship"), "truck-delivery"),
    Area("money", _("Money"), "coins"),
    Area("people", _("People"), "users"),
    Area("office", _("Office"), "folder"),
    Area("connect", _("Connect"), "plug-connected"),
    Area("insights", _("Insights"), "chart-histogram"),
    Area("portal", _("Portal"), "building-store"),
)
_ENTRIES: dict[str, Entry] = {}


def register(
    area: str,
    label: Label,
    url_name: str,
    permission: str = "",
    icon: str = "point",
    order: int = 50,
    *,
    staff_only: bool = False,
    partner: bool = False,
) -> None:
    """Put a screen into the rail. `permission` empty: every member of the company may open it. Those for `partner`s are for
    people of suppliers, who see no other.

    The same url_name registered again replaces the first entry, so that tests and reloads are harmless.
    """
    if area not in {known.name for known in AREAS}:
        raise ValueError(f"unknown area {area!r}; use one of {[known.name for known in AREAS]}")
    _ENTRIES[url_name] = Entry(area, label, url_name, permission, icon, order, staff_only, partner)


def list_entries(actor: Actor | None, *, staff: bool = False) -> list[Entry]:
    """The entries this reader may open, in rail order."""
    if actor is None:
        return []
    position = {area.name: i for i, area in enumerate(AREAS)}
    allowed = (
        entry
        for entry in _ENTRIES.values()
        if (not entry.permission or actor.can(entry.permission))
        and (staff or not entry.staff_only)
        and entry.partner == (actor.party_id is not None)
    )
    return sorted(allowed, key=lambda entry: (position[entry.area], entry.order, entry.url_name))


def rail_for(actor: Actor | None, path: str, *, staff: bool = False) -> tuple[RailArea, ...]:
    """The rail of one reader: only areas with something to open, the current page marked."""
    resolved = [(entry, url) for entry in list_entries(actor, staff=staff) if (url := _address(entry.url_name))]
    hits = [url for _entry, url in resolved if _is_under(path, url)]
    current = max(hits, key=len, default=None)
    areas = []
    for area in AREAS:
        links = tuple(
            Link(str(entry.label), url, entry.icon, url == current) for entry, url in resolved if entry.area == area.name
        )
        if links:
            areas.append(RailArea(area.name, str(area.label), area.icon, any(link.current for link in links), links))
    return tuple(areas)


def _is_under(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


@cache
def _address(url_name: str) -> str | None:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None
