"""A document page as data: header, verbs, facts, lines, totals, relations, timeline. Apps fill it, one template draws it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from django.utils.functional import Promise

from erp.core.actor import Actor
from erp.screens.cells import cell_html
from erp.screens.lists import Column, Family
from erp.screens.submissions import new_token
from erp.screens.trail import Trail

Label = str | Promise
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


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the timeline. `kind`: person, system, automation, comment, change or mail; `rule` what decided."""

    at: datetime.datetime
    who: str
    text: Label
    kind: Literal["person", "system", "automation", "comment", "change"] = "system"
    rule: str = ""
    url: str = ""
    old: str = ""
    new: str = ""


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
    def tables(self) -> list["LinesTable"]:
        found = [self.lines] if self.lines else []
        return [LinesTable(lines, self.actor) for lines in [*found, *self.more_lines]]


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
