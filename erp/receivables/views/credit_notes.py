"""The page of a credit note, and crediting an invoice."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.timeline import DocumentStory
from erp.core import clock
from erp.core.events import DocumentRef
from erp.core.scope import company_scope
from erp.documents.registry import find_url
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.ledger.facts import entry_fact
from erp.receivables.forms import CreditForm
from erp.receivables.models import CreditNote
from erp.receivables.operations.post_credit_notes import post_credit_notes
from erp.receivables.permissions import APPLY_CREDITS, POST_CREDIT_NOTES, VIEW_INVOICES
from erp.receivables.queries import (
    can_apply_credit,
    find_credit_note,
    find_invoice,
    list_credit_note_lines,
    list_creditable_lines,
    list_settled_by_credit,
)
from erp.receivables.tables import CREDIT_NOTES, CREDIT_STATES, INVOICES
from erp.screens.columns import measure_column, price_column, product_column
from erp.screens.documents import Amount, DocumentPage, Fact, Lines, Verb
from erp.screens.forms import submit_form
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


@requires(VIEW_INVOICES)
def credit_note(request: CompanyRequest, pk: int) -> HttpResponse:
    """One credit note: its lines, what it settled and what of it is still on the customer's account."""
    found = find_credit_note(pk)
    if found is None:
        raise Http404
    return render(request, "screens/document.html", {"document": _page(request, found)})


@requires(POST_CREDIT_NOTES)
def new_credit(request: CompanyRequest, pk: int) -> HttpResponse:
    """Credit an invoice without goods: of each line a quantity or a part of the price."""
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        invoice = find_invoice(pk, company_today())
        if invoice is None:
            raise Http404
        lines = list_creditable_lines(pk)
        form = CreditForm(request.POST or None, invoice=invoice, lines=lines, initial={"date": company_today()})
        valid = form.is_valid()
    if request.method == "POST" and valid:
        draft, at = form.draft(), clock.now()
        done, posted = submit_form(
            request,
            form,
            lambda: post_credit_notes(notes=[draft], actor=actor, at=at),
            done=_("Credit note posted."),
            names=form.names,
        )
        if done:
            return redirect("receivables:credit_note", posted[0].id) if posted else redirect("receivables:invoice", pk)
    with company_scope(actor, read_only=True):
        context = {
            "form": form,
            "heading": _("Credit %(number)s") % {"number": invoice.number},
            "lead": invoice.customer.name,
            "submit": _("Post credit note"),
            "back_url": reverse("receivables:invoice", args=[pk]),
            "trail": find_trail(request, INVOICES, reverse("receivables:invoices"), pk),
        }
        return render(request, "erp/receivables/credit_new.html", context)


def _page(request: CompanyRequest, note: CreditNote) -> DocumentPage:
    assert request.actor is not None
    can, currency = request.actor.can, note.currency_code
    state = CREDIT_STATES[note.status]  # type: ignore[attr-defined]
    story = DocumentStory(DocumentRef("credit_note", note.pk), CreditNote, can)
    orders = story.cards_of("sales_order")
    return DocumentPage(
        number=note.number,
        title=_("Customer"),
        type_label=_("Credit note"),
        state_label=state.label,
        state_family=state.family,
        actor=request.actor,
        party=note.customer.name,
        party_url=find_url("party", note.customer_id, can),
        trail=find_trail(request, CREDIT_NOTES, reverse("receivables:credit_notes"), note.pk),
        key_amount=Fact(label=_("On account"), value=note.residual, kind="money", unit=currency),  # type: ignore[attr-defined]
        key_date=Fact(label=_("Date"), value=note.date, kind="date"),
        verbs=[_apply_verb(note)],
        facts=_facts(note),
        lines=_lines(note, can),
        more_lines=[_settled(note, can)],
        amounts=[
            Amount(_("Net"), note.net, currency),
            Amount(_("Tax"), note.tax, currency),
            Amount(_("Total"), note.total, currency, strong=True),
        ],
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
        thread_url=reverse("thread:sales_order", args=[orders[0].ref.id]) if orders and can(orders[0].permission) else "",
    )


def _apply_verb(note: CreditNote) -> Verb:
    used = note.residual == 0  # type: ignore[attr-defined]
    reason = (
        _("All of it is used.")
        if used
        else ""
        if can_apply_credit(note.customer_id, note.currency_code)
        else _("No invoice is open.")
    )
    return Verb(
        name="apply_credit",
        label=_("Apply credit"),
        url=reverse("receivables:apply_credit", args=["credit_note", note.pk]),
        permission=APPLY_CREDITS,
        icon="arrow-merge",
        enabled=not reason,
        reason=reason,
    )


def _facts(note: CreditNote) -> list[Fact]:
    invoice = note.invoice
    return [
        Fact(
            label=_("Invoice"),
            value=invoice.number if invoice else _("Without an invoice"),
            kind="code" if invoice else "text",
            url=reverse("receivables:invoice", args=[invoice.pk]) if invoice else "",
        ),
        Fact(label=_("Why"), value=note.memo),
        entry_fact("credit_note", note.pk),
        Fact(label=_("Posted at"), value=note.posted_at, kind="time"),
    ]


def _lines(note: CreditNote, can: Callable[[str], bool]) -> Lines:
    lines = list(list_credit_note_lines(note.pk))
    columns = (
        product_column(can),
        Column(name="description", label=_("Description")),
        measure_column(_("Quantity")),
        price_column(lines),
        Column(name="net", label=_("Net"), kind="money"),
        Column(name="tax", label=_("Tax"), kind="money"),
        Column(name="total", label=_("Total"), kind="money"),
    )
    return Lines(columns=columns, rows=lines)


def _settled(note: CreditNote, can: Callable[[str], bool]) -> Lines:
    columns = (
        Column(
            name="document",
            label=_("Settled"),
            kind="code",
            field="debit_item__document_number",
            url=lambda row: find_url(row.debit_item.kind, row.debit_item.document_id, can),
        ),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="amount", label=_("Amount"), kind="money", currency="debit_item__currency_code"),
    )
    return Lines(columns=columns, rows=list(list_settled_by_credit(note.pk)), title=_("What it settled"))
