"""The lines editor of quotations and directly entered orders: the page, and the JSON it speaks (docs/screens.md)."""

import datetime
import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.pipeline.editor import EXCLUSIVE, Sent, as_errors, as_sent, read_sent
from crm.pipeline.errors import MalformedInput
from crm.pipeline.forms import CustomerChoice, QuotationHeader
from crm.pipeline.lookup import find_terms, look_up, suggest
from crm.pipeline.models import Quotation
from crm.pipeline.operations.enter_orders import enter_orders
from crm.pipeline.operations.save_quotations import save_quotations
from crm.pipeline.permissions import EDIT_QUOTATIONS, ENTER_ORDERS
from crm.pipeline.queries import find_customer, get_quotation, last_actor, list_lines
from crm.pipeline.states import QuotationState
from crm.pipeline.tables import QUOTATIONS
from erp.catalog.permissions import VIEW_COST
from erp.core.clock import local_date, now
from erp.core.errors import BusinessRuleViolation, NotFound, Refusals, StaleEdit, raise_refusals
from erp.core.scope import company_scope
from erp.core.units import run_unit
from erp.identity.access import label_of_actor
from erp.identity.middleware import CompanyRequest
from erp.parties.models import Party
from erp.screens import formats
from erp.screens.editor import LinesEditor, Send
from erp.screens.submissions import AlreadyDone, run_once
from erp.screens.trail import Crumb, Trail
from erp.screens.views.guard import requires
from erp.screens.views.verbs import each_refusal


@requires(EDIT_QUOTATIONS)
@require_safe
def new_quotation(request: CompanyRequest) -> HttpResponse:
    """Write a quotation: first for whom, then what."""
    return _new(request, _("New quotation"), reverse("pipeline:new_quotation"), direct=False)


@requires(ENTER_ORDERS)
@require_safe
def new_order(request: CompanyRequest) -> HttpResponse:
    """Enter an order directly: in one step the same as a quotation and its acceptance."""
    return _new(request, _("New order"), reverse("pipeline:new_order"), direct=True)


@requires(EDIT_QUOTATIONS)
@require_safe
def edit_quotation(request: CompanyRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    quotation = _find(request, pk)
    if quotation.state != QuotationState.DRAFT:
        messages.info(request, _("%(number)s is not a draft any more.") % {"number": quotation.number})
        return redirect("pipeline:quotation", pk)
    sent = as_sent(quotation, list_lines(pk))
    return _draw(request, quotation.number, quotation.customer, sent, quotation=quotation, direct=False)


def _new(request: CompanyRequest, heading: str, url: str, *, direct: bool) -> HttpResponse:
    asked = request.GET.get("customer", "").strip()
    customer = find_customer(asked)
    if customer is None:
        form = CustomerChoice(request.GET if asked else None)
        if asked:
            form.add_error("customer", _("There is no customer “%(code)s”. Pick one from the list.") % {"code": asked})
        return render(request, "crm/pipeline/choose_customer.html", {"form": form, "heading": heading, "action": url})
    day = _today(request).isoformat()
    header = {"customer": str(customer.pk), "date": day, "promised_date": day, "priority": "0", "prices": EXCLUSIVE}
    header["opportunity"] = request.GET.get("opportunity", "")
    return _draw(request, heading, customer, {"header": header, "lines": []}, quotation=None, direct=direct)


def _draw(
    request: CompanyRequest, heading: str, customer: Party, sent: dict[str, Any], *, quotation: Quotation | None, direct: bool
) -> HttpResponse:
    assert request.actor is not None
    save, order = Send("save", _("Save quotation")), Send("order", _("Place order"))
    verbs = [order, save] if direct else [save, *([order] if request.actor.can(ENTER_ORDERS) else [])]
    editor = LinesEditor(
        lookup_url=reverse("pipeline:lookup"),
        suggest_url=reverse("pipeline:suggest"),
        verbs=verbs,
        currency=quotation.currency_code if quotation else customer.currency_id,
        version=int(quotation.version) if quotation else 0,  # type: ignore[attr-defined]
        lines=sent["lines"],
        shows_discount=True,
        shows_margin=request.actor.can(VIEW_COST),
        header_template="crm/pipeline/quotation_header.html",
        **_addresses(quotation.pk if quotation else None),
    )
    context = {
        "editor": editor,
        "header": QuotationHeader(customer=customer, initial=sent["header"]),
        "customer": customer,
        "heading": heading,
        "trail": Trail((Crumb(QUOTATIONS.title, reverse("pipeline:quotations")),)),
    }
    return render(request, "crm/pipeline/quotation_editor.html", context)


def _addresses(pk: int | None) -> dict[str, str]:
    if pk is None:
        return {"autosave_url": reverse("pipeline:autosave_new"), "submit_url": reverse("pipeline:submit_new")}
    return {"autosave_url": reverse("pipeline:autosave", args=[pk]), "submit_url": reverse("pipeline:submit", args=[pk])}


@requires(EDIT_QUOTATIONS)
@require_safe
def suggestions(request: CompanyRequest) -> HttpResponse:
    """Products for what is typed so far."""
    assert request.actor is not None
    warehouse = request.GET.get("warehouse", "")[:18]
    asked = int(warehouse) if warehouse.isdecimal() else None
    return JsonResponse({"products": suggest(request.GET.get("q", "")[:80], warehouse_id=asked, actor=request.actor)})


@requires(EDIT_QUOTATIONS)
@require_POST
def lookup(request: CompanyRequest) -> HttpResponse:
    """Name, price and live stock of the products in the lines."""
    assert request.actor is not None
    with company_scope(request.actor, read_only=True):
        try:
            body = _body(request)
            asked = read_sent({"header": body.get("header"), "lines": []}, stored=None, today=_today(request)).draft
        except MalformedInput as refusal:
            return JsonResponse({"errors": as_errors([refusal])}, status=422)
        terms = find_terms(
            customer_id=asked.customer_id,
            date=asked.date,
            inclusive=asked.prices_include_tax,
            warehouse_id=asked.warehouse_id,
            actor=request.actor,
        )
        codes = [str(code) for code in body.get("products") or []]
        return JsonResponse({"products": look_up(codes, terms=terms, today=_today(request), actor=request.actor)})


@requires(EDIT_QUOTATIONS)
@require_POST
def autosave(request: CompanyRequest, pk: int | None = None) -> HttpResponse:
    """Keep the draft as it is typed."""

    def work() -> Quotation:
        draft = _read(request, pk)
        [saved] = _carry_out(draft, lambda: save_quotations(quotations=[draft.draft], actor=_actor(request), at=now()))
        return get_quotation(quotation_id=saved.id, actor=_actor(request))

    try:
        stored = run_unit(_actor(request), work)
    except (BusinessRuleViolation, Refusals) as refusal:
        return _refused(request, pk, refusal)
    version = int(stored.version)  # type: ignore[attr-defined]
    edit = reverse("pipeline:edit_quotation", args=[stored.pk])
    return JsonResponse({"version": version, "at": formats.clock_time(now()), "edit_url": edit, **_addresses(stored.pk)})


@requires(EDIT_QUOTATIONS)
@require_POST
def submit(request: CompanyRequest, pk: int | None = None) -> HttpResponse:
    """Save the quotation, or place it as an order."""
    try:
        body = _body(request)
        order = body.get("verb") == "order"
        url = run_once(_actor(request), str(body.get("token", "")), lambda: _enter(request, pk) if order else _save(request, pk))
    except AlreadyDone as first:
        said = _("Already done by %(who)s at %(time)s.") % {"who": first.by, "time": formats.clock_time(first.at)}
        return JsonResponse({"errors": [{"field": "", "message": said}]}, status=422)
    except (BusinessRuleViolation, Refusals) as refusal:
        return _refused(request, pk, refusal)
    messages.success(request, _("Order placed.") if order else _("Quotation saved."))
    return JsonResponse({"url": url})


def _save(request: CompanyRequest, pk: int | None) -> str:
    sent = _read(request, pk)
    [saved] = _carry_out(sent, lambda: save_quotations(quotations=[sent.draft], actor=_actor(request), at=now()))
    return reverse("pipeline:quotation", args=[saved.id])


def _enter(request: CompanyRequest, pk: int | None) -> str:
    sent = _read(request, pk)
    [entered] = _carry_out(sent, lambda: enter_orders(orders=[sent.draft], actor=_actor(request), at=now()))
    return reverse("pipeline:quotation", args=[entered.quotation_id])


def _read(request: CompanyRequest, pk: int | None) -> Sent:
    stored = get_quotation(quotation_id=pk, actor=_actor(request)) if pk else None
    return read_sent(_body(request), stored=stored, today=_today(request))


def _carry_out(sent: Sent, operation: Callable[[], list[Any]]) -> list[Any]:
    """The operation's result; what could not be read is refused together with what the operation refuses."""
    try:
        result = operation()
    except (BusinessRuleViolation, Refusals) as refusal:
        raise Refusals([*sent.refusals, *each_refusal(refusal)]) from refusal
    raise_refusals(sent.refusals)
    return result


def _refused(request: CompanyRequest, pk: int | None, refusal: BusinessRuleViolation | Refusals) -> HttpResponse:
    """409 with both versions when somebody else saved meanwhile, else 422 with every error."""
    refusals = each_refusal(refusal)
    if pk and any(isinstance(one, StaleEdit) for one in refusals):
        with company_scope(_actor(request), read_only=True):
            stored = get_quotation(quotation_id=pk, actor=_actor(request))
            theirs, by = as_sent(stored, list_lines(pk)), label_of_actor(last_actor(stored))
        return JsonResponse({"version": int(stored.version), "by": by, "theirs": theirs}, status=409)  # type: ignore[attr-defined]
    return JsonResponse({"errors": as_errors(refusals)}, status=422)


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise MalformedInput from error
    if not isinstance(body, dict):
        raise MalformedInput
    return body


def _find(request: CompanyRequest, pk: int) -> Quotation:
    try:
        return get_quotation(quotation_id=pk, actor=_actor(request))
    except NotFound as missing:
        raise Http404(missing.sentence) from missing


def _actor(request: CompanyRequest) -> Any:
    assert request.actor is not None
    return request.actor


def _today(request: CompanyRequest) -> datetime.date:
    assert request.company is not None
    return local_date(now(), request.company.time_zone)
