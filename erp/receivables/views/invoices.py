"""The page of an invoice."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.timeline import DocumentStory
from erp.core.events import DocumentRef
from erp.documents.registry import find_url
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.ledger.facts import entry_fact
from erp.receivables.models import Invoice
from erp.receivables.permissions import POST_CREDIT_NOTES, RECEIVE_PAYMENTS, VIEW_INVOICES
from erp.receivables.queries import find_invoice, list_invoice_lines, list_settlements
from erp.receivables.tables import INVOICES, STATES
from erp.screens.columns import discount_columns, measure_column, price_column, product_column
from erp.screens.documents import Amount, DocumentPage, Fact, Lines, Verb
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


@requires(VIEW_INVOICES)
def invoice(request: CompanyRequest, pk: int) -> HttpResponse:
    """One invoice: its lines, what of it is open, what settled it, and its entry in the books."""
    found = find_invoice(pk, company_today())
    if found is None:
        raise Http404
    return render(request, "screens/document.html", {"document": _page(request, found)})


def _page(request: CompanyRequest, invoice: Invoice) -> DocumentPage:
    assert request.actor is not None
    can = request.actor.can
    state = STATES[invoice.status]  # type: ignore[attr-defined]
    currency = invoice.currency_code
    story = DocumentStory(DocumentRef("invoice", invoice.pk), Invoice, can)
    return DocumentPage(
        number=invoice.number,
        title=_("Customer"),
        type_label=_("Invoice"),
        state_label=state.label,
        state_family=state.family,
        actor=request.actor,
        party=invoice.customer.name,
        party_url=find_url("party", invoice.customer_id, can),
        trail=find_trail(request, INVOICES, reverse("receivables:invoices"), invoice.pk),
        key_amount=Fact(label=_("Open"), value=invoice.residual, kind="money", unit=currency),  # type: ignore[attr-defined]
        key_date=Fact(label=_("Due"), value=invoice.due_date, kind="date"),
        verbs=[_payment_verb(invoice), _credit_verb(invoice)],
        facts=_facts(invoice),
        lines=_lines(request, invoice),
        more_lines=[_settlements(request, invoice)],
        amounts=[
            Amount(_("Net"), invoice.net, currency),
            Amount(_("Tax"), invoice.tax, currency),
            Amount(_("Total"), invoice.total, currency, strong=True),
        ],
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
        thread_url=_thread_url(story),
    )


def _thread_url(story: DocumentStory) -> str:
    orders = story.cards_of("sales_order")
    return reverse("thread:sales_order", args=[orders[0].ref.id]) if orders and story.can(orders[0].permission) else ""


def _payment_verb(invoice: Invoice) -> Verb:
    is_open = invoice.residual > 0  # type: ignore[attr-defined]
    return Verb(
        name="pay",
        label=_("Receive payment"),
        url=reverse("receivables:new_payment", query={"invoice": str(invoice.pk)}),
        permission=RECEIVE_PAYMENTS,
        method="get",
        icon="cash",
        enabled=is_open,
        reason="" if is_open else _("Nothing is open."),
    )


def _credit_verb(invoice: Invoice) -> Verb:
    is_left = invoice.credited < invoice.total  # type: ignore[attr-defined]
    return Verb(
        name="credit",
        label=_("Credit invoice"),
        url=reverse("receivables:new_credit", args=[invoice.pk]),
        permission=POST_CREDIT_NOTES,
        method="get",
        icon="file-minus",
        enabled=is_left,
        reason="" if is_left else _("It is credited wholly already."),
    )


def _facts(invoice: Invoice) -> list[Fact]:
    return [
        Fact(label=_("Date"), value=invoice.date, kind="date"),
        Fact(label=_("Due"), value=invoice.due_date, kind="date"),
        entry_fact("invoice", invoice.pk),
        *_credited(invoice),
        Fact(label=_("Posted at"), value=invoice.posted_at, kind="time"),
    ]


def _credited(invoice: Invoice) -> list[Fact]:
    credited = invoice.credited  # type: ignore[attr-defined]
    return [Fact(label=_("Credited"), value=credited, kind="money", unit=invoice.currency_code)] if credited else []


def _lines(request: CompanyRequest, invoice: Invoice) -> Lines:
    assert request.actor is not None
    can = request.actor.can
    lines = list(list_invoice_lines(invoice.pk))
    columns = (
        product_column(can),
        Column(name="description", label=_("Description")),
        measure_column(_("Quantity")),
        price_column(lines),
        *discount_columns(lines),
        Column(name="net", label=_("Net"), kind="money"),
        Column(name="tax", label=_("Tax"), kind="money"),
        Column(name="total", label=_("Total"), kind="money"),
    )
    return Lines(columns=columns, rows=lines)


def _settlements(request: CompanyRequest, invoice: Invoice) -> Lines:
    assert request.actor is not None
    can = request.actor.can
    columns = (
        Column(
            name="document",
            label=_("Settled by"),
            kind="code",
            field="credit_item__document_number",
            url=lambda row: find_url(row.credit_item.kind, row.credit_item.document_id, can),
        ),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="amount", label=_("Amount"), kind="money", currency="credit_item__currency_code"),
    )
    return Lines(columns=columns, rows=list(list_settlements(invoice.pk)), title=_("Payments and credits"))
