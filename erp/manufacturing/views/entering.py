"""Entering bills of materials, manufacturing orders, and what came out of them."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.core import clock
from erp.core.scope import company_scope
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.inventory.views.goods_lines import Errors, draw_editor, known_products, post_typed, read_head, read_lines, suggestions
from erp.manufacturing.drafts import BomDraft, BomLineDraft, ReturnDraft
from erp.manufacturing.forms import BomHeadForm, CompletionForm, PartsForm, ProductionForm, line_draft
from erp.manufacturing.models import ComponentLine, ManufacturingOrder
from erp.manufacturing.operations.complete_production import complete_production
from erp.manufacturing.operations.issue_components import issue_components
from erp.manufacturing.operations.place_production import place_production
from erp.manufacturing.operations.return_components import return_components
from erp.manufacturing.operations.save_bills import save_bills
from erp.manufacturing.permissions import OPERATE, PLAN, SAVE_BOMS
from erp.manufacturing.queries import find_bom, find_order, list_bom_lines, list_components
from erp.manufacturing.tables import ORDERS
from erp.screens.forms import submit_form
from erp.screens.numbers import NotANumber, read_number
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires

NAMES = {"component": "product", "scrap_fraction": "discount", "yield_fraction": "yield_percent"}


@requires(SAVE_BOMS)
def new_bom(request: CompanyRequest) -> HttpResponse:
    """An empty bill of materials, valid from today."""
    return _draw(request, BomHeadForm(initial={"valid_from_date": company_today()}), [])


@requires(SAVE_BOMS)
def edit_bom(request: CompanyRequest, pk: int) -> HttpResponse:
    """The bill with its lines, to change."""
    found = find_bom(pk)
    if found is None:
        raise Http404
    lines = [
        {
            "product": line.component.sku,
            "quantity": f"{line.measure.entered.normalize():f}",
            "unit": line.measure.unit,
            "discount": f"{(line.scrap_fraction * 100).normalize():f}" if line.scrap_fraction else "",
        }
        for line in list_bom_lines(pk)
    ]
    return _draw(request, BomHeadForm.of(found), lines)


def _draw(request: CompanyRequest, form: BomHeadForm, lines: list[dict[str, str]]) -> HttpResponse:
    more: dict[str, Any] = {"shows_price": False, "shows_discount": True, "share_label": _("Scrap"), "lines": lines}
    template = "erp/manufacturing/bom_edit.html"
    return draw_editor(request, "manufacturing:bom", form, template=template, verb=_("Save bill of materials"), **more)


@requires(SAVE_BOMS)
def suggest(request: HttpRequest) -> JsonResponse:
    return suggestions(request)


@requires(SAVE_BOMS)
def lookup(request: CompanyRequest) -> JsonResponse:
    return known_products(request, priced=False)


@requires(SAVE_BOMS)
def submit(request: CompanyRequest) -> JsonResponse:
    """Save the bill; every error at once, with the path of its field."""
    at = clock.now()
    return post_typed(
        request,
        "manufacturing:bom",
        _draft,
        lambda draft, actor: save_bills(bills=[draft], actor=actor, at=at),
        done=_("Bill of materials saved."),
        names=NAMES,
    )


def _draft(body: dict[str, Any]) -> tuple[BomDraft | None, Errors]:
    head = BomHeadForm(body.get("header") or {})
    errors = read_head(head)
    typed = read_lines(body, errors)
    rows = [line for line in body.get("lines", []) if str(line.get("product", "")).strip()]
    shares = [_share(row, i, errors) for i, row in enumerate(rows)]
    if errors:
        return None, errors
    kept = _kept(head.cleaned_data["bom"])
    lines = [
        line_draft(line.product.pk, line.quantity, line.unit, shares[line.index])
        if (line.product.pk not in kept)
        else _with_days(line_draft(line.product.pk, line.quantity, line.unit, shares[line.index]), kept[line.product.pk])
        for line in typed
    ]
    return BomDraft(**head.head(), lines=lines), []


def _kept(bom_id: int | None) -> Mapping[int, Any]:
    """The lines as they stand by component: their days are not shown and stay."""
    return {line.component_id: line for line in list_bom_lines(bom_id)} if bom_id else {}


def _with_days(draft: BomLineDraft, line: Any) -> BomLineDraft:
    return BomLineDraft(
        component_id=draft.component_id,
        quantity=draft.quantity,
        unit=draft.unit,
        scrap_fraction=draft.scrap_fraction,
        valid_from_date=line.valid_from_date,
        valid_to_date=line.valid_to_date,
    )


def _share(row: Mapping[str, Any], i: int, errors: Errors) -> Decimal:
    """The scrap of a line in percent; what is no percentage is added to the errors."""
    text, field = str(row.get("discount") or "").strip(), f"lines.{i}.discount"
    try:
        value = read_number(text, field=field) if text else Decimal(0)
    except NotANumber as wrong:
        errors.append({"field": field, "message": wrong.sentence})
        return Decimal(0)
    if not 0 <= value < 100:
        errors.append({"field": field, "message": _("Enter a number from 0 to less than 100.")})
    return value


@requires(PLAN)
def new_order(request: CompanyRequest) -> HttpResponse:
    """Plan to make something."""
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        today = company_today()
        initial = {"due_date": today, "product": request.GET.get("product", "")}
        form = ProductionForm(request.POST or None, initial=initial)
        valid = form.is_valid()
    if request.method == "POST" and valid:
        work = partial(place_production, orders=[form.draft(today)], actor=actor, at=clock.now())
        gone_on, placed = submit_form(request, form, work, done=_("The order is planned."))
        if gone_on:
            return redirect("manufacturing:order", placed[0].id) if placed else redirect("manufacturing:orders")
    with company_scope(actor, read_only=True):
        context = {
            "form": form,
            "heading": _("New manufacturing order"),
            "submit": _("Plan order"),
            "back_url": reverse("manufacturing:orders"),
            "trail": find_trail(request, ORDERS, reverse("manufacturing:orders"), 0),
        }
        return render(request, "screens/form_page.html", context)


@requires(OPERATE)
def report(request: CompanyRequest, pk: int) -> HttpResponse:
    """Report what came out of an order: a part of it, or scrap."""
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        order = find_order(pk)
        if order is None:
            raise Http404
        left = order.quantity - order.completed - order.scrapped
        form = CompletionForm(request.POST or None, initial={"good": f"{left.normalize():f}", "date": company_today()})
        valid = form.is_valid()
    page = reverse("manufacturing:order", args=[pk])
    if request.method == "POST" and valid:
        work = partial(complete_production, completions=[form.draft(order)], actor=actor, at=clock.now())
        gone_on, _result = submit_form(request, form, work, done=_("It is reported."))
        if gone_on:
            return redirect(page)
    with company_scope(actor, read_only=True):
        context = {
            "form": form,
            "heading": _("What came out of %(number)s") % {"number": order.number},
            "lead": _("%(quantity)s are still open.") % {"quantity": f"{left.normalize():f} {order.product.unit.code}"},
            "submit": _("Report"),
            "back_url": page,
            "trail": find_trail(request, ORDERS, reverse("manufacturing:orders"), pk),
        }
        return render(request, "screens/form_page.html", context)


@requires(OPERATE)
def issue_parts(request: CompanyRequest, pk: int) -> HttpResponse:
    """Issue some of what an order takes: at first what is kept for it."""

    def save(form: PartsForm, order: ManufacturingOrder, by: dict[str, Any]) -> object:
        return issue_components(order_ids=[order.pk], date=form.cleaned_data["date"], parts=form.parts(), **by)

    words = _("Issue components to %(number)s"), _("Issue components"), _("The components are issued.")
    return _enter_parts(request, pk, words, lambda line: line.required - line.issued, lambda line: line.reserved, save)


@requires(OPERATE)
def return_parts(request: CompanyRequest, pk: int) -> HttpResponse:
    """Put components that an order does not take after all back on the shelf."""

    def save(form: PartsForm, order: ManufacturingOrder, by: dict[str, Any]) -> object:
        draft = ReturnDraft(order_id=order.pk, date=form.cleaned_data["date"], lines=form.parts())
        return return_components(returns=[draft], **by)

    words = _("Components back from %(number)s"), _("Return components"), _("The components are back on the shelf.")
    return _enter_parts(request, pk, words, lambda line: line.issued, lambda line: Decimal(0), save)


def _enter_parts(
    request: CompanyRequest,
    pk: int,
    words: tuple[str, str, str],
    most: Callable[[ComponentLine], Decimal],
    usual: Callable[[ComponentLine], Decimal],
    save: Callable[[PartsForm, ManufacturingOrder, dict[str, Any]], object],
) -> HttpResponse:
    """A form with a quantity for each component; `usual` is what it begins with."""
    assert request.actor is not None
    actor, page = request.actor, reverse("manufacturing:order", args=[pk])
    with company_scope(actor, read_only=True):
        order = find_order(pk)
        if order is None:
            raise Http404
        components = [line for line in list_components(pk) if most(line)]
        limits = {line.pk: most(line) for line in components}
        initial: dict[str, Any] = {f"part_{c.pk}": f"{usual(c).normalize():f}" for c in components if usual(c)}
        initial["date"] = company_today()
        form = PartsForm(request.POST or None, components=components, most=limits, initial=initial)
        valid = form.is_valid()
    heading, submit, done = words
    if request.method == "POST" and valid:
        work = partial(save, form, order, {"actor": actor, "at": clock.now()})
        gone_on, _result = submit_form(request, form, work, done=done, names=form.names())
        if gone_on:
            return redirect(page)
    with company_scope(actor, read_only=True):
        context = {
            "form": form,
            "heading": heading % {"number": order.number},
            "submit": submit,
            "back_url": page,
            "trail": find_trail(request, ORDERS, reverse("manufacturing:orders"), pk),
        }
        return render(request, "screens/form_page.html", context)
