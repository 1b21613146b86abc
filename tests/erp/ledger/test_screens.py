"""The screens of the books: from the trial balance down to the document, and the locks of periods."""

import re
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.ledger.models import JournalEntry, Period
from tests.support.cast import TODAY, counted_statements
from tests.support.trade import LogIn, Trade

TRIAL = "?first=2026-01&last=2026-12"


def body(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def cells(row: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)]


def test_the_trial_balance_balances_and_each_row_opens_lines_that_sum_to_it(trade: Trade, log_in: LogIn) -> None:
    trade.order("paid")
    client = log_in(Role.ACCOUNTANT)
    page = body(client, reverse("ledger:trial_balance") + TRIAL)
    assert ">Balanced<" in page
    rows = re.findall(r'<tr data-url="([^"]+)".*?</tr>', page, re.S)
    drawn = re.findall(r"<tr data-url.*?</tr>", page, re.S)
    assert len(rows) >= 6
    for url, row in zip(rows, drawn, strict=True):
        debit, credit = cells(row)[3:5]
        listed = body(client, url.replace("&amp;", "&"))
        foot = cells(re.search(r"<tfoot>.*?</tfoot>", listed, re.S).group())  # type: ignore[union-attr]
        assert [amount.replace("EUR", "") for amount in foot[-2:]] == [debit or "0.00", credit or "0.00"]


def test_an_entry_leads_to_the_document_it_books(trade: Trade, log_in: LogIn) -> None:
    trade.order("invoiced")
    client = log_in(Role.ACCOUNTANT)
    with company_scope(trade.actor, read_only=True):
        entry = JournalEntry.objects.get(kind="invoice")
    page = body(client, reverse("ledger:entry", args=[entry.pk]))
    assert reverse("receivables:invoice", args=[entry.document_id]) in page
    assert page.count("141.25") >= 3  # 3 lamps and 2 cables with 13 % tax: the debit and both feet


def test_every_list_opens_and_costs_the_same_for_many_rows(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.FINANCE_MANAGER)
    urls = [reverse(f"ledger:{name}") for name in ("entries", "lines", "accounts", "open_items", "periods")]
    trade.order("paid", quantity="1")
    few = [_statements(client, url) for url in urls]
    for _ in range(8):
        trade.order("paid", quantity="1")
    assert [_statements(client, url) for url in urls] == few


def _statements(client: Client, url: str) -> int:
    body(client, url)
    with counted_statements() as count:
        body(client, url)
        return count()


def test_the_finance_manager_locks_and_opens_periods_and_an_accountant_does_not(trade: Trade, log_in: LogIn) -> None:
    with company_scope(trade.actor, read_only=True):
        period = Period.objects.get(code="2026-01")
    url, data = reverse("ledger:periods"), {"verb": "lock", "ids": [period.pk], "query": ""}
    log_in(Role.ACCOUNTANT).post(url, data)
    assert _locks(trade, period) == (False, False)
    manager = log_in(Role.FINANCE_MANAGER)
    assert "1 done." in manager.post(url, data).content.decode()
    assert _locks(trade, period) == (True, True)
    manager.post(url, {**data, "verb": "lock_stock"})
    assert _locks(trade, period) == (False, True)
    manager.post(url, {**data, "verb": "open"})
    assert _locks(trade, period) == (False, False)


def test_the_list_of_periods_begins_with_the_one_of_today(trade: Trade, log_in: LogIn) -> None:
    client, url = log_in(Role.ACCOUNTANT), reverse("ledger:periods")
    assert client.get(url).context["page"].rows[0].label == f"{TODAY:%Y-%m}"
    assert client.get(f"{url}?begun=all").context["page"].rows[0].label > f"{TODAY:%Y-%m}"


def _locks(trade: Trade, period: Period) -> tuple[bool, bool]:
    with company_scope(trade.actor, read_only=True):
        return Period.objects.values_list("ledger_locked", "stock_locked").get(pk=period.pk)


def test_periods_the_wrong_way_round_are_refused_with_a_sentence(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ACCOUNTANT)
    assert "before the first" in body(client, reverse("ledger:trial_balance") + "?first=2026-05&last=2026-01")
    assert body(client, reverse("ledger:trial_balance") + "?first=xx&last=2026-01")


def test_a_salesperson_does_not_see_the_books(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.SALESPERSON)
    for name in ("trial_balance", "entries", "lines", "accounts", "open_items", "periods"):
        assert client.get(reverse(f"ledger:{name}")).status_code == 403


def test_open_items_show_what_is_open_in_the_company_currency(trade: Trade, log_in: LogIn) -> None:
    trade.order("invoiced")
    page = body(log_in(Role.ACCOUNTANT), reverse("ledger:open_items", query={"state": "open"}))
    assert "INV-000001" in page and str(Decimal("141.25")) in page


def test_the_trial_balance_says_its_first_and_its_last_day(trade: Trade, log_in: LogIn) -> None:
    page = body(log_in(Role.ACCOUNTANT), reverse("ledger:trial_balance", query={"first": "2026-02", "last": "2026-04"}))
    head = re.search(r'<div class="w-head">.*?</div>', page, re.S)
    assert head is not None and "1 Feb 2026 to 30 Apr 2026" in head.group()
