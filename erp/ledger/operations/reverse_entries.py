"""Corrections of the books: reversals in an open period; the original stays as it is."""

import datetime
from collections.abc import Sequence

from erp.core.actor import Actor
from erp.core.errors import NotFound, raise_refusals
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.core.rows import COMPANY, fetch
from erp.ledger.errors import AlreadyReversed, EntryOfDocument
from erp.ledger.models import JournalEntry, JournalLine
from erp.ledger.operations.post_entries import EntryDraft, LineDraft, PostedEntry, post_entries
from erp.ledger.permissions import POST_ENTRIES

_REVERSED = f"SELECT reverses_id FROM ledger_journalentry WHERE company_id = {COMPANY} AND reverses_id = ANY(%s::bigint[])"  # noqa: S608


@operation(POST_ENTRIES)
def reverse_entries(*, entry_ids: Sequence[int], date: datetime.date, actor: Actor, at: datetime.datetime) -> list[PostedEntry]:
    """Reverse general entries with the sides swapped, dated `date`. Entries of documents are refused: reversed alone they
    would part the books from stock and open items."""
    entries = {e.pk: e for e in JournalEntry.objects.filter(pk__in=entry_ids).order_by("pk")}
    reversed_before = {row[0] for row in fetch(_REVERSED, [list(entry_ids)])}
    raise_refusals(
        [NotFound(field="entry_ids", what="journal entry", value=i) for i in entry_ids if i not in entries]
        + [AlreadyReversed(document=entries[i].number, document_id=i) for i in entry_ids if i in reversed_before]
        + [
            EntryOfDocument(document=entry.number, document_id=entry.pk, source=entry.document_number)
            for entry in entries.values()
            if entry.journal != JournalEntry.Journal.GENERAL
        ]
    )
    lines: dict[int, list[LineDraft]] = {pk: [] for pk in entries}
    for line in JournalLine.objects.filter(entry_id__in=entries).order_by("entry_id", "sequence"):
        lines[line.entry_id].append(
            LineDraft(
                account_id=line.account_id,
                debit=line.credit,
                credit=line.debit,
                party_id=line.party_id,
                currency_code=line.currency_code,
                currency_amount=-line.currency_amount,
            )
        )
    drafts = [
        EntryDraft(
            journal=entry.journal,
            date=date,
            document=DocumentRef("journal_entry", pk),
            document_number=entry.number,
            lines=lines[pk],
            memo=entry.memo,
            reverses_id=pk,
        )
        for pk, entry in entries.items()
    ]
    return post_entries(entries=drafts, actor=actor, at=at)
