"""Writing stock off, or entering found stock, in the lines editor."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.core import clock
from erp.core.scope import company_scope
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.inventory.forms import AdjustmentHeadForm
from erp.inventory.operations.adjust_stock import AdjustmentDraft, AdjustmentLineDraft, adjust_stock
from erp.inventory.permissions import ADJUST_STOCK
from erp.inventory.views.goods_lines import Errors, answer_of, known_products, read_body, read_lines, suggestions
from erp.screens.editor import LinesEditor, Send
from erp.screens.views.guard import requires


@requires(ADJUST_STOCK)
def new_adjustment(request: CompanyRequest) -> HttpResponse:
    """An empty adjustment of today."""
    assert request.company is not None
    editor = LinesEditor(
        lookup_url=reverse("inventory:adjustment_lookup"),
        suggest_url=reverse("inventory:adjustment_suggest"),
        submit_url=reverse("inventory:adjustment_submit"),
        verbs=[Send("post", _("Post adjustment"))],
        currency=request.company.currency_code,
        header_template="erp/inventory/goods_head.html",
    )
    form = AdjustmentHeadForm(initial={"date": company_today()})
    return render(request, "erp/inventory/adjustment_new.html", {"editor": editor, "form": form})


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
    assert request.actor is not None
    actor, body, at = request.actor, read_body(request), clock.now()
    with company_scope(actor, read_only=True):
        draft, errors = _draft(body)
    if draft is None:
        return JsonResponse({"errors": errors}, status=422)
    return answer_of(
        actor,
        str(body.get("token", "")),
        lambda: adjust_stock(adjustments=[draft], actor=actor, at=at),
        page="inventory:adjustment",
        listing="inventory:adjustments",
    )


def _draft(body: dict[str, Any]) -> tuple[AdjustmentDraft | None, Errors]:
    head = AdjustmentHeadForm(body.get("header") or {})
    errors = [{"field": name, "message": str(text)} for name, texts in head.errors.items() for text in texts]
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
