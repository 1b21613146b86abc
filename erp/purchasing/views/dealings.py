"""What is done about an order beside buying: writing to the supplier, sending goods back, giving up what is never billed."""

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.core import clock
from erp.core.scope import company_scope
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.payables.forms import ReasonForm
from erp.purchasing.drafts import MessageDraft
from erp.purchasing.forms import MessageForm, ReturnForm
from erp.purchasing.models import PurchaseOrder
from erp.purchasing.operations.return_to_suppliers import return_to_suppliers
from erp.purchasing.operations.write_messages import write_messages
from erp.purchasing.operations.write_off_accruals import write_off_accruals
from erp.purchasing.permissions import RETURN, WRITE_MESSAGE, WRITE_OFF
from erp.purchasing.queries import find_purchase_order, list_order_lines, open_clearing_of
from erp.purchasing.tables import PURCHASE_ORDERS
from erp.screens.forms import submit_form
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


@requires(WRITE_MESSAGE)
def message(request: CompanyRequest, pk: int) -> HttpResponse:
    """Write to the supplier about the order."""
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        order = _found(pk)
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        draft = MessageDraft(order_id=pk, text=form.cleaned_data["text"])
        work = partial(write_messages, messages=[draft], actor=actor, at=clock.now())
        gone_on, _result = submit_form(request, form, work, done=_("The message is sent."))
        if gone_on:
            return redirect("purchasing:order", pk)
    with company_scope(actor, read_only=True):
        return render(request, "screens/form_page.html", _page(request, order, form, _("Write to supplier")))


@requires(RETURN)
def send_back(request: CompanyRequest, pk: int) -> HttpResponse:
    """Send goods of the order back; posted at once."""
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        order = _found(pk)
        form = ReturnForm(request.POST or None, order=order, lines=list(list_order_lines(pk)), initial={"date": company_today()})
        valid = form.is_valid()
    if request.method == "POST" and valid:
        work = partial(return_to_suppliers, returns=[form.draft()], actor=actor, at=clock.now())
        gone_on, made = submit_form(request, form, work, done=_("The goods are on their way back."), names=form.names)
        if gone_on:
            return redirect("purchasing:return", made[0][0]) if made else redirect("purchasing:order", pk)
    with company_scope(actor, read_only=True):
        return render(request, "erp/purchasing/return_new.html", _page(request, order, form, _("Return goods")))


@requires(WRITE_OFF)
def write_off(request: CompanyRequest, pk: int) -> HttpResponse:
    """Give up what was received and will never be billed, or the other way."""
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        order, left = _found(pk), open_clearing_of(pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        work = partial(
            write_off_accruals, order_line_ids=list(left) or [0], reason=form.cleaned_data["reason"], actor=actor, at=clock.now()
        )
        gone_on, _result = submit_form(request, form, work, done=_("It is written off."))
        if gone_on:
            return redirect("purchasing:order", pk)
    lead = _("What is received and not billed of it becomes a price difference: no bill is expected any more.")
    with company_scope(actor, read_only=True):
        return render(request, "screens/form_page.html", {**_page(request, order, form, _("Write off")), "lead": lead})


def _found(pk: int) -> PurchaseOrder:
    order = find_purchase_order(pk)
    if order is None:
        raise Http404
    return order


def _page(request: CompanyRequest, order: PurchaseOrder, form: Any, verb: str) -> dict[str, Any]:
    return {
        "form": form,
        "heading": f"{verb}: {order.number}",
        "lead": order.supplier.name,
        "submit": verb,
        "back_url": reverse("purchasing:order", args=[order.pk]),
        "trail": find_trail(request, PURCHASE_ORDERS, reverse("purchasing:orders"), order.pk),
    }
