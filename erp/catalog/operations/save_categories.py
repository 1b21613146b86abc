"""Creating and changing product categories."""

import datetime
from collections.abc import Sequence

from erp.catalog.drafts import CategoryDraft
from erp.catalog.models import Category
from erp.catalog.permissions import EDIT_PRODUCTS
from erp.core.actor import Actor
from erp.core.operation import operation
from erp.core.rows import insert_rows, update_rows
from erp.documents.drafts import judge_edits, judge_fields, judge_unique, lock_edited, raise_draft_refusals, unique_or_refused


@operation(EDIT_PRODUCTS)
def save_categories(*, categories: Sequence[CategoryDraft], actor: Actor, at: datetime.datetime) -> list[int]:
    """Create or change the categories; return their ids in order. Refuses wrong fields, taken codes, stale edits."""
    refusals = judge_edits(Category, categories, lock_edited(Category, categories)) + judge_unique(Category, "code", categories)
    for row, draft in enumerate(categories):
        refusals += judge_fields(Category, draft, row=row, document=draft.code)
    raise_draft_refusals(refusals, categories)
    new = [draft for draft in categories if draft.id is None]
    with unique_or_refused({"catalog_category_code": "code"}):
        update_rows(Category, ["code", "name"], [(d.id, d.code.strip(), d.name) for d in categories if d.id is not None])
        made = iter(insert_rows(Category, ["code", "name"], [(d.code.strip(), d.name) for d in new], returning=["id"]))
    return [next(made)[0] if draft.id is None else draft.id for draft in categories]
