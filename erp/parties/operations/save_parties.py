"""Creating and changing parties, with their contacts and addresses."""

import datetime
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, PermissionDenied, UnknownCode
from erp.core.operation import operation
from erp.core.rows import insert_rows, update_rows
from erp.documents.drafts import (
    judge_edits,
    judge_external_refs,
    judge_fields,
    judge_unique,
    known_ids,
    lock_edited,
    raise_draft_refusals,
    unique_or_refused,
)
from erp.parties.drafts import PartyDraft
from erp.parties.models import Address, Contact, Party
from erp.parties.operations.replace_children import judge_children, replace_children
from erp.parties.permissions import EDIT_PARTIES, SET_CREDIT_LIMIT
from erp.reference.models import Currency, PaymentTerm

_UNIQUE = {"parties_party_code": "code", "parties_party_external_ref": "external_ref"}
_COLUMNS = [
    "code",
    "name",
    "is_customer",
    "is_supplier",
    "tax_number",
    "email",
    "phone",
    "currency_id",
    "payment_term_id",
    "credit_limit",
    "active",
    "external_source",
    "external_ref",
]


@operation(EDIT_PARTIES)
def save_parties(*, parties: Sequence[PartyDraft], actor: Actor, at: datetime.datetime) -> list[int]:
    """Create or change the parties; return their ids in order.

    All refusals of all rows come at once and nothing is changed: wrong fields, unknown currency or payment term, a
    code or outside reference that another record has, a stale edit, a credit limit the actor may not set.
    """
    locked = lock_edited(Party, parties)
    terms = known_ids(PaymentTerm, "code", (draft.payment_term_code for draft in parties))
    raise_draft_refusals(_judge(parties, locked, terms, actor), parties)
    new = [i for i, draft in enumerate(parties) if draft.id is None]
    with unique_or_refused(_UNIQUE):
        update_rows(Party, _COLUMNS, [(d.id, *_values(d, terms)) for d in parties if d.id is not None])
        made = insert_rows(Party, [*_COLUMNS, "created_at"], [(*_values(parties[i], terms), at) for i in new], returning=["id"])
    ids = [draft.id or 0 for draft in parties]
    for i, (pk,) in zip(new, made, strict=True):
        ids[i] = pk
    replace_children(Contact, ids, [draft.contacts for draft in parties])
    replace_children(Address, ids, [draft.addresses for draft in parties])
    return ids


def _values(draft: PartyDraft, terms: Mapping[str, int]) -> tuple[object, ...]:
    return (
        draft.code.strip(),
        draft.name,
        draft.is_customer,
        draft.is_supplier,
        draft.tax_number,
        draft.email,
        draft.phone,
        draft.currency_code,
        terms[draft.payment_term_code],
        draft.credit_limit,
        draft.active,
        draft.external_source,
        draft.external_ref,
    )


def _judge(
    parties: Sequence[PartyDraft], locked: Mapping[int, Party], terms: Mapping[str, int], actor: Actor
) -> list[BusinessRuleViolation]:
    currencies = set(Currency.objects.values_list("code", flat=True))
    refusals = judge_edits(Party, parties, locked)
    refusals += judge_unique(Party, "code", parties)
    refusals += judge_external_refs(Party, parties)
    refusals += judge_children(Contact, "contacts", parties) + judge_children(Address, "addresses", parties)
    for row, draft in enumerate(parties):
        refusals += judge_fields(Party, draft, row=row, document=draft.code)
        if draft.currency_code not in currencies:
            refusals.append(
                UnknownCode(field="currency", document=draft.code, row=row, what=_("currency"), value=draft.currency_code)
            )
        if draft.payment_term_code not in terms:
            refusals.append(
                UnknownCode(
                    field="payment_term", document=draft.code, row=row, what=_("payment term"), value=draft.payment_term_code
                )
            )
        refusals += _judge_credit(draft, row, locked.get(draft.id or 0), actor)
    return refusals


def _judge_credit(draft: PartyDraft, row: int, current: Party | None, actor: Actor) -> list[BusinessRuleViolation]:
    limit = draft.credit_limit
    if limit is not None and limit.is_finite() and limit < 0:
        return [
            InvalidValue(
                field="credit_limit",
                document=draft.code,
                row=row,
                what=_("credit limit"),
                value=limit,
                rule=_("Enter zero or more."),
            )
        ]
    if limit != (current.credit_limit if current else None) and not actor.can(SET_CREDIT_LIMIT):
        return [PermissionDenied(field="credit_limit", document=draft.code, row=row, permission=SET_CREDIT_LIMIT)]
    return []
