"""Screens of parties."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from erp.core.clock import now
from erp.core.errors import BusinessRuleViolation, NotFound, Refusals
from erp.core.scope import company_scope
from erp.identity.middleware import CompanyRequest
from erp.parties.forms import PartyForms
from erp.parties.models import Party
from erp.parties.operations.save_parties import save_parties
from erp.parties.permissions import EDIT_PARTIES, VIEW_PARTIES
from erp.parties.queries import get_party
from erp.parties.tables import ACTIVE, PARTIES
from erp.screens.conflicts import noting_conflicts
from erp.screens.documents import DocumentPage, Fact, Lines, Verb
from erp.screens.forms import submit_form
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires
from erp.screens.views.verbs import each_refusal

NAMES = {"currency": "currency_code", "payment_term": "payment_term_code"}


@requires(VIEW_PARTIES)
@require_safe
def party(request: CompanyRequest, pk: int) -> HttpResponse:
    """One party: how to reach it and on what terms."""
    return render(request, "screens/document.html", {"document": _page(request, _find(request, pk))})


@requires(EDIT_PARTIES)
def new_party(request: CompanyRequest) -> HttpResponse:
    """Create a party."""
    return _edit(request, None)


@requires(EDIT_PARTIES)
def edit_party(request: CompanyRequest, pk: int) -> HttpResponse:
    """Change a party."""
    return _edit(request, pk)


def _edit(request: CompanyRequest, pk: int | None) -> HttpResponse:
    assert request.actor is not None and request.company is not None
    with company_scope(request.actor, read_only=True):
        row = _find(request, pk) if pk else None
        customer, currency = request.GET.get("role") != "supplier", request.company.currency_code
        forms = PartyForms(request.POST or None, actor=request.actor, party=row, currency_code=currency, customer=customer)
        valid = forms.is_valid()
    if request.method == "POST" and valid:
        gone_well, ids = submit_form(
            request,
            forms.form,
            noting_conflicts(forms.form, lambda: _save(request, forms)),
            done=_("%(name)s saved.") % {"name": forms.form.cleaned_data["name"]},
            names=NAMES,
        )
        if gone_well:
            saved = pk or (ids[0] if ids else None)
            return HttpResponseRedirect(
                _next(request) or (reverse("parties:party", args=[saved]) if saved else reverse("parties:parties"))
            )
    back = _next(request) or (reverse("parties:party", args=[pk]) if pk else reverse("parties:parties"))
    heading = _("Edit %(name)s") % {"name": row.name} if row else _("New party")
    context = {"form": forms.form, "forms": forms, "heading": heading, "submit": _("Save party"), "back_url": back}
    with company_scope(request.actor, read_only=True):
        return render(request, "erp/parties/party_form.html", context)


def _save(request: CompanyRequest, forms: PartyForms) -> list[int]:
    """The operation; refusals about a contact or address also stand beside its field."""
    assert request.actor is not None
    try:
        return save_parties(parties=[forms.draft()], actor=request.actor, at=now())
    except (BusinessRuleViolation, Refusals) as refusal:
        for one in each_refusal(refusal):
            name, _dot, rest = one.field.partition(".")
            position, _dot, field = rest.partition(".")
            if field:
                getattr(forms, name).forms[int(position)].add_error(field, one.sentence)
        raise


def _next(request: CompanyRequest) -> str:
    """Where the reader came from, if it is a page of ours."""
    wanted = request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()) else ""


def _find(request: CompanyRequest, pk: int) -> Party:
    assert request.actor is not None
    try:
        return get_party(party_id=pk, actor=request.actor)
    except NotFound as missing:
        raise Http404(missing.sentence) from missing


def _page(request: CompanyRequest, row: Party) -> DocumentPage:
    assert request.actor is not None and request.company is not None
    state = ACTIVE[row.active]
    edit_url = reverse("parties:edit_party", args=[row.pk])
    return DocumentPage(
        number=row.name,
        title="",
        type_label=row.code,
        state_label=state.label,
        state_family=state.family,
        actor=request.actor,
        trail=find_trail(request, PARTIES, reverse("parties:parties"), row.pk),
        verbs=[Verb(name="edit", label=_("Edit party"), url=edit_url, permission=EDIT_PARTIES, method="get", icon="pencil")],
        facts=[
            Fact(label=_("Roles"), value=", ".join(roles_of(row))),
            Fact(label=_("Payment term"), value=row.payment_term.name),
            Fact(label=_("Currency"), value=row.currency_id),
            Fact(label=_("Credit limit"), value=row.credit_limit, kind="money", unit=request.company.currency_code),
            Fact(label=_("Tax number"), value=row.tax_number),
            Fact(label=_("Email"), value=row.email, url=f"mailto:{row.email}" if row.email else ""),
            Fact(label=_("Phone"), value=row.phone),
            Fact(label=_("Known as"), value=f"{row.external_source} {row.external_ref}".strip()),
        ],
        more_lines=contacts_and_addresses(row),
    )


def roles_of(row: Party) -> list[str]:
    return [label for held, label in ((row.is_customer, _("Customer")), (row.is_supplier, _("Supplier"))) if held]


def contacts_and_addresses(row: Party) -> list[Lines]:
    """The two lists of a party's page."""
    contacts = Lines(
        title=_("Contacts"),
        columns=(
            Column(name="name", label=_("Name")),
            Column(name="position", label=_("Position")),
            Column(name="email", label=_("Email"), url=lambda contact: f"mailto:{contact.email}"),
            Column(name="phone", label=_("Phone")),
        ),
        rows=list(row.contacts.order_by("name")),
    )
    addresses = Lines(
        title=_("Addresses"),
        columns=(
            Column(name="purpose", label=_("Purpose"), field="get_purpose_display"),
            Column(name="street", label=_("Street")),
            Column(name="postal_code", label=_("Postal code")),
            Column(name="city", label=_("City")),
            Column(name="country", label=_("Country")),
        ),
        rows=list(row.addresses.order_by("purpose", "id")),
    )
    return [contacts, addresses]
