"""Creating and changing warehouses."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from erp.core.actor import Actor
from erp.core.operation import operation
from erp.core.rows import insert_rows, update_rows
from erp.documents.drafts import (
    judge_edits,
    judge_external_refs,
    judge_fields,
    judge_unique,
    lock_edited,
    raise_draft_refusals,
    unique_or_refused,
)
from erp.inventory.models import Warehouse
from erp.inventory.permissions import EDIT_WAREHOUSES

_COLUMNS = ["code", "name", "active", "external_source", "external_ref"]
_UNIQUE = {"inventory_warehouse_code": "code", "inventory_warehouse_external_ref": "external_ref"}


@dataclass(frozen=True, kw_only=True)
class WarehouseDraft:
    """A warehouse as it should be. No `id`: a new one. `version`, if given, is the one the editor saw."""

    id: int | None = None
    version: str = ""
    code: str
    name: str
    active: bool = True
    external_source: str = ""
    external_ref: str = ""

    def values(self) -> tuple[str | bool, ...]:
        return self.code.strip(), self.name, self.active, self.external_source, self.external_ref


@operation(EDIT_WAREHOUSES)
def save_warehouses(*, warehouses: Sequence[WarehouseDraft], actor: Actor, at: datetime.datetime) -> list[int]:
    """Create or change the warehouses; return their ids in order. Refuses wrong fields, taken codes, stale edits."""
    refusals = judge_edits(Warehouse, warehouses, lock_edited(Warehouse, warehouses)) + judge_unique(
        Warehouse, "code", warehouses
    )
    refusals += judge_external_refs(Warehouse, warehouses)
    for row, draft in enumerate(warehouses):
        refusals += judge_fields(Warehouse, draft, row=row, document=draft.code)
    raise_draft_refusals(refusals, warehouses)
    with unique_or_refused(_UNIQUE):
        update_rows(Warehouse, _COLUMNS, [(d.id, *d.values()) for d in warehouses if d.id is not None])
        made = iter(insert_rows(Warehouse, _COLUMNS, [d.values() for d in warehouses if d.id is None], returning=["id"]))
    return [next(made)[0] if draft.id is None else draft.id for draft in warehouses]
