"""The page of a quotation and its verbs."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from crm.pipeline.models import Quotation, QuotationLine
from crm.pipeline.operations.accept_quotations import accept_quotations
from crm.pipeline.operations.cancel_quotations import cancel_quotations
from crm.pipeline.permissions import ACCEPT_QUOTATIONS, EDIT_QUOTATIONS, VIEW_QUOTATIONS
from crm.pipeline.queries import LineStock, get_quotation, line_stock, list_lines, suggest_customers
from crm.pipeline.rules import margin
from crm.pipeline.states import FAMILIES, QuotationState
from crm.pipeline.tables import QUOTATIONS
from crm.pipeline.timeline import read_timeline
from erp.catalog.models import Product
from erp.catalog.permissions import VIEW_COST
from erp.core.clock import now
from erp.core.errors import NotFound
from erp.core.events import DocumentRef
from erp.documents.registry import describe
from erp.identity.middleware import CompanyRequest
from erp.inventory.permissions import VIEW_STOCK
from erp.screens.columns import in_base_unit, per_unit
from erp.screens.documents import Amount, DocumentPage, Fact, Lines, Related, Step, Stock, Verb, steps_to
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires
from erp.screens.views.verbs import seen_version

COLUMNS = (
    Column(name="sku", label=gettext_lazy("SKU"), kind="code", url=lambda row: row["url"]),
    Column(name="description", label=gettext_lazy("Description")),
    Column(name="quantity", label=gettext_lazy("Quantity"), kind="quantity", unit="unit", aside=lambda row: row["in_base"]),
    Column(name="unit_price", label=gettext_lazy("Price"), kind="money", currency="currency", aside=lambda row: row["per_unit"]),
    Column(name="discount", label=gettext_lazy("Discount"), kind="percent"),
    Column(name="tax_rate", label=gettext_lazy("Tax"), kind="percent"),
    Column(name="net", label=gettext_lazy("Net"), kind="money", currency="currency"),
    Column(
        name="margin",
        label=gettext_lazy("Margin"),
        kind="percent",
        permission=VIEW_COST,
        bad=lambda row: (row["margin"] or 0) < 0,
    ),
)


@requires(VIEW_QUOTATIONS)
@require_safe
def quotation(request: CompanyRequest, pk: int) -> HttpResponse:
    """One quotation: what is offered, what is in stock of it, what can be done."""
    assert request.actor is not None
    try:
        row = get_quotation(quotation_id=pk, actor=request.actor)
    except NotFound as missing:
        raise Http404(missing.sentence) from missing
    return render(request, "screens/document.html", {"document": _page(request, row)})


def accept(request: HttpRequest, pk: int) -> str:
    versions = {pk: seen_version(request)}
    [accepted] = accept_quotations(quotation_ids=[pk], versions=versions, actor=request.actor, at=now())  # type: ignore[attr-defined]
    return accepted.number


def cancel(request: HttpRequest, pk: int) -> None:
    versions = {pk: seen_version(request)}
    cancel_quotations(quotation_ids=[pk], versions=versions, actor=request.actor, at=now())  # type: ignore[attr-defined]


@requires(VIEW_QUOTATIONS)
@require_safe
def customer_options(request: CompanyRequest) -> HttpResponse:
    """Options for a customer input: what htmx puts into its datalist."""
    parties = suggest_customers(request.GET.get("customer", "")[:80])
    return render(request, "crm/pipeline/customer_options.html", {"parties": parties})


def _page(request: CompanyRequest, row: Quotation) -> DocumentPage:
    assert request.actor is not None
    lines = list_lines(row.pk)
    stocked = [line.product_id for line in lines if line.product.kind == Product.Kind.STOCKED]
    stock = line_stock(stocked, row.warehouse_id) if request.actor.can(VIEW_STOCK) or request.actor.can(VIEW_COST) else {}
    ref = DocumentRef("quotation", row.pk)
    return DocumentPage(
        number=row.number,
        title=_("Customer"),
        type_label=_("Quotation"),
        state_label=row.get_state_display(),
        state_family=FAMILIES[QuotationState(row.state)],  # type: ignore[arg-type]
        actor=request.actor,
        party=row.customer.name,
        party_url=reverse("customers:customer", args=[row.customer_id]),
        trail=find_trail(request, QUOTATIONS, reverse("pipeline:quotations"), row.pk),
        key_amount=Fact(label=_("Total"), value=row.total, kind="money", unit=row.currency_code),
        key_date=Fact(label=_("Promised"), value=row.promised_date, kind="date"),
        steps=_steps(row),
        verbs=_verbs(row),
        facts=_facts(row),
        lines=Lines(
            title=_("Lines"),
            columns=COLUMNS,
            rows=[_line(line, row, stock.get(line.product_id)) for line in lines],
            stock=_chips(lines, stock) if request.actor.can(VIEW_STOCK) and row.state == QuotationState.DRAFT else {},
        ),
        amounts=[
            Amount(_("Net"), row.net, row.currency_code),
            Amount(_("Tax"), row.tax, row.currency_code),
            Amount(_("Total"), row.total, row.currency_code, strong=True),
        ],
        related=_related(row, ref, request.actor),
        thread_url=reverse("thread:sales_order", args=[row.sales_order_id]) if row.sales_order_id else "",
        timeline=read_timeline(ref, Quotation),
        comment_url=reverse("screens:comment", args=["quotation", row.pk]),
    )


def _steps(row: Quotation) -> list[Step]:
    if row.state == QuotationState.CANCELLED:
        return [Step(QuotationState.DRAFT.label, "done"), Step(QuotationState.CANCELLED.label, "bad")]
    states = [(str(state), state.label) for state in (QuotationState.DRAFT, QuotationState.ACCEPTED)]
    return steps_to(states, row.state, finished=row.state == QuotationState.ACCEPTED)


def _verbs(row: Quotation) -> list[Verb]:
    draft, seen = row.state == QuotationState.DRAFT, {"version": row.version}  # type: ignore[attr-defined]
    reason = "" if draft else _("%(number)s is %(state)s.") % {"number": row.number, "state": row.get_state_display()}
    return [
        Verb(
            name="accept",
            label=_("Accept quotation"),
            url=reverse("pipeline:accept", args=[row.pk]),
            permission=ACCEPT_QUOTATIONS,
            enabled=draft,
            reason=reason,
            icon="check",
            fields=seen,
        ),
        Verb(
            name="edit",
            label=_("Edit quotation"),
            url=reverse("pipeline:edit_quotation", args=[row.pk]),
            permission=EDIT_QUOTATIONS,
            enabled=draft,
            reason=reason,
            method="get",
            icon="pencil",
        ),
        Verb(
            name="cancel",
            label=_("Cancel quotation"),
            url=reverse("pipeline:cancel", args=[row.pk]),
            permission=EDIT_QUOTATIONS,
            enabled=draft,
            reason=reason,
            danger=True,
            confirm_sentence=_("Cancel %(number)s.") % {"number": row.number},
            icon="ban",
            fields=seen,
        ),
    ]


def _facts(row: Quotation) -> list[Fact]:
    return [
        Fact(label=_("Date"), value=row.date, kind="date"),
        Fact(label=_("Valid until"), value=row.valid_until_date, kind="date"),
        Fact(label=_("Warehouse"), value=row.warehouse.name),
        Fact(label=_("Delivery terms"), value=_("Partial deliveries allowed") if row.partial_delivery else _("Only complete")),
        Fact(label=_("Prices"), value=_("Tax included") if row.prices_include_tax else _("Without tax")),
        Fact(label=_("Priority"), value=row.priority, kind="number"),
        Fact(label=_("Customer's reference"), value=row.reference),
        Fact(label=_("Exchange rate"), value=row.rate, kind="number")
        if row.rate != 1
        else Fact(label=_("Currency"), value=row.currency_code),
    ]


def _line(line: QuotationLine, row: Quotation, stock: LineStock | None) -> dict[str, Any]:
    share = (
        margin(net=line.net, rate=row.rate, quantity=line.quantity, on_hand=stock.on_hand, value=stock.value) if stock else None
    )
    return {
        "id": line.pk,
        "sku": line.product.sku,
        "url": reverse("catalog:product", args=[line.product_id]),
        "description": line.description,
        "quantity": line.entered_quantity,
        "unit": line.unit,
        "in_base": in_base_unit(line),
        "per_unit": per_unit(line),
        "unit_price": line.unit_price,
        "currency": row.currency_code,
        "discount": line.discount * 100 if line.discount else None,
        "tax_rate": line.tax_rate * 100,
        "net": line.net,
        "margin": None if share is None else share * 100,
    }


def _chips(lines: list[QuotationLine], stock: dict[int, LineStock]) -> dict[int, Stock]:
    """The stock chip of each stocked line; several lines of one product take from the same stock in turn."""
    chips: dict[int, Stock] = {}
    taken: dict[int, Decimal] = {}
    for line in lines:
        level = stock.get(line.product_id)
        if level is None:
            continue
        taken[line.product_id] = taken.get(line.product_id, Decimal(0)) + line.quantity
        chips[line.pk] = Stock(
            on_hand=level.on_hand,
            reserved=level.reserved,
            available=level.available,
            unit=line.product.unit.code,
            url=reverse("catalog:product", args=[line.product_id]),
            enough=taken[line.product_id] <= level.available,
        )
    return chips


def _related(row: Quotation, ref: DocumentRef, actor: Any) -> list[Related]:
    refs = [DocumentRef("opportunity", row.opportunity_id)] if row.opportunity_id else []
    refs.append(ref)
    refs += [DocumentRef("sales_order", row.sales_order_id)] if row.sales_order_id else []
    cards = describe(refs)
    return (
        [
            Related(
                card.label,
                card.number,
                card.url if actor.can(card.permission) else "",
                card.status_label,
                card.family,
                card.ref == ref,
            )  # type: ignore[arg-type]
            for one in refs
            if (card := cards.get(one))
        ]
        if len(refs) > 1
        else []
    )
