"""The portal: people of a supplier see their orders, answer them, say what is on its way, bill it, and read what is shared.

Whatever is asked for here is read as a role of the database that sees nothing of another supplier.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.core import clock
from erp.core.actor import Actor
from erp.core.scope import company_scope
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.payables.permissions import SEND_BILL
from erp.purchasing.drafts import MessageDraft
from erp.purchasing.forms import BillForm
from erp.purchasing.models import PurchaseOrder, PurchaseOrderLine
from erp.purchasing.operations.advise_deliveries import advise_deliveries
from erp.purchasing.operations.answer_orders import answer_orders
from erp.purchasing.operations.bill_orders import bill_orders
from erp.purchasing.operations.write_messages import write_messages
from erp.purchasing.permissions import ADVISE, ANSWER, VIEW, WRITE_MESSAGE
from erp.purchasing.queries import find_purchase_order, list_order_lines, messages_of
from erp.screens.documents import LinesTable
from erp.screens.forms import submit_form
from erp.screens.views.guard import requires
from scm.suppliers.forms import AdviceForm, ConfirmForm, CounterForm, MessageForm, OrderSheet
from scm.suppliers.queries import advised_of_order, own_bills, own_orders, shared_items
from scm.suppliers.views.portal_tables import bill_lines, item_lines, order_page, order_verbs, orders_lines

TABLE = "scm/suppliers/portal_table.html"


@requires(VIEW, partner=True)
def home(request: CompanyRequest) -> HttpResponse:
    """The portal's address as one types it."""
    partner(request)
    return redirect("portal:orders")


@requires(VIEW, partner=True)
def orders(request: CompanyRequest) -> HttpResponse:
    """What was ordered from the supplier: what waits for them first."""
    actor = partner(request)
    waiting, others = own_orders(open_only=True), own_orders(open_only=False)
    tables = [orders_lines(waiting, _("Open orders")), orders_lines(others, _("Past orders"))]
    return _tables(request, actor, _("Orders"), tables)


@requires(VIEW, partner=True)
def bills(request: CompanyRequest) -> HttpResponse:
    """What the supplier billed, and what of it is still to be paid."""
    return _tables(request, partner(request), _("Bills"), [bill_lines(own_bills())])


@requires(VIEW, partner=True)
def items(request: CompanyRequest) -> HttpResponse:
    """Stock, demand and forecast of the supplier's items, as far as the agreements share them."""
    actor = partner(request)
    found = shared_items(actor.party_id or 0, today=company_today())
    return _tables(request, actor, _("Items"), [item_lines(found)])


def _tables(request: CompanyRequest, actor: Actor, title: str, tables: Sequence[Any]) -> HttpResponse:
    shown = [LinesTable(lines, actor) for lines in tables if lines.rows or len(tables) == 1]
    return render(request, TABLE, {"title": title, "tables": shown})


@requires(VIEW, partner=True)
def order(request: CompanyRequest, pk: int) -> HttpResponse:
    """One order with what was promised, what came of it, and the conversation about it."""
    return _order(request, pk, MessageForm())


def _order(request: CompanyRequest, pk: int, form: Form) -> HttpResponse:
    actor = partner(request)
    found, lines = _found(pk)
    context = {
        "document": order_page(found, lines, list(advised_of_order(pk)), actor),
        "messages_of_order": messages_of(pk),
        "form": form,
        "order": found,
        "verbs": [verb for verb in order_verbs(found, lines) if actor.can(verb.permission)],
        "writes": actor.can(WRITE_MESSAGE),
    }
    return render(request, "scm/suppliers/portal_order.html", context)


@requires(ANSWER, partner=True)
def confirm(request: CompanyRequest, pk: int) -> HttpResponse:
    """Promise every open line."""

    def work(form: ConfirmForm, actor: Actor) -> object:
        return answer_orders(answers=form.answers(), supplier_id=actor.party_id, actor=actor, at=clock.now())

    words = _("Confirm %(number)s"), _("Confirm order"), _("The order is confirmed.")
    return _enter(request, pk, ConfirmForm, work, words, set())


@requires(ANSWER, partner=True)
def counter(request: CompanyRequest, pk: int) -> HttpResponse:
    """Propose another quantity, price or day."""

    def work(form: CounterForm, actor: Actor) -> object:
        return answer_orders(answers=form.answers(), supplier_id=actor.party_id, actor=actor, at=clock.now())

    words = _("Counter-proposal to %(number)s"), _("Propose it"), _("The counter-proposal is sent.")
    return _enter(request, pk, CounterForm, work, words, set())


@requires(ADVISE, partner=True)
def advise(request: CompanyRequest, pk: int) -> HttpResponse:
    """Say what is on its way."""

    def work(form: AdviceForm, actor: Actor) -> object:
        return advise_deliveries(advices=[form.draft()], supplier_id=actor.party_id, actor=actor, at=clock.now())

    words = _("Delivery of %(number)s"), _("Advise delivery"), _("The delivery is advised.")
    return _enter(request, pk, AdviceForm, work, words, {"expected_date"})


@requires(SEND_BILL, partner=True)
def new_bill(request: CompanyRequest, pk: int) -> HttpResponse:
    """Bill what came of an order."""

    def work(form: BillForm, actor: Actor) -> object:
        return bill_orders(bills=[form.draft()], supplier_id=actor.party_id, actor=actor, at=clock.now())

    words = _("Bill for %(number)s"), _("Send bill"), _("The bill is sent.")
    return _enter(request, pk, BillForm, work, words, {"date"}, template="erp/purchasing/bill_new.html")


def _enter(
    request: CompanyRequest,
    pk: int,
    form_class: type[Any],
    work: Callable[[Any, Actor], object],
    words: tuple[str, str, str],
    today: set[str],
    *,
    template: str = "scm/suppliers/portal_sheet.html",
) -> HttpResponse:
    """A form on the lines of an order; the fields named in `today` begin with the day."""
    actor = partner(request)
    with company_scope(actor, read_only=True):
        found, lines = _found(pk)
        initial: Mapping[str, Any] = dict.fromkeys(today, company_today())
        form: OrderSheet | BillForm = form_class(request.POST or None, order=found, lines=lines, initial=initial)
        valid = form.is_valid()
    heading, submit, done = words
    page = reverse("portal:order", args=[pk])
    if request.method == "POST" and valid:
        gone_on, _result = submit_form(request, form, partial(work, form, actor), done=done, names=form.names)
        if gone_on:
            return redirect(page)
    with company_scope(actor, read_only=True):
        context = {
            "form": form,
            "heading": heading % {"number": found.number},
            "submit": submit,
            "back_url": page,
            "currency": found.currency_code,
        }
        return render(request, template, context)


@requires(WRITE_MESSAGE, partner=True)
def message(request: CompanyRequest, pk: int) -> HttpResponse:
    """Write to the buyer about the order."""
    actor, page = partner(request), redirect("portal:order", pk)
    if request.method != "POST":
        return page
    with company_scope(actor, read_only=True):
        _found(pk)
        form: Form = MessageForm(request.POST)
        valid = form.is_valid()
    if valid:
        draft = MessageDraft(order_id=pk, text=form.cleaned_data["text"])
        work = partial(write_messages, messages=[draft], supplier_id=actor.party_id, actor=actor, at=clock.now())
        gone_on, _result = submit_form(request, form, work, done=_("The message is sent."))
        if gone_on:
            return page
    with company_scope(actor, read_only=True):
        return _order(request, pk, form)


def partner(request: CompanyRequest) -> Actor:
    """The actor, who acts for a supplier: for people of the company there is no portal."""
    if request.actor is None or request.actor.party_id is None:
        raise Http404
    return request.actor


def _found(pk: int) -> tuple[PurchaseOrder, list[PurchaseOrderLine]]:
    order = find_purchase_order(pk)
    if order is None:
        raise Http404
    return order, list(list_order_lines(pk))
