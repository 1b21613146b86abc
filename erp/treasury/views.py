"""The page of a payment."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.timeline import DocumentStory
from erp.core.events import DocumentRef
from erp.documents.registry import find_url
from erp.identity.middleware import CompanyRequest
from erp.ledger.permissions import VIEW_LEDGER
from erp.ledger.queries import find_entry_of
from erp.screens.documents import DocumentPage, Fact, Lines
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires
from erp.treasury.models import Payment
from erp.treasury.permissions import VIEW_PAYMENTS
from erp.treasury.queries import find_payment, list_settled
from erp.treasury.tables import DIRECTIONS, PAYMENTS


@requires(VIEW_PAYMENTS)
def payment(request: CompanyRequest, pk: int) -> HttpResponse:
    """One payment and what it settled."""
    found = find_payment(pk)
    if found is None:
        raise Http404
    return render(request, "screens/document.html", {"document": _page(request, found)})


def _page(request: CompanyRequest, payment: Payment) -> DocumentPage:
    assert request.actor is not None
    can = request.actor.can
    state = DIRECTIONS[Payment.Direction(payment.direction)]
    story = DocumentStory(DocumentRef("payment", payment.pk), Payment, can)
    entry = find_entry_of("payment", payment.pk)
    return DocumentPage(
        number=payment.number,
        title=_("Party"),
        type_label=_("Payment"),
        state_label=state.label,
        state_family=state.family,
        actor=request.actor,
        party=payment.party.name,
        party_url=find_url("party", payment.party_id, can),
        trail=find_trail(request, PAYMENTS, reverse("treasury:payments"), payment.pk),
        key_amount=Fact(label=_("Amount"), value=payment.amount, kind="money", unit=payment.currency_code),
        key_date=Fact(label=_("Date"), value=payment.date, kind="date"),
        facts=[
            Fact(label=_("Bank account"), value=payment.bank_account.name),
            Fact(label=_("Memo"), value=payment.memo),
            Fact(
                label=_("Journal entry"),
                value=entry.number if entry else "",
                kind="code",
                url=reverse("ledger:entry", args=[entry.pk]) if entry else "",
                permission=VIEW_LEDGER,
            ),
            Fact(label=_("Posted at"), value=payment.posted_at, kind="time"),
        ],
        lines=_settled(request, payment),
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
    )


def _settled(request: CompanyRequest, payment: Payment) -> Lines:
    assert request.actor is not None
    can = request.actor.can
    columns = (
        Column(
            name="document",
            label=_("Settled"),
            kind="code",
            field="debit_item__document_number",
            url=lambda row: find_url(row.debit_item.kind, row.debit_item.document_id, can),
        ),
        Column(name="due", label=_("Due"), kind="date", field="debit_item__due_date"),
        Column(name="amount", label=_("Amount"), kind="money", currency="debit_item__currency_code"),
    )
    return Lines(columns=columns, rows=list(list_settled(payment.pk)), title=_("What it settled"))
