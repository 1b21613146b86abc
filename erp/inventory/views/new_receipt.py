"""Entering a receipt in the lines editor."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.catalog.measures import ProductUnits, all_units
from erp.catalog.queries import NamedProduct, find_by_codes
from erp.core import clock
from erp.core.errors import BusinessRuleViolation, Refusals
from erp.core.scope import company_scope
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.inventory.forms import ReceiptHeadForm
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.inventory.permissions import RECEIVE_GOODS, VIEW_VALUE
from erp.inventory.queries import average_costs, list_levels, suggest_products
from erp.reference.rules import Ratio
from erp.screens.editor import LinesEditor, Send, unit_facts
from erp.screens.submissions import AlreadyDone, run_once
from erp.screens.views.guard import requires
from erp.screens.views.verbs import each_refusal

Errors = list[dict[str, str]]


@requires(RECEIVE_GOODS)
def new_receipt(request: CompanyRequest) -> HttpResponse:
    """An empty receipt of today."""
    assert request.company is not None
    editor = LinesEditor(
        lookup_url=reverse("inventory:receipt_lookup"),
        suggest_url=reverse("inventory:receipt_suggest"),
        submit_url=reverse("inventory:receipt_submit"),
        verbs=[Send("post", _("Post receipt"))],
        currency=request.company.currency_code,
        header_template="erp/inventory/receipt_head.html",
    )
    form = ReceiptHeadForm(initial={"date": company_today()})
    return render(request, "erp/inventory/receipt_new.html", {"editor": editor, "form": form})


@requires(RECEIVE_GOODS)
def suggest(request: CompanyRequest) -> JsonResponse:
    found = suggest_products(request.GET.get("q", "").strip()[:60])
    stock = _available([product.pk for product in found])
    return JsonResponse(
        {"products": [{"product": p.sku, "name": p.name, "available": str(stock.get(p.pk, Decimal(0)))} for p in found]}
    )


@requires(RECEIVE_GOODS)
def lookup(request: CompanyRequest) -> JsonResponse:
    """What is known of the typed products; their average cost only for those who may see it."""
    assert request.actor is not None
    body = _body(request)
    with company_scope(request.actor, read_only=True):
        found = find_by_codes(str(code) for code in body.get("products", []))
        ids = [named.product.pk for named in found.values()]
        units = all_units(ids)
        levels = {level.product_id: level for level in list_levels().filter(product_id__in=ids)}
        costs = average_costs(ids) if request.actor.can(VIEW_VALUE) else {}
    answer = {}
    for code, named in found.items():
        product, level = named.product, levels.get(named.product.pk)
        usual = {
            unit: f"{_cost(product.pk, ratio, costs):.4f}" if product.pk in costs else ""
            for unit, ratio in units[product.pk].all.items()
        }
        answer[code] = {
            "product": product.sku,
            "name": product.name,
            "unit": named.unit,
            "price": usual[named.unit],
            "base": product.unit.code,
            "units": [{**unit_facts(unit, ratio), "price": usual[unit]} for unit, ratio in units[product.pk].all.items()],
            "stocked": product.kind == "stocked",
            "on_hand": str(level.on_hand if level else 0),
            "reserved": str(level.reserved if level else 0),
            "available": str(level.available if level else 0),  # type: ignore[attr-defined]
            "stock_url": reverse("inventory:levels", query={"product": product.sku}),
        }
    return JsonResponse({"products": answer})


@requires(RECEIVE_GOODS)
def submit(request: CompanyRequest) -> JsonResponse:
    """Post the receipt; every error at once, with the path of its field."""
    assert request.actor is not None
    actor, body, at = request.actor, _body(request), clock.now()
    with company_scope(actor, read_only=True):
        draft, errors = _draft(body)
    if draft is None:
        return JsonResponse({"errors": errors}, status=422)
    try:
        [posted] = run_once(actor, str(body.get("token", "")), lambda: receive_goods(receipts=[draft], actor=actor, at=at))
    except AlreadyDone:
        return JsonResponse({"url": reverse("inventory:receipts")})
    except (BusinessRuleViolation, Refusals) as refusal:
        errors = [{"field": one.field, "message": one.sentence} for one in each_refusal(refusal)]
        return JsonResponse({"errors": errors}, status=422)
    return JsonResponse({"url": reverse("inventory:receipt", args=[posted.id])})


def _draft(body: dict[str, Any]) -> tuple[ReceiptDraft | None, Errors]:
    head = ReceiptHeadForm(body.get("header") or {})
    errors = [{"field": name, "message": str(text)} for name, texts in head.errors.items() for text in texts]
    typed = [line for line in body.get("lines", []) if str(line.get("product", "")).strip()]
    found = find_by_codes(str(line["product"]) for line in typed)
    ids = [named.product.pk for named in found.values()]
    costs, units = average_costs(ids), all_units(ids)
    lines = [_line(line, i, found.get(str(line["product"]).strip()), units, costs, errors) for i, line in enumerate(typed)]
    if not typed:
        errors.append({"field": "", "message": _("Add at least one line.")})
    if errors:
        return None, errors
    data = head.cleaned_data
    supplier = data["supplier"]
    draft = ReceiptDraft(
        warehouse_id=data["warehouse"].pk,
        date=data["date"],
        purpose=data["purpose"],
        supplier_id=supplier.pk if supplier else None,
        lines=[line for line in lines if line],
    )
    return draft, []


def _line(
    line: dict[str, Any],
    i: int,
    named: NamedProduct | None,
    units: dict[int, ProductUnits],
    costs: dict[int, Decimal],
    errors: Errors,
) -> ReceiptLineDraft | None:
    """A line as sent: in the unit chosen, else in that of the barcode; without a cost the average counts."""
    quantity, price = _number(line.get("quantity")), _number(line.get("price"))
    unit = str(line.get("unit") or "").strip() or (named.unit if named else "")
    if named and not str(line.get("price") or "").strip() and named.product.pk in costs:
        price = _cost(named.product.pk, units[named.product.pk].ratio(unit) or Ratio(), costs)
    if named is None:
        errors.append({"field": f"lines.{i}.product", "message": _("There is no product with this code.")})
    if quantity is None or quantity <= 0:
        errors.append({"field": f"lines.{i}.quantity", "message": _("Enter a number greater than zero.")})
    if price is None or price < 0:
        errors.append({"field": f"lines.{i}.price", "message": _("Enter what one unit cost; it is not known yet.")})
    if named is None or quantity is None or price is None:
        return None
    return ReceiptLineDraft(product_id=named.product.pk, quantity=quantity, unit=unit, unit_cost=price)


def _cost(product_id: int, ratio: Ratio, costs: dict[int, Decimal]) -> Decimal:
    return costs[product_id] * ratio.numerator / ratio.denominator


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value).strip().replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**12 else None


def _available(product_ids: list[int]) -> dict[int, Decimal]:
    totals: dict[int, Decimal] = {}
    for level in list_levels().filter(product_id__in=product_ids):
        totals[level.product_id] = totals.get(level.product_id, Decimal(0)) + level.available  # type: ignore[attr-defined]
    return totals


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
