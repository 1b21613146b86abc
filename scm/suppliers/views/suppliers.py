"""A supplier as the buyer sees them: how they keep their word, what is open, who may see what of it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from erp.core import clock
from erp.core.actor import Actor
from erp.core.scope import company_scope
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.parties.models import Party
from erp.parties.permissions import EDIT_PARTIES
from erp.parties.views import contacts_and_addresses
from erp.payables.permissions import VIEW as VIEW_BILLS
from erp.payables.queries import list_bills
from erp.purchasing.permissions import PLACE
from erp.screens.documents import Counter, DocumentPage, Fact, Lines, Verb
from erp.screens.forms import submit_form
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires
from scm.suppliers.forms import KeyForm, PersonForm
from scm.suppliers.operations.supplier_keys import MadeKey, make_supplier_key, revoke_supplier_key
from scm.suppliers.operations.supplier_people import end_supplier_person, invite_supplier_person
from scm.suppliers.permissions import MANAGE_KEYS, VIEW
from scm.suppliers.queries import (
    SHOWN,
    agreements_of,
    find_supplier,
    keys_of,
    open_orders_of,
    owed_to,
    people_of_supplier,
    shared_items,
    standing_of,
)
from scm.suppliers.tables import ACTIVE, AGREEMENTS, BILLS, KEYS, ORDERS, PEOPLE, SUPPLIERS
from scm.suppliers.views.portal_tables import item_lines


@requires(VIEW)
@require_safe
def supplier(request: CompanyRequest, pk: int) -> HttpResponse:
    """One supplier."""
    row = find_supplier(pk)
    if row is None:
        raise Http404
    return render(request, "screens/document.html", {"document": _page(request, row)})


def _page(request: CompanyRequest, row: Party) -> DocumentPage:
    assert request.actor is not None and request.company is not None
    actor, state, today = request.actor, ACTIVE[row.active], company_today()
    standing, home = standing_of(row.pk, today=today), request.company.currency_code
    manages = actor.can(MANAGE_KEYS)
    owed, overdue = owed_to(row.pk, today=today)
    orders = list(open_orders_of(row.pk))
    return DocumentPage(
        number=row.name,
        title="",
        type_label=row.code,
        state_label=state.label,
        state_family=state.family,
        actor=actor,
        trail=find_trail(request, SUPPLIERS, reverse("suppliers:suppliers"), row.pk),
        key_amount=Fact(label=_("We owe"), value=owed, kind="money", unit=home) if actor.can(VIEW_BILLS) else None,
        verbs=_verbs(row),
        counters=[Counter(_("Purchase orders"), len(orders), _orders_url(row), "shopping-cart")],
        facts=[
            Fact(label=_("Lines open"), value=standing.open_lines, kind="number"),
            Fact(label=_("Lines late"), value=standing.late_lines, kind="number"),
            Fact(label=_("Lines received"), value=standing.received_lines, kind="number"),
            Fact(label=_("On time"), value=standing.on_time_share, kind="percent"),
            Fact(label=_("Lines with rejects"), value=standing.rejected_lines, kind="number"),
            Fact(label=_("Overdue"), value=overdue, kind="money", unit=home, permission=VIEW_BILLS),
            Fact(label=_("Payment term"), value=row.payment_term.name),
            Fact(label=_("Currency"), value=row.currency_id),
            Fact(label=_("Email"), value=row.email, url=f"mailto:{row.email}" if row.email else ""),
            Fact(label=_("Phone"), value=row.phone),
        ],
        lines=Lines(columns=AGREEMENTS, rows=agreements_of(row.pk), title=_("Agreements")),
        more_lines=[
            *([Lines(columns=ORDERS, rows=orders[:SHOWN], title=_("Open orders"))] if orders else []),
            *(_unpaid(row, actor) if actor.can(VIEW_BILLS) else []),
            *_shown(item_lines(shared_items(row.pk, today=today)), _("Items, as the supplier sees them")),
            *(_access(row) if manages else []),
            *contacts_and_addresses(row),
        ],
        comment_url=reverse("screens:comment", args=["party", row.pk]),
    )


def _shown(lines: Lines, title: str) -> list[Lines]:
    return [Lines(columns=lines.columns, rows=lines.rows, key=lines.key, title=title)] if lines.rows else []


def _unpaid(row: Party, actor: Actor) -> list[Lines]:
    """The first bills that are still to be paid; the rest of them behind the figure of what is owed."""
    rows: QuerySet[Any] = list_bills(actor)
    bills = rows.filter(supplier=row.pk, unpaid__gt=0).order_by("due_date", "pk")[:SHOWN]
    return [Lines(columns=BILLS, rows=list(bills), title=_("Bills to pay"))] if bills else []


def _access(row: Party) -> list[Lines]:
    """Who may see and do what is this supplier's: people in the portal, programs by their keys; each with the way to end it."""

    def end(name: str) -> Column:
        return Column(
            name="end",
            label="",
            text=lambda _one: _("End"),
            url=lambda one: reverse(f"suppliers:{name}", args=[row.pk, one.pk]),
        )

    people, keys = list(people_of_supplier(row.pk)), list(keys_of(row.pk))
    return [
        *([Lines(columns=(*PEOPLE, end("end_person")), rows=people, title=_("People in the portal"))] if people else []),
        *([Lines(columns=(*KEYS, end("revoke_key")), rows=keys, title=_("Keys of programs"))] if keys else []),
    ]


def _orders_url(row: Party) -> str:
    return f"{reverse('purchasing:orders')}?supplier={row.code}"


def _verbs(row: Party) -> list[Verb]:
    def page(name: str, label: str, url: str, permission: str, icon: str) -> Verb:
        return Verb(name=name, label=label, url=url, permission=permission, method="get", icon=icon)

    here = reverse("suppliers:supplier", args=[row.pk])
    order, edit = reverse("purchasing:new_order"), reverse("parties:edit_party", args=[row.pk])
    return [
        page("order", _("New purchase order"), f"{order}?supplier={row.code}", PLACE, "square-plus"),
        page("invite", _("Invite somebody of theirs"), reverse("suppliers:invite", args=[row.pk]), MANAGE_KEYS, "user-plus"),
        page("make_key", _("Make a key"), reverse("suppliers:make_key", args=[row.pk]), MANAGE_KEYS, "key"),
        page("edit", _("Edit supplier"), f"{edit}?next={here}", EDIT_PARTIES, "pencil"),
    ]


@requires(MANAGE_KEYS)
def invite(request: CompanyRequest, pk: int) -> HttpResponse:
    """Let somebody of the supplier into the portal."""
    site = request.build_absolute_uri("/")

    def work(form: Form, by: dict[str, Any]) -> object:
        return invite_supplier_person(supplier_id=pk, language="", site=site, **form.cleaned_data, **by)

    words = _("Invite somebody of %(name)s"), _("Invite"), _("The invitation is on its way.")
    return _enter(request, pk, PersonForm, work, words)


@requires(MANAGE_KEYS)
def make_key(request: CompanyRequest, pk: int) -> HttpResponse:
    """A key for a program of the supplier, shown this once."""

    def work(form: Form, by: dict[str, Any]) -> object:
        return make_supplier_key(supplier_id=pk, **form.cleaned_data, **by)

    words = _("A key for %(name)s"), _("Make key"), _("The key is made.")
    return _enter(request, pk, KeyForm, work, words)


def _enter(
    request: CompanyRequest,
    pk: int,
    form_class: type[Form],
    work: Callable[[Form, dict[str, Any]], object],
    words: tuple[str, str, str],
) -> HttpResponse:
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        row = _find(pk)
        form = form_class(request.POST or None)
        valid = form.is_valid()
    heading, submit, done = words
    context: dict[str, Any] = {"form": form, "heading": heading % {"name": row.name}, "submit": submit, "back_url": _here(pk)}
    if request.method == "POST" and valid:
        gone_on, made = submit_form(request, form, partial(work, form, {"actor": actor, "at": clock.now()}), done=done)
        if gone_on and not isinstance(made, MadeKey):
            return redirect(_here(pk))
        if gone_on:
            context["made"] = made
    with company_scope(actor, read_only=True):
        context["trail"] = find_trail(request, SUPPLIERS, reverse("suppliers:suppliers"), pk)
        return render(request, "scm/suppliers/access.html", context)


@requires(MANAGE_KEYS)
def end_person(request: CompanyRequest, pk: int, member: int) -> HttpResponse:
    """Ask once more, then end somebody's access."""

    def work(actor: Actor) -> object:
        return end_supplier_person(supplier_id=pk, membership_id=member, actor=actor, at=clock.now())

    found = {one.pk: str(one.user) for one in _people(request, pk)}
    return _end(request, pk, found.get(member), work, _("%(name)s may not enter the portal any more."))


@requires(MANAGE_KEYS)
def revoke_key(request: CompanyRequest, pk: int, key: int) -> HttpResponse:
    """Ask once more, then revoke a key."""
    assert request.actor is not None
    with company_scope(request.actor, read_only=True):
        found = {one.pk: one for one in keys_of(pk)}

    def work(actor: Actor) -> object:
        return revoke_supplier_key(supplier_id=pk, prefix=found[key].prefix, actor=actor, at=clock.now())

    name = found[key].name if key in found else None
    return _end(request, pk, name, work, _("The key of %(name)s opens nothing any more."))


def _people(request: CompanyRequest, pk: int) -> list[Any]:
    assert request.actor is not None
    with company_scope(request.actor, read_only=True):
        return list(people_of_supplier(pk))


def _end(request: CompanyRequest, pk: int, name: str | None, work: Callable[[Actor], object], done: str) -> HttpResponse:
    if name is None or request.actor is None:
        raise Http404
    actor, form = request.actor, Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        gone_on, _result = submit_form(request, form, partial(work, actor), done=done % {"name": name})
        if gone_on:
            return redirect(_here(pk))
    with company_scope(actor, read_only=True):
        context = {
            "form": form,
            "heading": _("End the access of %(name)s?") % {"name": name},
            "lead": _("What was done with it stays."),
            "submit": _("End access"),
            "back_url": _here(pk),
            "trail": find_trail(request, SUPPLIERS, reverse("suppliers:suppliers"), pk),
        }
        return render(request, "screens/form_page.html", context)


def _find(pk: int) -> Party:
    row = find_supplier(pk)
    if row is None:
        raise Http404
    return row


def _here(pk: int) -> str:
    return reverse("suppliers:supplier", args=[pk])
