"""Contacts and addresses of parties: the list given replaces the list that is there."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from django.db import models

from erp.core.errors import BusinessRuleViolation, NotFound
from erp.core.rows import COMPANY, execute, insert_rows, update_rows
from erp.documents.drafts import judge_fields, possible_ids
from erp.parties.drafts import AddressDraft, ContactDraft, PartyDraft

Child = ContactDraft | AddressDraft


def judge_children(model: type[models.Model], name: str, parties: Sequence[PartyDraft]) -> list[BusinessRuleViolation]:
    """Refuse wrong fields, and ids that are not of this party."""
    lists: list[Sequence[Child]] = [getattr(draft, name) or () for draft in parties]
    ids = possible_ids(child.id for children in lists for child in children)
    owners = dict(model._default_manager.filter(pk__in=ids).values_list("id", "party_id")) if ids else {}
    refusals: list[BusinessRuleViolation] = []
    for row, (draft, children) in enumerate(zip(parties, lists, strict=True)):
        for i, child in enumerate(children):
            prefix = f"{name}.{i}."
            refusals += judge_fields(model, child, row=row, document=draft.code, prefix=prefix)
            if child.id is not None and owners.get(child.id, 0) != draft.id:
                what = model._meta.verbose_name
                refusals.append(NotFound(field=f"{prefix}id", document=draft.code, row=row, what=what, value=child.id))
    return refusals


def replace_children(model: type[models.Model], party_ids: Sequence[int], lists: Sequence[Sequence[Child] | None]) -> None:
    """Write the lists of the parties; None leaves a party's as it is. At most three statements."""
    given = [(party, children) for party, children in zip(party_ids, lists, strict=True) if children is not None]
    if not given:
        return
    kept = [child.id for _party, children in given for child in children if child.id is not None]
    sql = f'DELETE FROM "{model._meta.db_table}" WHERE company_id = {COMPANY}'  # noqa: S608
    execute(
        f"{sql} AND party_id = ANY(%s::bigint[]) AND NOT id = ANY(%s::bigint[])", [[party for party, _children in given], kept]
    )
    columns = [f.name for f in fields(AddressDraft if model._meta.model_name == "address" else ContactDraft) if f.name != "id"]
    values: list[tuple[int | None, int, list[Any]]] = [
        (child.id, party, [getattr(child, column) for column in columns]) for party, children in given for child in children
    ]
    update_rows(model, columns, [(pk, *row) for pk, _party, row in values if pk is not None])
    insert_rows(model, ["party_id", *columns], [(party, *row) for pk, party, row in values if pk is None])
