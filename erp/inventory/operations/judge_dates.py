"""Goods that leave on an earlier day must have been there on every day since."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from erp.core.money import plain
from erp.core.rows import fetch
from erp.inventory.errors import NotThereThen
from erp.inventory.operations.naming import raise_named

_SHORT = (Path(__file__).parents[1] / "sql" / "short_since.sql").read_text()


@dataclass(frozen=True)
class BackdatedIssue:
    """Goods taken out of a level on a day before today."""

    product_id: int
    warehouse_id: int
    date: datetime.date
    quantity: Decimal
    document: str


def ensure_there_since(issues: Iterable[BackdatedIssue]) -> None:
    """Refuse the issues that would make stock negative on some day between theirs and today. One statement, and none
    when nothing is back-dated. The caller holds the levels' locks and has not written its moves yet."""
    rows = list(issues)
    if not rows:
        return
    columns = [[getattr(row, name) for row in rows] for name in ("product_id", "warehouse_id", "date", "quantity")]
    short = {(product, warehouse): (date, least) for product, warehouse, date, least in fetch(_SHORT, columns)}
    refusals = []
    for row in rows:
        if found := short.get((row.product_id, row.warehouse_id)):
            date, least = found
            refusals.append(
                NotThereThen(
                    field="date", document=row.document, product=row.product_id, date=date.isoformat(), available=plain(least)
                )
            )
    raise_named(refusals)
