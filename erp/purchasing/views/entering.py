"""Entering a purchase order, goods that came in for it, and a bill for it."""

import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.catalog.queries import find_by_codes
from erp.core import clock
from erp.core.scope import company_scope
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.inventory.views.goods_lines import (
    Errors,
    draw_editor,
    facts_of_products,
    post_typed,
    read_body,
    read_head,
    read_lines,
    suggestions,
)
from erp.parties.models import Party
from erp.payables.permissions import SEND_BILL
from erp.purchasing.drafts import PurchaseLineDraft, PurchaseOrderDraft
from erp.purchasing.forms import BillForm, OrderHeadForm, ReceivingForm
from erp.purchasing.operations.bill_orders import bill_orders
from erp.purchasing.operations.place_purchase_orders import place_purchase_orders
from erp.purchasing.operations.receive_orders import receive_orders
from erp.purchasing.permissions import PLACE, RECEIVE
from erp.purchasing.queries import advised_lines, find_purchase_order, list_order_lines, terms_of_products
from erp.purchasing.rules import Terms, tier_price
from erp.purchasing.tables import PURCHASE_ORDERS
from erp.screens.forms import submit_form
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


@requires(PLACE)
def new_order(request: CompanyRequest) -> HttpResponse:
    """An empty order of today."""
    today = company_today()
    form = OrderHeadForm(initial={"date": today, "requested_date": today, "supplier": request.GET.get("supplier", "")})
    return draw_editor(request, "purchasing:order", form, template="erp/purchasing/order_new.html", verb=_("Place order"))


@requires(PLACE)
def suggest(request: HttpRequest) -> JsonResponse:
    return suggestions(request)


@requires(PLACE)
def lookup(request: CompanyRequest) -> JsonResponse:
    """What is known of the typed products, in the unit and at the price agreed with the supplier of the head."""
    assert request.actor is not None
    found = facts_of_products(request, priced=False)
    header = read_body(request).get("header")
    code = str(header.get("supplier", "")).strip() if isinstance(header, dict) else ""
    with company_scope(request.actor, read_only=True):
        today, supplier = company_today(), Party.objects.filter(code__iexact=code, is_supplier=True).first()
        ids = {typed: named.product.pk for typed, named in find_by_codes(found).items()}
        terms = terms_of_products(ids.values(), on=today, company_id=request.actor.company_id) if supplier else {}
    for typed, product in found.items():
        usable = (t for t in terms.get(ids[typed], ()) if supplier and t.supplier_id == supplier.pk and _usable(t, today))
        if (agreed := next(usable, None)) is not None:
            price = tier_price(agreed.tiers, max(agreed.minimum, Decimal(1)), today)
            product |= {"unit": agreed.unit, "price": "" if price is None else f"{price.normalize():f}"}
            for unit in product["units"]:
                unit["price"] = product["price"] if unit["unit"] == agreed.unit else ""
    return JsonResponse({"products": found})


def _usable(terms: Terms, on: datetime.date) -> bool:
    return terms.active and not terms.blocked and terms.in_force(on)


@requires(PLACE)
def submit(request: CompanyRequest) -> JsonResponse:
    """Place the order; every error at once, with the path of its field."""
    assert request.actor is not None
    at, company_id = clock.now(), request.actor.company_id
    return post_typed(
        request,
        "purchasing:order",
        partial(_draft, company_id=company_id),
        lambda draft, actor: place_purchase_orders(orders=[draft], actor=actor, at=at),
        done=_("The order is placed."),
    )


def _draft(body: dict[str, Any], *, company_id: int) -> tuple[PurchaseOrderDraft | None, Errors]:
    """Lines of products that are agreed with the supplier keep to the agreement, where all of them are of one."""
    head = OrderHeadForm(body.get("header") or {})
    errors = read_head(head)
    typed = read_lines(body, errors)
    if errors:
        return None, errors
    data = head.cleaned_data
    terms = terms_of_products((line.product.pk for line in typed), on=data["date"], company_id=company_id)
    agreed: dict[int, Terms] = {}
    for line in typed:
        usable = (t for t in terms.get(line.product.pk, ()) if t.supplier_id == data["supplier"].pk and _usable(t, data["date"]))
        if (found := next((t for t in usable if t.unit == line.unit), None)) is not None:
            agreed[line.index] = found
    agreements = {t.agreement_id for t in agreed.values()}
    one = agreements.pop() if len(agreements) == 1 else None
    lines = [
        PurchaseLineDraft(
            product_id=line.product.pk,
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.price,
            requested_date=data["requested_date"],
            agreement_line_id=agreed[line.index].line_id if one is not None and line.index in agreed else None,
        )
        for line in typed
    ]
    draft = PurchaseOrderDraft(
        supplier_id=data["supplier"].pk, warehouse_id=data["warehouse"].pk, date=data["date"], agreement_id=one, lines=lines
    )
    return draft, []


@requires(RECEIVE)
def receive_lines(request: CompanyRequest, pk: int) -> HttpResponse:
    """Take in goods line by line, and refuse some at the door."""
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        order = find_purchase_order(pk)
        if order is None:
            raise Http404
        lines = list(list_order_lines(pk))
        form = ReceivingForm(
            request.POST or None, order=order, lines=lines, advised=advised_lines(pk), initial={"date": company_today()}
        )
        valid = form.is_valid()
    page = reverse("purchasing:order", args=[pk])
    if request.method == "POST" and valid:
        work = partial(receive_orders, receipts=[form.draft()], actor=actor, at=clock.now())
        gone_on, _result = submit_form(request, form, work, done=_("The goods are received."), names=form.names)
        if gone_on:
            return redirect(page)
    with company_scope(actor, read_only=True):
        context = {
            "form": form,
            "heading": _("Receive %(number)s") % {"number": order.number},
            "lead": order.supplier.name,
            "submit": _("Post receipt"),
            "back_url": page,
            "trail": find_trail(request, PURCHASE_ORDERS, reverse("purchasing:orders"), pk),
        }
        return render(request, "erp/purchasing/receive.html", context)


@requires(SEND_BILL)
def new_bill(request: CompanyRequest, pk: int) -> HttpResponse:
    """Enter the supplier's bill for an order; it is matched at once."""
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        order = find_purchase_order(pk)
        if order is None:
            raise Http404
        form = BillForm(request.POST or None, order=order, lines=list(list_order_lines(pk)), initial={"date": company_today()})
        valid = form.is_valid()
    if request.method == "POST" and valid:
        work = partial(bill_orders, bills=[form.draft()], actor=actor, at=clock.now())
        gone_on, entered = submit_form(request, form, work, done=_("The bill is entered."), names=form.names)
        if gone_on:
            return redirect("payables:bill", entered[0].id) if entered else redirect("purchasing:order", pk)
    with company_scope(actor, read_only=True):
        context = {
            "form": form,
            "heading": _("Bill for %(number)s") % {"number": order.number},
            "lead": order.supplier.name,
            "currency": order.currency_code,
            "submit": _("Enter bill"),
            "back_url": reverse("purchasing:order", args=[pk]),
            "trail": find_trail(request, PURCHASE_ORDERS, reverse("purchasing:orders"), pk),
        }
        return render(request, "erp/purchasing/bill_new.html", context)
