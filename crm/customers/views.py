"""The customer's page."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.customers.permissions import VIEW_CUSTOMERS
from crm.customers.queries import (
    Balance,
    count_documents,
    customer_balance,
    get_customer,
    list_activities,
    list_documents,
)
from crm.customers.tables import ACTIVE, CUSTOMERS, TABS, columns_of
from crm.pipeline.permissions import EDIT_OPPORTUNITIES, EDIT_QUOTATIONS, ENTER_ORDERS
from erp.core.clock import local_date, now
from erp.core.errors import NotFound
from erp.core.events import DocumentRef
from erp.documents.event_labels import event_label
from erp.documents.queries import list_comments
from erp.documents.registry import find_url
from erp.identity.access import labels_of_actors
from erp.identity.middleware import CompanyRequest
from erp.parties.models import Party
from erp.parties.permissions import EDIT_PARTIES
from erp.parties.views import contacts_and_addresses
from erp.receivables.permissions import APPLY_CREDITS, VIEW_INVOICES
from erp.receivables.queries import can_apply_credit
from erp.sales.queries import credit_exposure
from erp.screens.documents import Counter, DocumentPage, Entry, Fact, Lines, Verb
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


@requires(VIEW_CUSTOMERS)
@require_safe
def customer(request: CompanyRequest, pk: int) -> HttpResponse:
    """One customer: documents, balance, what happened."""
    assert request.actor is not None
    try:
        row = get_customer(customer_id=pk, actor=request.actor)
    except NotFound as missing:
        raise Http404(missing.sentence) from missing
    return render(request, "screens/document.html", {"document": _page(request, row)})


def _page(request: CompanyRequest, row: Party) -> DocumentPage:
    assert request.actor is not None and request.company is not None
    counts = count_documents(row.pk)
    tabs = [name for name, (_label, _icon, permission, _columns) in TABS.items() if request.actor.can(permission)]
    asked = request.GET.get("tab", "")
    tab = asked if asked in tabs else next((name for name in ("orders", "quotations") if name in tabs), "")
    columns = columns_of(tab, request.actor.can) if tab else ()
    state, home = ACTIVE[row.active], request.company.currency_code
    balance = customer_balance(row.pk, today=local_date(now(), request.company.time_zone))
    return DocumentPage(
        number=row.name,
        title="",
        type_label=row.code,
        state_label=state.label,
        state_family=state.family,
        actor=request.actor,
        trail=find_trail(request, CUSTOMERS, reverse("customers:customers"), row.pk),
        key_amount=Fact(label=_("Balance"), value=balance.owed, kind="money", unit=home)
        if request.actor.can(VIEW_INVOICES)
        else None,
        verbs=[*_verbs(row), _apply_verb(row, balance)],
        counters=[Counter(TABS[name][0], counts[name], f"?tab={name}", TABS[name][1]) for name in tabs],
        facts=[
            Fact(
                label=_("Overdue"), value=balance.overdue, kind="money", unit=home, permission=VIEW_INVOICES, hint=_since(balance)
            ),
            Fact(label=_("On account"), value=balance.on_account, kind="money", unit=home, permission=VIEW_INVOICES),
            Fact(label=_("Credit limit"), value=row.credit_limit, kind="money", unit=home),
            Fact(
                label=_("Credit used"),
                value=credit_exposure(row.pk, company_currency=home),
                kind="money",
                unit=home,
                permission=VIEW_INVOICES,
            ),
            *_terms(row),
        ],
        lines=Lines(title=TABS[tab][0], columns=columns, rows=list_documents(row.pk, tab)) if tab else None,
        more_lines=contacts_and_addresses(row),
        timeline=_timeline(row, request.actor.can),
        comment_url=reverse("screens:comment", args=["party", row.pk]),
    )


def _since(balance: object) -> str:
    since = getattr(balance, "overdue_since", None)
    return _("since %(date)s") % {"date": since.isoformat()} if since else ""


def _terms(row: Party) -> list[Fact]:
    return [
        Fact(label=_("Payment term"), value=row.payment_term.name),
        Fact(label=_("Currency"), value=row.currency_id),
        Fact(label=_("Tax number"), value=row.tax_number),
        Fact(label=_("Email"), value=row.email, url=f"mailto:{row.email}" if row.email else ""),
        Fact(label=_("Phone"), value=row.phone),
    ]


def _verbs(row: Party) -> list[Verb]:
    def page(name: str, label: str, url: str, permission: str, icon: str) -> Verb:
        reason = "" if row.active else _("%(name)s is not active.") % {"name": row.name}
        return Verb(
            name=name, label=label, url=url, permission=permission, method="get", icon=icon, enabled=row.active, reason=reason
        )

    edit_url = f"{reverse('parties:edit_party', args=[row.pk])}?next={reverse('customers:customer', args=[row.pk])}"
    asked = f"?customer={row.code}"
    return [
        page("order", _("New order"), reverse("pipeline:new_order") + asked, ENTER_ORDERS, "square-plus"),
        page("quotation", _("New quotation"), reverse("pipeline:new_quotation") + asked, EDIT_QUOTATIONS, "file-text"),
        page("opportunity", _("New opportunity"), reverse("pipeline:new_opportunity") + asked, EDIT_OPPORTUNITIES, "target"),
        Verb(name="edit", label=_("Edit customer"), url=edit_url, permission=EDIT_PARTIES, method="get", icon="pencil"),
    ]


def _apply_verb(row: Party, balance: Balance) -> Verb:
    reason = (
        _("Nothing is on account.")
        if not balance.on_account
        else ""
        if can_apply_credit(row.pk)
        else _("No invoice in the currency of the credit is open.")
    )
    return Verb(
        name="apply_credit",
        label=_("Apply credit"),
        url=reverse("receivables:apply_customer_credit", args=[row.pk]),
        permission=APPLY_CREDITS,
        icon="arrow-merge",
        enabled=not reason,
        reason=reason,
    )


def _timeline(row: Party, can: Callable[[str], bool]) -> list[Entry]:
    """What happened to the customer's business and what people wrote about the customer, newest first; linked is what
    the reader may open."""
    activities = list_activities(row.pk)
    comments = list(list_comments(DocumentRef("party", row.pk)))
    who = labels_of_actors({entry.actor for entry in (*activities, *comments)})
    written = [Entry(at=c.at, who=who[c.actor], text=c.body, kind="comment") for c in reversed(comments)]
    happened = [
        Entry(
            at=activity.at,
            who=who[activity.actor],
            text=f"{event_label(activity.type)} {activity.document_number}",
            kind="person" if activity.actor.startswith(("user:", "key:")) else "automation",
            url=find_url(activity.kind, activity.document_id, can),
        )
        for activity in activities
    ]
    return sorted([*written, *happened], key=lambda entry: entry.at, reverse=True)
