"""Lays out a thread (a graph of documents with times) in lanes and columns. Knows no document type.

Input: {"nodes": [{id, type, type_label, number, status, status_label, state_family, at, url, lane, who}],
"edges": [{source, target, cause, at}], "elapsed": seconds}. A node without `at`, or with `planned` true, is still to
come. Optional per node: `late` (seconds), `rule`. Optional on top: `lanes` ([{name, label}]) for their order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LANES: tuple[tuple[str, str | Promise], ...] = (
    ("customer", _("Customer")),
    ("sales", _("Sales")),
    ("stock", _("Stock")),
    ("buy", _("Buy")),
    ("make", _("Make")),
    ("ship", _("Ship")),
    ("money", _("Money")),
)


@dataclass
class Chip:
    """One document placed in the grid; `column` and `row` count from 1."""

    node: Mapping[str, Any]
    at: datetime | None
    lane: str
    lane_label: str
    column: int = 1
    row: int = 1
    after: float | None = None
    causes: list[str] = field(default_factory=list)

    @property
    def planned(self) -> bool:
        return bool(self.node.get("planned")) or self.at is None


@dataclass(frozen=True)
class LaneBand:
    label: str
    row: int
    span: int


@dataclass(frozen=True)
class ThreadLayout:
    chips: list[Chip]
    lanes: list[LaneBand]
    columns: int
    rows: int
    edges: list[Mapping[str, Any]]
    elapsed: float | None


def lay_out(thread: Mapping[str, Any]) -> ThreadLayout:
    """Place every node: columns follow causes (an effect stands right of its cause), lanes keep the given order."""
    edges = list(thread.get("edges", ()))
    labels = _lane_labels(thread)
    chips = {
        node["id"]: Chip(node, _time(node.get("at")), node.get("lane") or "", labels.get(node.get("lane") or "", ""))
        for node in thread["nodes"]
    }
    for chip in chips.values():
        chip.lane_label = chip.lane_label or chip.lane.capitalize()
    ordered = sorted(chips.values(), key=lambda chip: (chip.planned, chip.at.timestamp() if chip.at else 0.0))
    _place_columns(ordered, chips, edges)
    lanes = _place_rows(ordered, labels)
    start = next((chip.at for chip in ordered if chip.at), None)
    for chip in ordered:
        chip.after = (chip.at - start).total_seconds() if chip.at and start else None
    return ThreadLayout(
        chips=ordered,
        lanes=lanes,
        columns=max((chip.column for chip in ordered), default=1),
        rows=sum(lane.span for lane in lanes),
        edges=[edge for edge in edges if edge["source"] in chips and edge["target"] in chips],
        elapsed=thread.get("elapsed"),
    )


def _time(value: Any) -> datetime | None:
    return parse_datetime(value) if isinstance(value, str) else value


def _lane_labels(thread: Mapping[str, Any]) -> dict[str, str]:
    given = [(lane["name"], lane["label"]) for lane in thread.get("lanes", ())]
    return {name: str(label) for name, label in given or LANES}


def _place_columns(ordered: Sequence[Chip], chips: Mapping[Any, Chip], edges: Sequence[Mapping[str, Any]]) -> None:
    """An effect goes right of all its causes; equal times in different lanes may share a column."""
    placed: set[Any] = set()
    for chip in ordered:
        causes = [edge for edge in edges if edge["target"] == chip.node["id"] and edge["source"] in placed]
        chip.causes = [str(edge.get("cause") or "") for edge in causes]
        chip.column = max((chips[edge["source"]].column + 1 for edge in causes), default=1)
        placed.add(chip.node["id"])


def _place_rows(ordered: Sequence[Chip], labels: Mapping[str, str]) -> list[LaneBand]:
    """One band per lane that has documents; two documents of a lane in the same column stand one under the other."""
    used = {chip.lane for chip in ordered}
    names = [name for name in labels if name in used] + sorted(used - labels.keys())
    bands, row = [], 1
    for name in names:
        depth: dict[int, int] = {}
        members = [chip for chip in ordered if chip.lane == name]
        for chip in members:
            chip.row = row + depth.get(chip.column, 0)
            depth[chip.column] = depth.get(chip.column, 0) + 1
        span = max(depth.values())
        bands.append(LaneBand(members[0].lane_label, row, span))
        row += span
    return bands
