"""What the runs found, as far as it holds: pegs and messages.

A finding holds from the run that found it until a run that finds it no more. Of what a run nets, nine in ten are found again
just as they are: these rows stay, and only the others are written.
"""

import datetime
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models

from erp.core.rows import COMPANY, IDS, fetch, insert_rows, update_rows
from scm.planning.models import Peg, PlanMessage
from scm.planning.netting import Netted
from scm.planning.rules import STOCK, Ref


class HeldPeg(NamedTuple):
    """A peg that holds, as it was written."""

    id: int
    product_id: int
    quantity: Decimal
    demand_kind: str
    demand_id: int
    demand_line: int
    demand_date: datetime.date
    supply_kind: str
    supply_id: int
    supply_line: int
    supply_date: datetime.date | None
    late_days: int
    bucket: datetime.date

    @property
    def demand(self) -> Ref:
        return Ref(self.demand_kind, self.demand_id, self.demand_line)

    @property
    def supply(self) -> Ref:
        return Ref(STOCK) if self.supply_kind == STOCK else Ref(self.supply_kind, self.supply_id, self.supply_line)


OF_PEGS = HeldPeg._fields[1:]
Held = Mapping[tuple[int, datetime.date], Sequence[HeldPeg]]
_HOLD = f"""
SELECT g.id, {{columns}} FROM {{table}} g JOIN planning_planrun r ON r.company_id = g.company_id AND r.id = g.run_id {{asked}}
WHERE g.company_id = {COMPANY} AND r.warehouse_id = %s AND g.until_run_id IS NULL
"""  # noqa: S608
_ITEMS = f"JOIN unnest({IDS}::bigint[]) AS a(product_id) ON a.product_id = g.product_id"
_BUCKETS = "JOIN unnest(%s::bigint[], %s::date[]) AS a(product_id, bucket) ON (a.product_id, a.bucket) = (g.product_id, g.bucket)"


def keep_up(
    model: type[Peg | PlanMessage],
    columns: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    netted: Iterable[Netted],
    *,
    warehouse_id: int,
    run_id: int,
    held: Held | None = None,
) -> None:
    """Let the rows, and nothing else, hold of the items or sections that the run netted. `held` are the rows of the sections if
    they were read before. Four statements at most."""
    left: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in _holding(model, columns, netted, warehouse_id, held):
        left[row[1:]].append(row[0])
    fresh = []
    for row in rows:
        if same := left.get(row):
            same.pop()
        else:
            fresh.append((run_id, *row))
    gone = sorted(pk for ids in left.values() for pk in ids)
    update_rows(model, ["until_run_id"], [(pk, run_id) for pk in gone])
    insert_rows(model, ["run_id", *columns], fresh)


def _holding(
    model: type[models.Model], columns: Sequence[str], netted: Iterable[Netted], warehouse_id: int, held: Held | None
) -> list[tuple[Any, ...]]:
    """Id and columns of what holds of the items or sections; lists as tuples."""
    whole: list[int] = []
    sections: list[tuple[int, datetime.date]] = []
    for n in netted:
        if n.section is None:
            whole.append(n.item.product_id)
        else:
            sections += [(n.item.product_id, bucket) for bucket in n.section.buckets]
    named = ", ".join(f"g.{column}" for column in columns)
    rows: list[tuple[Any, ...]] = []
    if whole:
        text = _HOLD.format(columns=named, table=model._meta.db_table, asked=_ITEMS)
        rows += fetch(text, [whole, warehouse_id])
    if held is not None:
        rows += [row for section in sections for row in held.get(section, ())]
    elif sections:
        text = _HOLD.format(columns=named, table=model._meta.db_table, asked=_BUCKETS)
        rows += fetch(text, [*map(list, zip(*sections, strict=True)), warehouse_id])
    lists = [i for i, column in enumerate(columns, 1) if isinstance(model._meta.get_field(column), models.JSONField)]
    return [tuple(tuple(json.loads(v)) if i in lists else v for i, v in enumerate(row)) for row in rows] if lists else rows
