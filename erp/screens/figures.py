"""Figures and charts of a dashboard as data. Each figure links to the list it counts; each chart has its table."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from django.utils.functional import Promise

from erp.screens import formats

Label = str | Promise


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure: value, change against the period before (a fraction: 0.12 is +12 %), sparkline, as of, its list.

    `good` says which direction is good news: "up", "down" or "" (neither). `capped`: there are more than the value.
    """

    label: Label
    value: Decimal | int | None
    url: str
    kind: Literal["number", "money", "percent"] = "number"
    unit: str = ""
    change: Decimal | float | None = None
    change_label: Label = ""
    spark: Sequence[float] = ()
    as_of: datetime.datetime | None = None
    good: Literal["up", "down", ""] = "up"
    capped: bool = False

    @property
    def shown(self) -> str:
        if self.value is None:
            return "–"
        shown = formats.money(self.value, self.unit) if self.kind == "money" else formats.number(self.value)
        return f"{shown}+" if self.capped else shown

    @property
    def long(self) -> bool:
        """Whether it fits its card only in smaller figures."""
        return len(self.shown) > 13

    @property
    def change_text(self) -> str:
        if self.change is None:
            return ""
        percent = formats.number(Decimal(str(self.change)) * 100, 1)
        return f"{percent}%" if percent.startswith(formats.MINUS) else f"+{percent}%"

    @property
    def change_class(self) -> str:
        if not self.change or not self.good:
            return "flat"
        return "good" if (self.change > 0) == (self.good == "up") else "poor"

    @property
    def spark_points(self) -> str:
        """The sparkline as SVG points in a box of 100 x 24."""
        if len(self.spark) < 2:
            return ""
        low, high = min(self.spark), max(self.spark)
        span = (high - low) or 1
        step = 100 / (len(self.spark) - 1)
        return " ".join(f"{i * step:.1f},{22 - (value - low) / span * 20:.1f}" for i, value in enumerate(self.spark))


@dataclass(frozen=True, kw_only=True)
class Series:
    name: Label
    values: Sequence[Any]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One chart. `labels` is the category axis; `urls` (same length) makes points clickable; `unit` stands on the axis.

    Of `steps` the labels are days, and each value holds until the next one.
    """

    name: str
    title: Label
    labels: Sequence[Any]
    series: Sequence[Series]
    kind: Literal["bar", "line", "steps", "stacked", "hbar"] = "bar"
    unit: str = ""
    urls: Sequence[str] = field(default_factory=tuple)
    as_of: datetime.datetime | None = None

    @property
    def data(self) -> dict[str, Any]:
        """What charts.js reads through json_script."""
        return {
            "kind": self.kind,
            "unit": self.unit,
            "labels": [str(label) for label in self.labels],
            "series": [{"name": str(s.name), "values": [None if v is None else float(v) for v in s.values]} for s in self.series],
            "urls": list(self.urls),
        }

    @property
    def table(self) -> list[tuple[str, list[str]]]:
        """The same figures for readers of tables."""
        return [
            (formats.date(label) if self.kind == "steps" else str(label), [formats.number(s.values[i]) for s in self.series])
            for i, label in enumerate(self.labels)
        ]
