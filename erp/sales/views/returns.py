"""The page of a return, its verb, and taking goods back."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.timeline import DocumentStory
from erp.core import clock
from erp.core.events import DocumentRef
from erp.core.scope import company_scope
from erp.documents.registry import find_url
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.ledger.facts import entry_fact
from erp.sales.forms import ReturnForm
from erp.sales.models import SalesReturn
from erp.sales.operations.credit_returns import credit_returns
from erp.sales.operations.return_goods import return_goods
from erp.sales.permissions import CREDIT_RETURNS, RETURN_GOODS, VIEW_COST, VIEW_ORDERS
from erp.sales.queries import find_delivery, find_return, list_delivery_lines, list_return_lines
from erp.sales.tables import CREDITED, DELIVERIES, RETURNS
from erp.screens.columns import measure_column, price_column, product_column
from erp.screens.documents import DocumentPage, Fact, Lines, Verb
from erp.screens.forms import submit_form
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


@requires(VIEW_ORDERS)
def sales_return(request: CompanyRequest, pk: int) -> HttpResponse:
    """One return: what came back, why, of which delivery, and its credit note."""
    found = find_return(pk)
    if found is None:
        raise Http404
    return render(request, "screens/document.html", {"document": _page(request, found)})


@requires(RETURN_GOODS)
def new_return(request: CompanyRequest, pk: int) -> HttpResponse:
    """Take back goods of a delivery: of each line as much as somebody says, or all that is still out."""
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        delivery = find_delivery(pk)
        if delivery is None:
            raise Http404
        initial = {"date": company_today(), "warehouse": delivery.warehouse_id, "reason": SalesReturn.Reason.CHANGED_MIND}
        lines = list(list_delivery_lines(pk))
        form = ReturnForm(request.POST or None, delivery=delivery, lines=lines, initial=initial)
        valid = form.is_valid()
    if request.method == "POST" and valid:
        draft, at = form.draft(), clock.now()
        done, posted = submit_form(
            request, form, lambda: return_goods(returns=[draft], actor=actor, at=at), done=_("Return posted."), names=form.names
        )
        if done:
            return redirect("sales:return", posted[0].id) if posted else redirect("sales:delivery", pk)
    with company_scope(actor, read_only=True):
        context = {
            "form": form,
            "heading": _("Return goods of %(number)s") % {"number": delivery.number},
            "lead": delivery.customer.name,
            "submit": _("Post return"),
            "back_url": reverse("sales:delivery", args=[pk]),
            "trail": find_trail(request, DELIVERIES, reverse("sales:deliveries"), pk),
        }
        return render(request, "erp/sales/return_new.html", context)


def _page(request: CompanyRequest, found: SalesReturn) -> DocumentPage:
    assert request.actor is not None and request.company is not None
    can = request.actor.can
    state = CREDITED[found.credit_note_id is not None]
    story = DocumentStory(DocumentRef("sales_return", found.pk), SalesReturn, can)
    order_id = found.delivery.order_id if found.delivery else None
    return DocumentPage(
        number=found.number,
        title=_("Customer"),
        type_label=_("Return"),
        state_label=state.label,
        state_family=state.family,
        actor=request.actor,
        party=found.customer.name,
        party_url=find_url("party", found.customer_id, can),
        trail=find_trail(request, RETURNS, reverse("sales:returns"), found.pk),
        key_date=Fact(label=_("Date"), value=found.date, kind="date"),
        verbs=[_credit_verb(found)],
        facts=_facts(found, can, request.company.currency_code),
        lines=_lines(found, can),
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
        thread_url=reverse("thread:sales_order", args=[order_id]) if order_id else "",
    )


def _credit_verb(found: SalesReturn) -> Verb:
    reason = ""
    if found.credit_note_id is not None:
        reason = _("It is credited already.")
    elif found.delivery and found.delivery.invoice_id is None:
        reason = _("Its delivery is not invoiced yet.")
    return Verb(
        name="credit",
        label=_("Credit return"),
        url=reverse("sales:credit", args=[found.pk]),
        permission=CREDIT_RETURNS,
        icon="file-minus",
        enabled=not reason,
        reason=reason,
    )


def _facts(found: SalesReturn, can: Callable[[str], bool], home: str) -> list[Fact]:
    delivery, note = found.delivery, found.credit_note
    return [
        Fact(label=_("Reason"), value=found.get_reason_display()),
        Fact(label=_("Remark"), value=found.remark),
        Fact(
            label=_("Delivery"),
            value=delivery.number if delivery else _("Without an original"),
            kind="code" if delivery else "text",
            url=reverse("sales:delivery", args=[delivery.pk]) if delivery else "",
        ),
        Fact(
            label=_("Credit note"),
            value=note.number if note else "",
            kind="code",
            url=find_url("credit_note", note.pk, can) if note else "",
        ),
        Fact(label=_("Warehouse"), value=found.warehouse.name),
        Fact(label=_("Cost"), value=found.cost, kind="money", unit=home, permission=VIEW_COST),
        entry_fact("sales_return", found.pk),
        Fact(label=_("Posted at"), value=found.posted_at, kind="time"),
    ]


def _lines(found: SalesReturn, can: Callable[[str], bool]) -> Lines:
    lines = list(list_return_lines(found.pk))
    columns = (
        product_column(can),
        Column(name="description", label=_("Description")),
        measure_column(_("Returned")),
        price_column(lines),
        Column(name="cost", label=_("Cost"), kind="money", permission=VIEW_COST),
    )
    return Lines(columns=columns, rows=lines)


def credit(request: CompanyRequest, pk: int) -> str:
    return credit_returns(return_ids=[pk], actor=request.actor, at=clock.now())[0].number  # type: ignore[arg-type]
