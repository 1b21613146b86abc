"""Which columns a reader sees of a list, in which order and width: the list's own choice, then the person's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from erp.core.actor import Actor
from erp.screens.lists import Column, ListScreen
from erp.screens.models import ListPreference
from erp.screens.models.list_preference import DENSITIES

MIN_WIDTH, MAX_WIDTH = 48, 800


@dataclass(frozen=True)
class Layout:
    chosen: tuple[Column, ...]
    others: tuple[Column, ...]
    widths: dict[str, int] = field(default_factory=dict)
    density: str = "normal"


def find_layout(screen: ListScreen, actor: Actor) -> Layout:
    """The reader's layout of the list; one query, none for the system."""
    saved = None
    if actor.user_id is not None:
        saved = ListPreference.objects.filter(user_id=actor.user_id, list_name=screen.name).first()
    columns = screen.columns_for(actor)
    if saved is None:
        return arrange(columns, [column.name for column in columns if column.visible])
    return arrange(columns, saved.columns or [c.name for c in columns if c.visible], saved.widths, saved.density)


def arrange(columns: Sequence[Column], names: Sequence[str], widths: Any = None, density: str = "normal") -> Layout:
    """Put permitted columns into the wished order; the first column always stays first and visible."""
    by_name = {column.name: column for column in columns}
    wished = [by_name[name] for name in dict.fromkeys(names) if name in by_name]
    if columns and columns[0] not in wished:
        wished.insert(0, columns[0])
    others = tuple(column for column in columns if column not in wished)
    return Layout(tuple(wished), others, clean_widths(widths, by_name), density if density in DENSITIES else "normal")


def clean_widths(widths: Any, known: Any) -> dict[str, int]:
    if not isinstance(widths, dict):
        return {}
    return {
        name: min(MAX_WIDTH, max(MIN_WIDTH, int(width)))
        for name, width in widths.items()
        if name in known and isinstance(width, (int, float))
    }


def save_layout(screen: ListScreen, actor: Actor, *, columns: Sequence[str], widths: Any, density: str) -> None:
    """Remember the layout for this person in this company; unknown and hidden columns are dropped."""
    layout = arrange(screen.columns_for(actor), columns, widths, density)
    ListPreference.objects.update_or_create(
        user_id=actor.user_id or 0,
        list_name=screen.name,
        defaults={"columns": [c.name for c in layout.chosen], "widths": layout.widths, "density": layout.density},
    )
