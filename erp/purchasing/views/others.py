"""The pages of agreements and of returns to suppliers."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.timeline import DocumentStory
from erp.core.events import DocumentRef
from erp.documents.registry import find_url
from erp.identity.middleware import CompanyRequest
from erp.inventory.permissions import VIEW_VALUE
from erp.ledger.facts import entry_fact
from erp.purchasing.models import Agreement, AgreementLine, PurchaseReturn
from erp.purchasing.permissions import SAVE_AGREEMENTS, VIEW
from erp.purchasing.queries import find_agreement, find_return, list_agreement_lines, list_return_lines
from erp.purchasing.tables import AGREEMENTS, RETURNS, VALIDITY
from erp.screens.documents import DocumentPage, Fact, Lines, Verb
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


@requires(VIEW)
def agreement(request: CompanyRequest, pk: int) -> HttpResponse:
    """One agreement: what is bought by it, at which prices and in what lots."""
    found = find_agreement(pk)
    if found is None:
        raise Http404
    assert request.actor is not None
    can, state = request.actor.can, VALIDITY[found.blocked]
    story = DocumentStory(DocumentRef("agreement", pk), Agreement, can)
    columns = (
        Column(name="product", label=_("Product"), field="product__sku", kind="code", url=_edit_url(request)),
        Column(name="unit", label=_("Unit"), kind="unit"),
        Column(name="price", label=_("Price"), kind="note", text=_prices),
        Column(name="lead_days", label=_("Lead days"), kind="number"),
        Column(name="min_quantity", label=_("Minimum"), kind="quantity"),
        Column(name="max_quantity", label=_("Maximum"), kind="quantity"),
        Column(name="multiple", label=_("Multiple"), kind="quantity"),
        Column(name="supplier_sku", label=_("Supplier's code"), kind="code"),
        Column(name="active", label=_("Active"), kind="flag"),
    )
    page = DocumentPage(
        number=found.number,
        title=_("Supplier"),
        type_label=_("Agreement"),
        state_label=state.label,
        state_family=state.family,
        actor=request.actor,
        party=found.supplier.name,
        party_url=find_url("party", found.supplier_id, can),
        trail=find_trail(request, AGREEMENTS, reverse("purchasing:agreements"), pk),
        key_date=Fact(label=_("Valid from"), value=found.valid_from_date, kind="date"),
        verbs=_agreement_verbs(found),
        facts=[
            Fact(label=_("Valid to"), value=found.valid_to_date, kind="date"),
            Fact(label=_("Currency"), value=found.currency_code),
            Fact(label=_("Preferred"), value=found.preferred, kind="flag"),
            Fact(label=_("May be over by"), value=found.over_fraction * 100, kind="percent"),
            Fact(label=_("May be under by"), value=found.under_fraction * 100, kind="percent"),
            Fact(label=_("Memo"), value=found.memo),
        ],
        lines=Lines(columns=columns, rows=list(list_agreement_lines(pk))),
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
    )
    return render(request, "screens/document.html", {"document": page})


def _edit_url(request: CompanyRequest) -> Callable[[AgreementLine], str]:
    """A line opens its form for those who may change it, else its product."""
    assert request.actor is not None
    can = request.actor.can

    def url(line: AgreementLine) -> str:
        if can(SAVE_AGREEMENTS):
            return reverse("purchasing:edit_agreement_line", args=[line.agreement_id, line.pk])
        return find_url("product", line.product_id, can)

    return url


def _agreement_verbs(found: Agreement) -> list[Verb]:
    def verb(name: str, label: str, icon: str) -> Verb:
        url = reverse(f"purchasing:{name}", args=[found.pk])
        return Verb(name=name, label=label, url=url, permission=SAVE_AGREEMENTS, method="get", icon=icon)

    return [
        verb("new_agreement_line", _("Add a line"), "square-plus"),
        verb("edit_agreement", _("Edit agreement"), "pencil"),
    ]


def _prices(line: object) -> str:
    tiers = sorted(line.tiers.all(), key=lambda t: (t.from_quantity, t.valid_from_date))  # type: ignore[attr-defined]
    return " · ".join(
        f"{t.price.normalize():f}" + (f" ≥ {t.from_quantity.normalize():f}" if t.from_quantity else "") for t in tiers
    )


@requires(VIEW)
def purchase_return(request: CompanyRequest, pk: int) -> HttpResponse:
    """One return: what went back of which order, and what is owed no more for it."""
    found = find_return(pk)
    if found is None:
        raise Http404
    assert request.actor is not None and request.company is not None
    can, home = request.actor.can, request.company.currency_code
    story = DocumentStory(DocumentRef("purchase_return", pk), PurchaseReturn, can)
    columns = (
        Column(name="sku", label=_("Product"), kind="code", field="order_line__product__sku"),
        Column(name="name", label=_("Description"), field="order_line__description"),
        Column(name="quantity", label=_("Quantity"), kind="quantity"),
        Column(name="agreed", label=_("Agreed"), kind="money", permission=VIEW_VALUE),
        Column(name="cost", label=_("Cost"), kind="money", permission=VIEW_VALUE),
    )
    page = DocumentPage(
        number=found.number,
        title=_("Supplier"),
        type_label=_("Return to supplier"),
        state_label=_("Posted"),
        state_family="done",
        actor=request.actor,
        party=found.supplier.name,
        party_url=find_url("party", found.supplier_id, can),
        trail=find_trail(request, RETURNS, reverse("purchasing:returns"), pk),
        key_date=Fact(label=_("Date"), value=found.date, kind="date"),
        facts=[
            Fact(
                label=_("Purchase order"),
                value=found.order.number,
                kind="code",
                url=reverse("purchasing:order", args=[found.order_id]),
            ),
            Fact(label=_("Reason"), value=found.reason),
            Fact(label=_("Value"), value=found.value, kind="money", unit=home, permission=VIEW_VALUE),
            entry_fact("purchase_return", pk),
            Fact(label=_("Posted at"), value=found.at, kind="time"),
        ],
        lines=Lines(columns=columns, rows=list(list_return_lines(pk))),
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
    )
    return render(request, "screens/document.html", {"document": page})
