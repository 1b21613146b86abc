"""Settling open items. They are opened with the entry that books them (`post_entries.ItemDraft`)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from erp.core.actor import Actor
from erp.core.rows import execute

_SETTLE = (Path(__file__).parents[1] / "sql" / "settle_items.sql").read_text()


@dataclass(frozen=True, kw_only=True)
class SettlementDraft:
    """`amount` of a debit item against a credit item; both were locked by the caller."""

    debit_item_id: int
    credit_item_id: int
    amount: Decimal
    debit_company_amount: Decimal
    credit_company_amount: Decimal
    date: datetime.date


def settle_items(*, settlements: Sequence[SettlementDraft], actor: Actor, at: datetime.datetime) -> None:
    """Record settlements and lower both residuals. The residual CHECK stands behind it: no item is over-settled."""
    if not settlements:
        return
    rows = [
        (s.debit_item_id, s.credit_item_id, s.amount, s.debit_company_amount, s.credit_company_amount, s.date)
        for s in settlements
    ]
    execute(_SETTLE, [*map(list, zip(*rows, strict=True)), actor.name, at])
