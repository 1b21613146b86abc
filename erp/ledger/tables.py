"""The lists of the books: entries, their lines, accounts, open items, periods."""

from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.core import clock
from erp.core.actor import Actor
from erp.core.units import run_unit
from erp.documents.registry import find_url
from erp.identity.queries import company_facts, company_today
from erp.ledger.filters import AccountFilter, EntryFilter, ItemFilter, LineFilter, PeriodFilter
from erp.ledger.models import AccountRole, JournalLine, LedgerAccount, Period
from erp.ledger.operations.lock_periods import lock_periods
from erp.ledger.permissions import LOCK_PERIODS, VIEW_LEDGER
from erp.ledger.queries import list_entries, open_items_by_side
from erp.screens.lists import BulkOutcome, BulkVerb, Column, ListScreen, State

ITEM_STATES = {
    "open": State(_("Open"), "open"),
    "overdue": State(_("Overdue"), "bad"),
    "credit": State(_("On account"), "waiting"),
    "settled": State(_("Settled"), "done"),
}
ITEM_SIDES = {
    AccountRole.RECEIVABLE: State(AccountRole.RECEIVABLE.label, "open"),
    AccountRole.PAYABLE: State(AccountRole.PAYABLE.label, "waiting"),
}
LOCKED = {True: State(_("Locked"), "done"), False: State(_("Open"), "open")}


def _currency(actor: Actor) -> Value:
    return Value(company_facts(actor.company_id).currency_code)


def list_lines(actor: Actor) -> QuerySet[Any]:
    rows = JournalLine.objects.select_related("entry", "account", "party")
    return rows.annotate(company_currency=_currency(actor))


def list_items(actor: Actor) -> QuerySet[Any]:
    return (
        open_items_by_side()
        .select_related("party")
        .annotate(
            company_currency=_currency(actor),
            status=Case(
                When(residual=0, then=Value("settled")),
                When(owed__lt=0, then=Value("credit")),
                When(due_date__lt=company_today(), then=Value("overdue")),
                default=Value("open"),
            ),
        )
    )


def _set_locks(*, ledger: bool, stock: bool) -> Any:
    def perform(request: HttpRequest, ids: list[int]) -> BulkOutcome:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        at = clock.now()
        done = run_unit(actor, lambda: lock_periods(period_ids=ids, ledger=ledger, stock=stock, actor=actor, at=at))
        return BulkOutcome(done=done)

    return perform


ENTRIES = ListScreen(
    name="journal_entries",
    title=_("Journal entries"),
    permission=VIEW_LEDGER,
    rows=lambda actor: list_entries().annotate(company_currency=_currency(actor)),
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="journal", label=_("Journal"), field="get_journal_display", sort="journal"),
        Column(name="document", label=_("Document"), kind="code", field="document_number", sort=False),
        Column(name="memo", label=_("Memo"), sort=False),
        Column(name="posted_at", label=_("Posted at"), kind="time", sort=False, visible=False),
        Column(name="amount", label=_("Amount"), kind="money", currency="company_currency", sort=False),
    ),
    filters=EntryFilter,
    search=("number__istartswith", "document_number__istartswith"),
    search_hint=_("Number of the entry or document"),
    default_sort="-id",
    row_url=lambda row: reverse("ledger:entry", args=[row.pk]),
    row_label=lambda row: row.number,
    empty=_("Nothing has been booked yet."),
)
LINES = ListScreen(
    name="journal_lines",
    title=_("Journal lines"),
    permission=VIEW_LEDGER,
    rows=list_lines,
    columns=(
        Column(name="entry", label=_("Entry"), kind="code", field="entry__number", sort="entry_id"),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="account", label=_("Account"), field="account", sort="account__code"),
        Column(name="document", label=_("Document"), kind="code", field="entry__document_number", sort=False),
        Column(name="party", label=_("Party"), field="party__name", sort=False),
        Column(name="debit", label=_("Debit"), kind="money", currency="company_currency", total=True, blank_zero=True),
        Column(name="credit", label=_("Credit"), kind="money", currency="company_currency", total=True, blank_zero=True),
        Column(
            name="currency_amount",
            label=_("Amount in currency"),
            kind="money",
            currency="currency_code",
            sort=False,
            visible=False,
        ),
    ),
    filters=LineFilter,
    search=("entry__number__istartswith", "entry__document_number__istartswith"),
    search_hint=_("Number of the entry or document"),
    default_sort="-id",
    row_url=lambda row: reverse("ledger:entry", args=[row.entry_id]),
    row_label=lambda row: row.entry.number,
    empty=_("Nothing has been booked yet."),
)
ACCOUNTS = ListScreen(
    name="ledger_accounts",
    title=_("Ledger accounts"),
    permission=VIEW_LEDGER,
    rows=lambda _actor: LedgerAccount.objects.all(),
    columns=(
        Column(name="code", label=_("Code"), kind="code"),
        Column(name="name", label=_("Name")),
        Column(name="kind", label=_("Kind"), field="get_kind_display", sort="kind"),
        Column(name="is_control", label=_("Control account"), kind="flag"),
        Column(name="active", label=_("Active"), kind="flag", visible=False),
    ),
    filters=AccountFilter,
    search=("code__istartswith", "name"),
    search_hint=_("Code or name"),
    default_sort="code",
    row_url=lambda row: reverse("ledger:lines", query={"account": row.code}),
    row_label=lambda row: row.code,
    empty=_("There is no account yet."),
)
ITEMS = ListScreen(
    name="open_items",
    title=_("Open items"),
    permission=VIEW_LEDGER,
    rows=list_items,
    columns=(
        Column(name="document", label=_("Document"), kind="code", field="document_number"),
        Column(name="party", label=_("Party"), field="party__name"),
        Column(name="side", label=_("Side"), kind="state", states=ITEM_SIDES, sort=False, visible=False),
        Column(name="status", label=_("State"), kind="state", states=ITEM_STATES, sort=False),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="due", label=_("Due"), kind="date", field="due_date", bad=lambda row: row.status == "overdue"),
        Column(name="amount", label=_("Amount"), kind="money", currency="currency_code", total=True),
        Column(name="residual", label=_("Open"), kind="money", currency="currency_code", total=True),
        Column(
            name="company_residual",
            label=_("Open in company currency"),
            kind="money",
            currency="company_currency",
            total=True,
        ),
    ),
    filters=ItemFilter,
    search=("document_number__istartswith", "party__name"),
    search_hint=_("Document or party"),
    default_sort="due_date",
    row_url=lambda row: find_url(row.kind, row.document_id, lambda _permission: True),
    row_label=lambda row: row.document_number,
    empty=_("Nothing is open."),
)
PERIODS = ListScreen(
    name="periods",
    title=_("Periods"),
    permission=VIEW_LEDGER,
    rows=lambda _actor: Period.objects.all(),
    columns=(
        Column(name="code", label=_("Period"), kind="code"),
        Column(name="first_date", label=_("First day"), kind="date"),
        Column(name="last_date", label=_("Last day"), kind="date"),
        Column(name="ledger_locked", label=_("Books"), kind="state", states=LOCKED),
        Column(name="stock_locked", label=_("Stock"), kind="state", states=LOCKED),
    ),
    filters=PeriodFilter,
    defaults={"begun": "begun"},
    search=("code__istartswith",),
    default_sort="-first_date",
    row_url=lambda row: reverse("ledger:trial_balance", query={"first": row.code, "last": row.code}),
    row_label=lambda row: row.code,
    bulk=(
        BulkVerb(
            name="lock",
            label=_("Lock books and stock"),
            permission=LOCK_PERIODS,
            perform=_set_locks(ledger=True, stock=True),
            icon="lock",
            confirm=_("Lock %(count)s periods: no entry and no movement of stock can be dated in them."),
            confirm_one=_("Lock this period: no entry and no movement of stock can be dated in it."),
        ),
        BulkVerb(
            name="lock_stock",
            label=_("Lock stock only"),
            permission=LOCK_PERIODS,
            perform=_set_locks(ledger=False, stock=True),
            icon="package-off",
        ),
        BulkVerb(
            name="open",
            label=_("Open periods"),
            permission=LOCK_PERIODS,
            perform=_set_locks(ledger=False, stock=False),
            icon="lock-open",
            confirm=_("Open %(count)s periods for entries and movements of stock."),
            confirm_one=_("Open this period for entries and movements of stock."),
        ),
    ),
    empty=_("There is no period yet."),
)
