"""A document page as data: header, verbs, facts, lines, totals, relations, timeline. Apps fill it, one template draws it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from django.urls import Resolver404, resolve
from django.utils.functional import Promise

from erp.core.actor import Actor
from erp.core.events import DocumentRef
from erp.screens.cells import cell_html
from erp.screens.lists import Column, Family
from erp.screens.submissions import new_token
from erp.screens.trail import Trail

if TYPE_CHECKING:
    from erp.screens.desk import Desk

Label = str | Promise
CHAIN = "related"  # where on the page the chain of documents is
StepState = Literal["done", "current", "next", "skipped", "bad"]


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One thing that can be done to the document. A disabled verb says why in `reason`.

    `method` "get" opens a page (print, edit), "post" performs. `confirm_sentence` is asked first and names what will
    happen; `fields` are hidden values sent along.
    """

    name: str
    label: Label
    url: str
    enabled: bool = True
    reason: Label = ""
    permission: str = ""
    danger: bool = False
    confirm_sentence: Label = ""
    method: Literal["post", "get"] = "post"
    icon: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    label: Label
    state: StepState = "next"
    at: datetime.datetime | None = None


def steps_to(labels: Sequence[tuple[str, Label]], current: str, *, finished: bool = False) -> list[Step]:
    """The usual states in order, up to the current one done; `finished` marks the current one done as well."""
    names = [name for name, _label in labels]
    position = names.index(current) if current in names else -1
    states: list[StepState] = ["done" if i < position or (finished and i == position) else "next" for i in range(len(names))]
    if position >= 0 and not finished:
        states[position] = "current"
    return [Step(label, state) for (_name, label), state in zip(labels, states, strict=True)]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A labelled value of the document. `kind` and `unit` as in a list column; `permission` hides it."""

    label: Label
    value: Any = ""
    kind: str = "text"
    unit: str = ""
    url: str = ""
    permission: str = ""
    hint: Label = ""

    @property
    def html(self) -> str:
        column = Column(name="value", label=self.label, kind=self.kind, currency="unit", unit="unit")  # type: ignore[arg-type]
        return cell_html(column, {"value": self.value, "unit": self.unit})


@dataclass(frozen=True, kw_only=True)
class Stock:
    """What a line's stock chip shows; `url` opens where the figures come from."""

    on_hand: Decimal
    reserved: Decimal
    available: Decimal
    unit: str = ""
    url: str = ""
    enough: bool = True


@dataclass(frozen=True, kw_only=True)
class Lines:
    """The lines table. `stock(row)` gives the chip of a line, None for a service."""

    columns: tuple[Column, ...]
    rows: Sequence[Any]
    stock: Mapping[Any, Stock] = field(default_factory=dict)
    key: str = "id"
    title: Label = ""


@dataclass(frozen=True)
class Amount:
    """One line at the foot: net, tax, total (strong)."""

    label: Label
    value: Decimal
    currency: str
    strong: bool = False


@dataclass(frozen=True)
class Counter:
    """A count of linked documents that opens their list."""

    label: Label
    count: int
    url: str
    icon: str = "file"


@dataclass(frozen=True)
class Related:
    """One link of the chain of documents this one stands in."""

    type_label: Label
    number: str
    url: str
    state_label: Label = ""
    family: Family = "draft"
    current: bool = False
    plural: Label = ""
    icon: str = "file"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the timeline. `kind`: who did it or what it is; `rule` what decided."""

    at: datetime.datetime
    who: str
    text: Label
    kind: Literal["person", "system", "automation", "comment", "change", "file", "task"] = "system"
    rule: str = ""
    url: str = ""
    old: str = ""
    new: str = ""

    @property
    def group(self) -> str:
        """What the timeline can be narrowed to: comments, changes, files, tasks, or events."""
        return self.kind if self.kind in {"comment", "change", "file", "task"} else "event"


@dataclass(frozen=True, kw_only=True)
class DocumentPage:
    """One document page; see docs/screens.md for a worked example."""

    number: str
    title: Label
    type_label: Label
    state_label: Label
    state_family: Family
    actor: Actor
    party: str = ""
    party_url: str = ""
    key_amount: Fact | None = None
    key_date: Fact | None = None
    steps: Sequence[Step] = ()
    verbs: Sequence[Verb] = ()
    facts: Sequence[Fact] = ()
    lines: Lines | None = None
    more_lines: Sequence[Lines] = ()
    amounts: Sequence[Amount] = ()
    counters: Sequence[Counter] = ()
    related: Sequence[Related] = ()
    timeline: Sequence[Entry] = ()
    comment_url: str = ""
    thread_url: str = ""
    notice: Label = ""
    trail: Trail = field(default_factory=Trail)
    token: str = field(default_factory=new_token)
    desk: "Desk | None" = None

    @property
    def subject(self) -> DocumentRef | None:
        """The document that is commented here, and so has files and tasks; None if there is none."""
        try:
            found = resolve(self.comment_url) if self.comment_url.startswith("/") else None
        except Resolver404:
            return None
        return DocumentRef(found.kwargs["kind"], found.kwargs["pk"]) if found and "kind" in found.kwargs else None

    @property
    def allowed(self) -> list[Verb]:
        return [verb for verb in self.verbs if not verb.permission or self.actor.can(verb.permission)]

    @property
    def primary(self) -> Verb | None:
        """The next legal verb: the first enabled one that is not dangerous and acts."""
        return next((v for v in self.allowed if v.enabled and not v.danger and v.method == "post"), None)

    @property
    def others(self) -> list[Verb]:
        return [verb for verb in self.allowed if verb is not self.primary]

    @property
    def shown_facts(self) -> list[Fact]:
        return [fact for fact in self.facts if not fact.permission or self.actor.can(fact.permission)]

    @property
    def shown_counters(self) -> list[Counter]:
        """The page's own counters, then one for each other kind of document of its chain: it opens the only one, or
        leads to the chain that names them all."""
        counted = {str(counter.label) for counter in self.counters}
        kinds: dict[str, list[Related]] = {}
        for one in self.related:
            if one.url and not one.current and not {str(one.plural), str(one.type_label)} & counted:
                kinds.setdefault(str(one.type_label), []).append(one)
        return [*self.counters, *(_counter(label, found) for label, found in kinds.items())]

    @property
    def tables(self) -> list["LinesTable"]:
        found = [self.lines] if self.lines else []
        return [LinesTable(lines, self.actor) for lines in [*found, *self.more_lines]]


def _counter(label: str, found: Sequence[Related]) -> Counter:
    if len(found) == 1:
        return Counter(label, 1, found[0].url, found[0].icon)
    return Counter(found[0].plural or label, len(found), f"#{CHAIN}", found[0].icon)


class LinesTable:
    """Lines drawn for one reader."""

    def __init__(self, lines: Lines, actor: Actor) -> None:
        self.title = lines.title
        self.columns = [column for column in lines.columns if not column.permission or actor.can(column.permission)]
        self.has_stock = bool(lines.stock)
        self.rows = [
            {
                "cells": [(column, cell_html(column, row)) for column in self.columns],
                "stock": lines.stock.get(_key(row, lines.key)),
            }
            for row in lines.rows
        ]


def _key(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)
