"""How far a job is: numbered steps with weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SCALE = 1000


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """One committed piece of a step: `done` of `of` items so far; `position` is where the next piece begins.

    The step is finished when `position` is None. `report` is added to the job's report.
    """

    position: Any
    done: int = 0
    of: int = 0
    report: Mapping[str, Any] = field(default_factory=dict)


def progress(weights: Sequence[int], *, finished: int, done: int = 0, of: int = 0) -> tuple[int, int]:
    """(done, total) of a job in thousandths of its weights, with `finished` steps and a share of the next one."""
    total = sum(weights) * SCALE
    before = sum(weights[:finished]) * SCALE
    within = weights[finished] * SCALE * min(done, of) // of if of > 0 and finished < len(weights) else 0
    return before + within, total


def merge_reports(report: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers are added, lists joined, anything else replaced."""
    merged = dict(report)
    for name, value in more.items():
        old = merged.get(name)
        if isinstance(value, int) and isinstance(old, int) and not isinstance(value, bool):
            merged[name] = old + value
        elif isinstance(value, list) and isinstance(old, list):
            merged[name] = [*old, *value]
        else:
            merged[name] = value
    return merged
