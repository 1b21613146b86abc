"""Journal lines in one set through the books' own way in, against COPY of the same rows into the same tables."""

import io
import os
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import sql

from erp.core.events import DocumentRef
from erp.ledger.models import LedgerAccount
from erp.ledger.operations.post_entries import EntryDraft, LineDraft, post_entries
from tests.bench.row import Row
from tests.bench.trade import Trade

LINES_PER_ENTRY = 10
TABLES = ("ledger_journalentry", "ledger_journalline")


def posting(trade: Trade, *, lines: int, rounds: int) -> Iterator[Row]:
    """`ledger.post`: the set is drafted beforehand; both sides keep every trigger, reference, check and index."""
    accounts = trade.unit(
        lambda: list(
            LedgerAccount.objects.filter(is_control=False).order_by("code").values_list("pk", flat=True)[:LINES_PER_ENTRY]
        )
    )
    own = copy = 0.0
    for _ in range(rounds):
        drafts = [_entry(trade, accounts, i) for i in range(lines // LINES_PER_ENTRY)]
        began = time.perf_counter()
        first = trade.unit(lambda drafts=drafts: post_entries(entries=drafts, **trade.by)[0].id)  # type: ignore[misc]
        own += time.perf_counter() - began
        copy += _copy(trade, first)
    rate, bare = lines * rounds / own, lines * rounds / copy
    yield Row("ledger.post", rate, f"lines/s, {lines:,} in one set", bare, rate / bare, ">= 0.3 of COPY", rate / bare >= 0.3)


def _entry(trade: Trade, accounts: list[int], i: int) -> EntryDraft:
    amount = Decimal(100 + i % 900)
    sides = [{"debit": amount, "currency_amount": amount}, {"credit": amount, "currency_amount": -amount}]
    lines = [LineDraft(account_id=account, currency_code="CNY", **sides[n % 2]) for n, account in enumerate(accounts)]
    return EntryDraft(journal="general", date=trade.today, document=DocumentRef("", i), document_number="", lines=lines)


def _copy(trade: Trade, first: int) -> float:
    """Seconds to COPY what was just posted once more, under new numbers, by the owner of the tables."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        texts = [_as_text(owner, trade, table, first) for table in TABLES]
        began = time.perf_counter()
        for table, (columns, text) in zip(TABLES, texts, strict=True):
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            with owner.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)) as into:
                into.write(text)
        owner.commit()
        return time.perf_counter() - began


def _as_text(owner: psycopg.Connection[Any], trade: Trade, table: str, first: int) -> tuple[list[str], bytes]:
    """The rows in the format of COPY: ids and numbers moved behind what there is, the transaction's mark left out."""
    entries = table == TABLES[0]
    key = "id" if entries else "entry_id"
    top = owner.execute(f"SELECT max(id) FROM {TABLES[0]}".encode()).fetchone()
    assert top is not None
    shift = top[0] - first + 1
    names = [row[0] for row in owner.execute(_COLUMNS, [table]).fetchall() if row[0] != "xid" and (entries or row[0] != "id")]
    moved = {"id": f"id + {shift}", "entry_id": f"entry_id + {shift}", "number": "'COPY-' || number"}
    chosen = ", ".join(moved.get(name, name) for name in names)
    out = io.BytesIO()
    query = f"COPY (SELECT {chosen} FROM {table} WHERE company_id = {trade.actor.company_id} AND {key} >= {first}) TO STDOUT"
    with owner.cursor().copy(query.encode()) as source:
        for block in source:
            out.write(block)
    if entries:  # the sequence stands behind the copied ids, so that the next round finds them free
        owner.execute(b"SELECT setval('ledger_journalentry_id_seq', %s)", [2 * top[0] - first + 1])
    return names, out.getvalue()


_COLUMNS = "SELECT column_name::text FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position"
