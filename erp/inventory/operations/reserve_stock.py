"""Reserving stock for lines of demanding documents, and releasing it again."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from erp.core.money import ZERO
from erp.core.rows import COMPANY, execute, fetch
from erp.inventory.operations.lock_levels import lock_levels

_RESERVE = (Path(__file__).parents[1] / "sql" / "reserve.sql").read_text()
_KEYS = f"""
SELECT DISTINCT product_id, warehouse_id FROM inventory_reservation
WHERE company_id = {COMPANY} AND kind = %s AND document_id = ANY(%s::bigint[])
"""  # noqa: S608
_RELEASE = f"""
WITH freed AS (
    DELETE FROM inventory_reservation
    WHERE company_id = {COMPANY} AND kind = %s AND document_id = ANY(%s::bigint[])
    RETURNING product_id, warehouse_id, quantity
), lowered AS (
    UPDATE inventory_stocklevel l SET reserved = l.reserved - d.quantity
    FROM (SELECT product_id, warehouse_id, sum(quantity) AS quantity FROM freed GROUP BY 1, 2) d
    WHERE l.company_id = {COMPANY} AND l.product_id = d.product_id AND l.warehouse_id = d.warehouse_id
)
SELECT product_id, warehouse_id, sum(quantity) FROM freed GROUP BY 1, 2
"""  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class ReserveRequest:
    """How much of a product a line still needs from a warehouse."""

    product_id: int
    warehouse_id: int
    quantity: Decimal
    kind: str
    document_id: int
    line_id: int


def reserve_stock(*, requests: Sequence[ReserveRequest], at: datetime.datetime) -> list[Decimal]:
    """Reserve for the requests in their order, each as far as stock is available; return what each got.

    Called by operations of demanding documents, which checked the permission and locked their documents.
    """
    levels = lock_levels((r.product_id, r.warehouse_id) for r in requests)
    granted = []
    for request in requests:
        level = levels.get((request.product_id, request.warehouse_id))
        got = min(request.quantity, level.available) if level else ZERO
        if level:
            level.reserved += got
        granted.append(got)
    rows = [
        (r.product_id, r.warehouse_id, got, r.kind, r.document_id, r.line_id)
        for r, got in zip(requests, granted, strict=True)
        if got > 0
    ]
    if rows:
        execute(_RESERVE, [*map(list, zip(*rows, strict=True)), at])
    return granted


def release_stock(*, kind: str, document_ids: Sequence[int]) -> dict[int, set[int]]:
    """Release every reservation of the documents; return the products freed by warehouse."""
    lock_levels((row[0], row[1]) for row in fetch(_KEYS, [kind, list(document_ids)]))
    freed: dict[int, set[int]] = {}
    for product_id, warehouse_id, _quantity in fetch(_RELEASE, [kind, list(document_ids)]):
        freed.setdefault(warehouse_id, set()).add(product_id)
    return freed
