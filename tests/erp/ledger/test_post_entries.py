"""The books defend themselves: balance, completeness, periods and immutability are the database's own."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from erp.core.events import DocumentRef
from erp.core.rows import execute
from erp.ledger.errors import AlreadyReversed, ControlAccount, EntryNotBalanced, EntryOfDocument
from erp.ledger.models import AccountRole, JournalEntry, JournalLine
from erp.ledger.operations.post_entries import EntryDraft, PostedEntry, credit, debit, post_entries
from erp.ledger.operations.reverse_entries import reverse_entries
from tests.support.cast import TODAY
from tests.support.shop import Shop

D = Decimal


def entry(left: str, right: str) -> EntryDraft:
    return EntryDraft(
        journal=JournalEntry.Journal.GENERAL,
        date=TODAY,
        document=DocumentRef("memo", 1),
        document_number="M-1",
        lines=(debit(AccountRole.BANK, D(left), currency="EUR"), credit(AccountRole.REVENUE, D(right), currency="EUR")),
    )


def post(shop: Shop, left: str = "5.00", right: str = "5.00") -> PostedEntry:
    return post_entries(entries=[entry(left, right)], **shop.by)[0]


def test_a_balanced_entry_moves_both_accounts(shop: Shop) -> None:
    post(shop)
    assert shop.balance(AccountRole.BANK) == 5
    assert shop.balance(AccountRole.REVENUE) == -5


def test_an_unbalanced_entry_is_refused_with_both_sums(shop: Shop) -> None:
    with pytest.raises(EntryNotBalanced) as refused:
        post(shop, "5.00", "4.99")
    assert "5.00" in str(refused.value)
    assert "4.99" in str(refused.value)


def test_the_database_itself_refuses_what_does_not_balance(shop: Shop) -> None:
    posted = post(shop)
    line = JournalLine.objects.filter(entry_id=posted.id).first()
    assert line is not None
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_journalline (company_id, entry_id, sequence, account_id, period_id, date, debit, credit,"
            " currency_code, currency_amount) VALUES (%s, %s, 9, %s, %s, %s, 1, 0, 'EUR', 1)",
            [line.company_id, line.entry_id, line.account_id, line.period_id, line.date],
        )


@pytest.mark.parametrize("table", ["ledger_journalentry", "ledger_journalline"])
def test_what_is_posted_stays(shop: Shop, table: str) -> None:
    post(shop)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        execute(f"DELETE FROM {table}")  # noqa: S608


def test_a_reversal_swaps_the_sides_in_its_own_period_and_happens_once(shop: Shop) -> None:
    posted = post(shop)
    later = TODAY + datetime.timedelta(days=40)
    [reversal] = reverse_entries(entry_ids=[posted.id], date=later, **shop.by)
    assert shop.balance(AccountRole.BANK) == 5
    row = JournalEntry.objects.get(pk=reversal.id)
    assert (row.reverses_id, row.date) == (posted.id, later)
    assert [(line.debit, line.credit) for line in row.lines.order_by("sequence")] == [(0, 5), (5, 0)]
    with pytest.raises(AlreadyReversed):
        reverse_entries(entry_ids=[posted.id], date=later, **shop.by)


def test_the_entry_of_a_document_is_not_reversed_alone(shop: Shop) -> None:
    of_receipt = JournalEntry.objects.get(kind="receipt")
    with pytest.raises(EntryOfDocument):
        reverse_entries(entry_ids=[of_receipt.pk], date=TODAY, **shop.by)


def test_a_control_account_takes_no_entry_by_hand(shop: Shop) -> None:
    lines = (debit(AccountRole.INVENTORY, D(5), currency="EUR"), credit(AccountRole.REVENUE, D(5), currency="EUR"))
    with pytest.raises(ControlAccount, match="Inventory"):
        post_entries(entries=[replace(entry("5", "5"), lines=lines)], **shop.by)
