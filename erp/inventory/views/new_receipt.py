"""Entering a receipt in the lines editor."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from erp.core import clock
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.inventory.forms import ReceiptHeadForm
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.inventory.permissions import RECEIVE_GOODS
from erp.inventory.queries import average_costs
from erp.inventory.views.goods_lines import (
    Errors,
    draw_editor,
    known_products,
    post_typed,
    read_head,
    read_lines,
    suggestions,
)
from erp.screens.views.guard import requires


@requires(RECEIVE_GOODS)
def new_receipt(request: CompanyRequest) -> HttpResponse:
    """An empty receipt of today."""
    form = ReceiptHeadForm(initial={"date": company_today()})
    return draw_editor(request, "inventory:receipt", form, template="erp/inventory/receipt_new.html", verb=_("Post receipt"))


@requires(RECEIVE_GOODS)
def suggest(request: HttpRequest) -> JsonResponse:
    return suggestions(request)


@requires(RECEIVE_GOODS)
def lookup(request: CompanyRequest) -> JsonResponse:
    """What is known of the typed products; their average cost only for those who may see it."""
    return known_products(request, priced=True)


@requires(RECEIVE_GOODS)
def submit(request: CompanyRequest) -> JsonResponse:
    """Post the receipt; every error at once, with the path of its field."""
    at = clock.now()
    return post_typed(
        request,
        "inventory:receipt",
        _draft,
        lambda draft, actor: receive_goods(receipts=[draft], actor=actor, at=at),
        done=_("Receipt posted."),
    )


def _draft(body: dict[str, Any]) -> tuple[ReceiptDraft | None, Errors]:
    head = ReceiptHeadForm(body.get("header") or {})
    errors = read_head(head)
    typed = read_lines(body, errors)
    costs = average_costs([line.product.pk for line in typed])
    lines = []
    for line in typed:
        cost = line.cost_of_unit(costs) if line.price is None else line.price
        if cost is None:
            errors.append({"field": f"lines.{line.index}.price", "message": _("Enter what one unit cost; it is not known yet.")})
        else:
            lines.append(ReceiptLineDraft(product_id=line.product.pk, quantity=line.quantity, unit=line.unit, unit_cost=cost))
    if errors:
        return None, errors
    data = head.cleaned_data
    supplier = data["supplier"]
    draft = ReceiptDraft(
        warehouse_id=data["warehouse"].pk,
        date=data["date"],
        purpose=data["purpose"],
        supplier_id=supplier.pk if supplier else None,
        lines=lines,
    )
    return draft, []
