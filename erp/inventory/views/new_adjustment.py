"""Writing stock off, or entering found stock, in the lines editor."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from erp.core import clock
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.inventory.forms import AdjustmentHeadForm
from erp.inventory.operations.adjust_stock import AdjustmentDraft, AdjustmentLineDraft, adjust_stock
from erp.inventory.permissions import ADJUST_STOCK
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


@requires(ADJUST_STOCK)
def new_adjustment(request: CompanyRequest) -> HttpResponse:
    """An empty adjustment of today."""
    form = AdjustmentHeadForm(initial={"date": company_today()})
    return draw_editor(
        request, "inventory:adjustment", form, template="erp/inventory/adjustment_new.html", verb=_("Post adjustment")
    )


@requires(ADJUST_STOCK)
def suggest(request: HttpRequest) -> JsonResponse:
    return suggestions(request)


@requires(ADJUST_STOCK)
def lookup(request: CompanyRequest) -> JsonResponse:
    """What is known of the typed products. No cost: an empty field means the exact average, not a rounded one."""
    return known_products(request, priced=False)


@requires(ADJUST_STOCK)
def submit(request: CompanyRequest) -> JsonResponse:
    """Post the adjustment; every error at once, with the path of its field."""
    at = clock.now()
    return post_typed(
        request,
        "inventory:adjustment",
        _draft,
        lambda draft, actor: adjust_stock(adjustments=[draft], actor=actor, at=at),
        done=_("Adjustment posted."),
    )


def _draft(body: dict[str, Any]) -> tuple[AdjustmentDraft | None, Errors]:
    head = AdjustmentHeadForm(body.get("header") or {})
    errors = read_head(head)
    typed = read_lines(body, errors)
    if errors:
        return None, errors
    data = head.cleaned_data
    draft = AdjustmentDraft(
        warehouse_id=data["warehouse"].pk,
        date=data["date"],
        reason=data["reason"],
        note=data["note"],
        lines=[
            AdjustmentLineDraft(product_id=line.product.pk, quantity=line.quantity, unit=line.unit, unit_cost=line.price)
            for line in typed
        ],
    )
    return draft, []
