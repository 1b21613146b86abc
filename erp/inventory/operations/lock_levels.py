"""Locks on stock levels, always taken in the order (product, warehouse) and once per unit of work."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from erp.core.rows import COMPANY, execute, fetch

Key = tuple[int, int]  # product, warehouse

_LOCK = f"""
SELECT l.product_id, l.warehouse_id, l.on_hand, l.reserved, l.value FROM inventory_stocklevel l
JOIN unnest(%s::bigint[], %s::bigint[]) AS u(product_id, warehouse_id) USING (product_id, warehouse_id)
WHERE l.company_id = {COMPANY} ORDER BY l.product_id, l.warehouse_id FOR UPDATE OF l
"""  # noqa: S608
_CREATE = f"""
INSERT INTO inventory_stocklevel (company_id, product_id, warehouse_id, on_hand, reserved, value)
SELECT {COMPANY}, product_id, warehouse_id, 0, 0, 0
FROM (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS u(product_id, warehouse_id) ORDER BY 1, 2) k
ON CONFLICT DO NOTHING
"""  # noqa: S608


@dataclass
class LockedLevel:
    """A level under lock; operations work on this copy and write the difference once."""

    on_hand: Decimal
    reserved: Decimal
    value: Decimal

    @property
    def available(self) -> Decimal:
        return self.on_hand - self.reserved


def lock_levels(keys: Iterable[Key], *, create: bool = False) -> dict[Key, LockedLevel]:
    """Lock the levels; with `create`, those that do not exist are made (stock comes in), else left out."""
    ordered = sorted(set(keys))
    if not ordered:
        return {}
    columns = [[key[0] for key in ordered], [key[1] for key in ordered]]
    rows = fetch(_LOCK, columns)
    if create and len(rows) < len(ordered):
        execute(_CREATE, columns)
        rows = fetch(_LOCK, columns)
    return {(row[0], row[1]): LockedLevel(*row[2:]) for row in rows}
