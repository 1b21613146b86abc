"""The page of a journal entry."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.timeline import DocumentStory
from erp.core.events import DocumentRef
from erp.core.money import ZERO
from erp.documents.registry import describe, find_url
from erp.identity.middleware import CompanyRequest
from erp.ledger.models import JournalEntry, JournalLine
from erp.ledger.permissions import VIEW_LEDGER
from erp.ledger.queries import find_entry, find_reversal, list_entry_lines
from erp.ledger.tables import ENTRIES
from erp.screens.documents import Amount, DocumentPage, Fact, Lines
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


@requires(VIEW_LEDGER)
def entry(request: CompanyRequest, pk: int) -> HttpResponse:
    """One entry with its lines and the document it books."""
    found = find_entry(pk)
    if found is None:
        raise Http404
    return render(request, "screens/document.html", {"document": _page(request, found)})


def _page(request: CompanyRequest, entry: JournalEntry) -> DocumentPage:
    assert request.actor is not None and request.company is not None
    can = request.actor.can
    lines = list(list_entry_lines(entry.pk))
    reversal = find_reversal(entry.pk)
    story = DocumentStory(DocumentRef("journal_entry", entry.pk), JournalEntry, can)
    currency = request.company.currency_code
    debit, credit = sum((line.debit for line in lines), ZERO), sum((line.credit for line in lines), ZERO)
    return DocumentPage(
        number=entry.number,
        title="",
        type_label=_("Journal entry"),
        state_label=_("Reversed") if reversal else _("Posted"),
        state_family="cancelled" if reversal else "done",
        actor=request.actor,
        trail=find_trail(request, ENTRIES, reverse("ledger:entries"), entry.pk),
        key_amount=Fact(label=_("Amount"), value=debit, kind="money", unit=currency),
        key_date=Fact(label=_("Date"), value=entry.date, kind="date"),
        facts=_facts(request, entry, reversal),
        lines=_lines(request, entry, lines),
        amounts=[Amount(_("Debit"), debit, currency), Amount(_("Credit"), credit, currency)],
        related=story.related(without=()),
        timeline=story.timeline(),
        comment_url=story.comment_url,
    )


def _facts(request: CompanyRequest, entry: JournalEntry, reversal: JournalEntry | None) -> list[Fact]:
    assert request.actor is not None
    source = DocumentRef(entry.kind, entry.document_id) if entry.document_id else None
    card = describe([source]).get(source) if source else None
    facts = [
        Fact(
            label=card.label if card else _("Document"),
            value=entry.document_number,
            kind="code",
            url=card.url if card and request.actor.can(card.permission) else "",
        ),
        Fact(label=_("Journal"), value=entry.get_journal_display()),
        Fact(label=_("Period"), value=entry.period.code),
        Fact(label=_("Memo"), value=entry.memo),
        Fact(label=_("Posted at"), value=entry.posted_at, kind="time"),
    ]
    if entry.reverses:
        url = reverse("ledger:entry", args=[entry.reverses_id])
        facts.append(Fact(label=_("Reverses"), value=entry.reverses.number, kind="code", url=url))
    if reversal:
        url = reverse("ledger:entry", args=[reversal.pk])
        facts.append(Fact(label=_("Reversed by"), value=reversal.number, kind="code", url=url))
    return facts


def _lines(request: CompanyRequest, entry: JournalEntry, lines: list[JournalLine]) -> Lines:
    assert request.actor is not None
    can = request.actor.can
    shows_currency = any(line.currency_code != request.company.currency_code for line in lines)  # type: ignore[union-attr]
    columns = (
        Column(
            name="account",
            label=_("Account"),
            field="account",
            url=lambda line: reverse("ledger:lines", query={"account": line.account.code}),
        ),
        Column(
            name="party",
            label=_("Party"),
            field="party__name",
            url=lambda line: find_url("party", line.party_id, can) if line.party_id else None,
        ),
        Column(name="debit", label=_("Debit"), kind="money", blank_zero=True),
        Column(name="credit", label=_("Credit"), kind="money", blank_zero=True),
        Column(name="currency_amount", label=_("Amount in currency"), kind="money", currency="currency_code"),
    )
    return Lines(columns=columns if shows_currency else columns[:-1], rows=lines)
