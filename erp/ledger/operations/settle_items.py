"""Open items and their settlement."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core.actor import Actor
from erp.core.rows import COMPANY, IDS, execute, insert_rows
from erp.ledger.models import OpenItem, Settlement

_COLUMNS = [
    "account_id",
    "entry_id",
    "party_id",
    "kind",
    "document_id",
    "document_number",
    "date",
    "due_date",
    "currency_code",
    "rate",
    "amount",
    "company_amount",
    "residual",
    "company_residual",
]
_SETTLE = f"""
UPDATE ledger_openitem t SET residual = t.residual - u.amount, company_residual = t.company_residual - u.company_amount
FROM (SELECT id, sum(amount) AS amount, sum(company_amount) AS company_amount
      FROM unnest({IDS}, %s::numeric[], %s::numeric[]) AS w(id, amount, company_amount) GROUP BY id) u
WHERE t.company_id = {COMPANY} AND t.id = u.id
"""  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class ItemDraft:
    """An open item: `amount` is signed in its currency, what is owed to us positive."""

    entry_id: int
    party_id: int
    kind: str
    document_id: int
    document_number: str
    date: datetime.date
    due_date: datetime.date
    currency_code: str
    rate: Decimal
    amount: Decimal
    company_amount: Decimal


@dataclass(frozen=True, kw_only=True)
class SettlementDraft:
    """`amount` of a debit item against a credit item; both were locked by the caller."""

    debit_item_id: int
    credit_item_id: int
    amount: Decimal
    debit_company_amount: Decimal
    credit_company_amount: Decimal
    date: datetime.date


def open_items(*, items: Sequence[ItemDraft], role: str) -> list[int]:
    """Open items on the account that plays `role`; return their ids in order."""
    rows = [
        (
            i.entry_id,
            i.party_id,
            i.kind,
            i.document_id,
            i.document_number,
            i.date,
            i.due_date,
            i.currency_code,
            i.rate,
            i.amount,
            i.company_amount,
            i.amount,
            i.company_amount,
        )
        for i in items
    ]
    account = f"(SELECT account_id FROM ledger_postingaccount WHERE company_id = {COMPANY} AND role = '{role}')"  # noqa: S608
    made = insert_rows(OpenItem, _COLUMNS[1:], rows, computed={"account_id": account}, returning=["id"])
    return [row[0] for row in made]


def settle_items(*, settlements: Sequence[SettlementDraft], actor: Actor, at: datetime.datetime) -> None:
    """Record settlements and lower both residuals. The residual CHECK stands behind it: no item is over-settled."""
    if not settlements:
        return
    insert_rows(
        Settlement,
        ["debit_item_id", "credit_item_id", "amount", "debit_company_amount", "credit_company_amount", "date", "actor", "at"],
        [
            (s.debit_item_id, s.credit_item_id, s.amount, s.debit_company_amount, s.credit_company_amount, s.date, actor.name, at)
            for s in settlements
        ],
    )
    changes = [(s.debit_item_id, s.amount, s.debit_company_amount) for s in settlements]
    changes += [(s.credit_item_id, -s.amount, -s.credit_company_amount) for s in settlements]
    execute(_SETTLE, [list(column) for column in zip(*changes, strict=True)])
