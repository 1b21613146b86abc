"""The page of a payment."""

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.timeline import DocumentStory, actor_name
from erp.core.events import DocumentRef
from erp.documents.registry import find_url
from erp.identity.access import labels_of_actors
from erp.identity.middleware import CompanyRequest
from erp.ledger.facts import entry_fact
from erp.ledger.models import OpenItem, Settlement
from erp.screens.documents import DocumentPage, Entry, Fact, Lines, Verb
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires
from erp.treasury.models import Payment
from erp.treasury.permissions import VIEW_PAYMENTS
from erp.treasury.queries import find_item, find_payment, list_settled, meets_open_invoice, settled_side
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
    item = find_item(payment.pk)
    settled = list(list_settled(payment))
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
        verbs=_verbs(payment, item),
        facts=[
            Fact(label=_("On account"), value=abs(item.residual) if item else 0, kind="money", unit=payment.currency_code),
            Fact(label=_("Bank account"), value=payment.bank_account.name),
            Fact(label=_("Memo"), value=payment.memo),
            entry_fact("payment", payment.pk),
            Fact(label=_("Posted at"), value=payment.posted_at, kind="time"),
        ],
        lines=_settled(request, settled, settled_side(payment)),
        related=story.related(),
        timeline=_timeline(story, payment, settled),
        comment_url=story.comment_url,
    )


def _verbs(payment: Payment, item: OpenItem | None) -> list[Verb]:
    if payment.direction != Payment.Direction.IN or item is None:
        return []
    on_account = item.residual < 0
    reason = _("All of it is used.") if not on_account else "" if meets_open_invoice(item) else _("No invoice is open.")
    return [
        Verb(
            name="apply_credit",
            label=_("Apply credit"),
            url=reverse("receivables:apply_credit", args=["payment", payment.pk]),
            permission="receivables.apply",
            icon="arrow-merge",
            enabled=not reason,
            reason=reason,
        )
    ]


def _timeline(story: DocumentStory, payment: Payment, settled: Sequence[Settlement]) -> list[Entry]:
    """The story, and what the money settled after it had come: those events are of the invoices' threads."""
    later = [row for row in settled if row.at != payment.posted_at]
    who = labels_of_actors({row.actor for row in later})
    side = settled_side(payment)
    entries = [
        Entry(
            at=row.at,
            who=actor_name(who, row.actor),
            text=_("Applied to %(number)s") % {"number": item.document_number},
            kind="person" if row.actor.startswith(("user:", "key:")) else "automation",
            url=find_url(item.kind, item.document_id, story.can),
        )
        for row in reversed(later)
        for item in [getattr(row, side)]
    ]
    return sorted([*entries, *story.timeline()], key=lambda entry: entry.at, reverse=True)


def _settled(request: CompanyRequest, settled: Sequence[Settlement], side: str) -> Lines:
    assert request.actor is not None
    can = request.actor.can
    columns = (
        Column(
            name="document",
            label=_("Settled"),
            kind="code",
            field=f"{side}__document_number",
            url=lambda row: find_url(getattr(row, side).kind, getattr(row, side).document_id, can),
        ),
        Column(name="due", label=_("Due"), kind="date", field=f"{side}__due_date"),
        Column(name="amount", label=_("Amount"), kind="money", currency=f"{side}__currency_code"),
    )
    return Lines(columns=columns, rows=settled, title=_("What it settled"))
