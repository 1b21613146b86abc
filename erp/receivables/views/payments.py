"""Receiving a payment."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.core import clock
from erp.core.scope import company_scope
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.parties.models import Party
from erp.receivables.forms import CustomerForm, PaymentForm
from erp.receivables.models import Invoice
from erp.receivables.operations.receive_payments import receive_payments
from erp.receivables.permissions import RECEIVE_PAYMENTS
from erp.receivables.queries import list_open_invoices
from erp.screens import formats
from erp.screens.forms import submit_form
from erp.screens.views.guard import requires

NAMES = {"customer": "amount"}


@requires(RECEIVE_PAYMENTS)
def new_payment(request: CompanyRequest) -> HttpResponse:
    """Enter a payment: first whose, then how much and for what. `?invoice=` comes with both."""
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        asked = CustomerForm(request.GET if "customer" in request.GET else None)
        invoice = _invoice(request)
        customer = invoice.customer if invoice else (asked.cleaned_data["customer"] if asked.is_valid() else None)
        if customer is None:
            return render(request, "erp/receivables/payment_customer.html", {"form": asked})
        form = _form(request, customer, invoice)
        valid = form.is_valid()
    if request.method == "POST" and valid:
        draft, at = form.draft(), clock.now()
        names = NAMES | {f"invoices.{i}": "invoices" for i in range(len(draft.invoice_ids))}
        done, posted = submit_form(
            request, form, lambda: receive_payments(payments=[draft], actor=actor, at=at), done=_("Payment posted."), names=names
        )
        if done:
            return redirect("treasury:payment", posted[0].id) if posted else redirect("treasury:payments")
    context = {
        "form": form,
        "heading": _("Payment from %(customer)s") % {"customer": customer.name},
        "submit": _("Post payment"),
        "back_url": reverse("treasury:payments"),
    }
    with company_scope(request.actor, read_only=True):
        return render(request, "screens/form_page.html", context)


def _invoice(request: CompanyRequest) -> Invoice | None:
    asked = request.GET.get("invoice", "")
    return Invoice.objects.select_related("customer").filter(pk=int(asked[:18])).first() if asked.isdecimal() else None


def _form(request: CompanyRequest, customer: Party, invoice: Invoice | None) -> PaymentForm:
    currency = invoice.currency_code if invoice else customer.currency_id
    items = [item for item in list_open_invoices(customer.pk) if item.currency_code == currency]
    wanted = next((item for item in items if invoice and item.document_id == invoice.pk), None)
    amount = wanted.residual if wanted else sum((item.residual for item in items), 0)
    initial = {
        "date": company_today(),
        "amount": formats.money(amount, currency).replace(",", "") if amount else "",
        "invoices": [str(wanted.document_id)] if wanted else [],
    }
    return PaymentForm(request.POST or None, customer=customer, currency=currency, items=items, initial=initial)
