"""Open items and their settlement."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from erp.core.actor import Actor
from erp.core.rows import COMPANY, execute, insert_rows
from erp.ledger.models import OpenItem

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
_SETTLE = (Path(__file__).parents[1] / "sql" / "settle_items.sql").read_text()


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
    rows = [
        (s.debit_item_id, s.credit_item_id, s.amount, s.debit_company_amount, s.credit_company_amount, s.date)
        for s in settlements
    ]
    execute(_SETTLE, [*map(list, zip(*rows, strict=True)), actor.name, at])
