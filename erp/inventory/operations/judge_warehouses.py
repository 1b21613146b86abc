"""Whether a warehouse may be named in something new: it is in use. What comes back and what is counted may lie in others."""

from collections.abc import Iterable

from erp.core.rows import ANY_ID, COMPANY, fetch
from erp.inventory.errors import WarehouseInactive

# Those in use of the ids given (the one parameter), as a column of a statement that reads other masters too.
IN_USE = f"ARRAY(SELECT w.id FROM inventory_warehouse w WHERE w.company_id = {COMPANY} AND w.id = {ANY_ID} AND w.active)"  # noqa: S608


def warehouses_in_use(warehouse_ids: Iterable[int]) -> frozenset[int]:
    """Those of the warehouses that are in use; one statement."""
    return frozenset(fetch(f"SELECT {IN_USE}", [sorted(set(warehouse_ids))])[0][0])  # noqa: S608


def warehouse_refusals(warehouse_id: int, in_use: frozenset[int], field: str) -> list[WarehouseInactive]:
    """What speaks against the warehouse at `field`; `raise_named` says its code."""
    return [] if warehouse_id in in_use else [WarehouseInactive(field=field, warehouse=warehouse_id)]
