"""Requisitions: the page, the form, what is done with them."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.timeline import DocumentStory
from erp.core import clock
from erp.core.events import DocumentRef
from erp.documents.registry import find_url
from erp.identity.access import label_of_actor
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.inventory.views.goods_lines import Errors, draw_editor, known_products, post_typed, read_head, read_lines, suggestions
from erp.purchasing.drafts import RequisitionDraft, RequisitionLineDraft
from erp.purchasing.forms import RequisitionHeadForm
from erp.purchasing.models import Requisition
from erp.purchasing.operations.order_requisitions import cancel_requisitions, order_requisitions
from erp.purchasing.operations.request_goods import request_goods
from erp.purchasing.permissions import PLACE, REQUEST, VIEW_REQUISITIONS
from erp.purchasing.queries import find_requisition, list_requisition_lines
from erp.purchasing.states import REQUISITION_FAMILIES, RequisitionState
from erp.purchasing.tables import REQUISITIONS
from erp.screens.columns import measure_column, product_column
from erp.screens.documents import DocumentPage, Fact, Lines, Verb
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


@requires(VIEW_REQUISITIONS)
def requisition(request: CompanyRequest, pk: int) -> HttpResponse:
    """One requisition: what is wanted by when, and what was ordered for it."""
    found = find_requisition(pk)
    if found is None:
        raise Http404
    assert request.actor is not None
    can = request.actor.can
    story = DocumentStory(DocumentRef("requisition", pk), Requisition, can)
    columns = (
        product_column(can),
        Column(name="name", label=_("Description"), field="product__name"),
        measure_column(_("Quantity")),
        Column(name="need_date", label=_("Needed by"), kind="date"),
        Column(name="supplier", label=_("Only from"), field="supplier__name"),
        Column(
            name="order",
            label=_("Purchase order"),
            field="order_line__order__number",
            kind="code",
            url=lambda row: find_url("purchase_order", row.order_line.order_id, can) if row.order_line else "",
        ),
    )
    page = DocumentPage(
        number=found.number,
        title=_("Warehouse"),
        type_label=_("Requisition"),
        state_label=found.get_state_display(),
        state_family=REQUISITION_FAMILIES[RequisitionState(found.state)],  # type: ignore[arg-type]
        actor=request.actor,
        party=found.warehouse.name,
        trail=find_trail(request, REQUISITIONS, reverse("purchasing:requisitions"), pk),
        key_date=Fact(label=_("Date"), value=found.date, kind="date"),
        verbs=_verbs(found),
        facts=[
            Fact(label=_("Asked for by"), value=label_of_actor(found.requested_by)),
            Fact(label=_("Asked for at"), value=found.requested_at, kind="time"),
            Fact(label=_("Memo"), value=found.memo),
        ],
        lines=Lines(columns=columns, rows=list(list_requisition_lines(pk))),
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
    )
    return render(request, "screens/document.html", {"document": page})


def _verbs(found: Requisition) -> list[Verb]:
    is_open = found.state == RequisitionState.OPEN
    reason = "" if is_open else _("The requisition is %(state)s.") % {"state": found.get_state_display().lower()}

    def verb(name: str, label: str, permission: str, icon: str, **more: Any) -> Verb:
        url = reverse(f"purchasing:{name}", args=[found.pk])
        return Verb(name=name, label=label, url=url, permission=permission, icon=icon, enabled=is_open, reason=reason, **more)

    sentence = _("Give up what is not ordered yet of %(number)s.") % {"number": found.number}
    return [
        verb("order_requisition", _("Order it"), PLACE, "shopping-cart"),
        verb("cancel_requisition", _("Give it up"), REQUEST, "ban", danger=True, confirm_sentence=sentence),
    ]


def order(request: HttpRequest, pk: int) -> None:
    order_requisitions(requisition_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


def cancel(request: HttpRequest, pk: int) -> None:
    cancel_requisitions(requisition_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


@requires(REQUEST)
def new_requisition(request: CompanyRequest) -> HttpResponse:
    """An empty requisition of today."""
    today = company_today()
    form = RequisitionHeadForm(initial={"date": today, "need_date": today})
    more: dict[str, Any] = {"shows_price": False}
    template = "erp/purchasing/requisition_new.html"
    return draw_editor(request, "purchasing:requisition", form, template=template, verb=_("Ask for it"), **more)


@requires(REQUEST)
def suggest(request: HttpRequest) -> JsonResponse:
    return suggestions(request)


@requires(REQUEST)
def lookup(request: CompanyRequest) -> JsonResponse:
    return known_products(request, priced=False)


@requires(REQUEST)
def submit(request: CompanyRequest) -> JsonResponse:
    """Write the requisition; every error at once, with the path of its field."""
    at = clock.now()
    return post_typed(
        request,
        "purchasing:requisition",
        _draft,
        lambda draft, actor: [pk for pk, _number in request_goods(requisitions=[draft], actor=actor, at=at)],
        done=_("The buyers know."),
    )


def _draft(body: dict[str, Any]) -> tuple[RequisitionDraft | None, Errors]:
    head = RequisitionHeadForm(body.get("header") or {})
    errors = read_head(head)
    typed = read_lines(body, errors)
    if errors:
        return None, errors
    data = head.cleaned_data
    supplier = data["supplier"]
    lines = [
        RequisitionLineDraft(
            product_id=line.product.pk,
            quantity=line.quantity,
            unit=line.unit,
            need_date=data["need_date"],
            supplier_id=supplier.pk if supplier else None,
        )
        for line in typed
    ]
    return RequisitionDraft(warehouse_id=data["warehouse"].pk, date=data["date"], memo=data["memo"], lines=lines), []
