"""Entering agreements: the head, and one line at a time with its prices."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.core import clock
from erp.core.actor import Actor
from erp.core.scope import company_scope
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.purchasing.agreement_forms import AgreementForm, AgreementLineForm
from erp.purchasing.drafts import AgreementDraft, AgreementLineDraft, TierDraft
from erp.purchasing.models import Agreement, AgreementLine
from erp.purchasing.operations.save_agreements import save_agreements
from erp.purchasing.permissions import SAVE_AGREEMENTS
from erp.purchasing.queries import find_agreement, list_agreement_lines
from erp.purchasing.tables import AGREEMENTS
from erp.screens.conflicts import noting_conflicts
from erp.screens.forms import submit_form
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


@requires(SAVE_AGREEMENTS)
def new_agreement(request: CompanyRequest) -> HttpResponse:
    """Write down what was settled with a supplier; its lines come next."""
    initial = {"supplier": request.GET.get("supplier", "")}
    return _edit_head(
        request, None, lambda: AgreementForm(request.POST or None, initial=initial | {"valid_from_date": company_today()})
    )


@requires(SAVE_AGREEMENTS)
def edit_agreement(request: CompanyRequest, pk: int) -> HttpResponse:
    """Change the head of an agreement."""
    found = _find(request, pk)
    return _edit_head(request, found, lambda: AgreementForm.of(found, request.POST or None))


def _edit_head(request: CompanyRequest, found: Agreement | None, make: Callable[[], AgreementForm]) -> HttpResponse:
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        form = make()
        valid = form.is_valid()
    if request.method == "POST" and valid:
        draft = form.draft(found)
        work: Callable[[], list[int]] = partial(save_agreements, agreements=[draft], actor=actor, at=clock.now())
        gone_on, saved = submit_form(
            request, form, noting_conflicts(form, work), done=_("The agreement is saved."), names=form.names
        )
        if gone_on and (pk := saved[0] if saved else found.pk if found else 0):
            return redirect("purchasing:agreement", pk)
        if gone_on:
            return redirect("purchasing:agreements")
    heading = _("Change %(number)s") % {"number": found.number} if found else _("New agreement")
    back = reverse("purchasing:agreement", args=[found.pk]) if found else reverse("purchasing:agreements")
    return _draw(request, actor, form, heading, _("Save agreement"), back, found.pk if found else 0)


@requires(SAVE_AGREEMENTS)
def new_line(request: CompanyRequest, pk: int) -> HttpResponse:
    """Agree on one more product."""
    return _edit_line(request, _find(request, pk), None)


@requires(SAVE_AGREEMENTS)
def edit_line(request: CompanyRequest, pk: int, line: int) -> HttpResponse:
    """Change what is agreed on a product."""
    return _edit_line(request, _find(request, pk), line)


def _edit_line(request: CompanyRequest, found: Agreement, line_id: int | None) -> HttpResponse:
    """The whole list is saved with the one line in it, as of the version that the form showed."""
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        lines = list(list_agreement_lines(found.pk))
        line = next((one for one in lines if one.pk == line_id), None)
        if line_id is not None and line is None:
            raise Http404
        form = AgreementLineForm.of(found, line, request.POST or None)
        valid = form.is_valid()
    back = reverse("purchasing:agreement", args=[found.pk])
    if request.method == "POST" and valid:
        drafts = [_drafted(one) for one in lines if one.pk != line_id]
        place = lines.index(line) if line else len(drafts)
        drafts.insert(place, form.draft(line))
        whole = replace(drafted(found), version=form.cleaned_data["version"], lines=drafts)
        work = partial(save_agreements, agreements=[whole], actor=actor, at=clock.now())
        names = form.names_at(place)
        gone_on, _ids = submit_form(request, form, noting_conflicts(form, work), done=_("The line is saved."), names=names)
        if gone_on:
            return redirect(back)
    heading = line.product.sku if line else _("New line of %(number)s") % {"number": found.number}
    return _draw(request, actor, form, heading, _("Save line"), back, found.pk)


def _draw(request: CompanyRequest, actor: Actor, form: Any, heading: str, submit: str, back: str, pk: int) -> HttpResponse:
    with company_scope(actor, read_only=True):
        trail = find_trail(request, AGREEMENTS, reverse("purchasing:agreements"), pk)
        context = {"form": form, "heading": heading, "submit": submit, "back_url": back, "trail": trail}
        return render(request, "screens/form_page.html", context)


def _find(request: CompanyRequest, pk: int) -> Agreement:
    assert request.actor is not None
    with company_scope(request.actor, read_only=True):
        found = find_agreement(pk)
    if found is None:
        raise Http404
    return found


def drafted(found: Agreement) -> AgreementDraft:
    """The agreement as it stands, without its lines."""
    names = (
        "valid_from_date", "valid_to_date", "preferred", "blocked", "over_fraction", "under_fraction", "shares_stock",
        "shares_demand", "shares_forecast", "memo", "external_source", "external_ref", "currency_code", "supplier_id",
    )  # fmt: skip
    term = found.payment_term.code if found.payment_term else ""
    return AgreementDraft(id=found.pk, payment_term_code=term, **{name: getattr(found, name) for name in names})


def _drafted(line: AgreementLine) -> AgreementLineDraft:
    names = ("product_id", "unit", "lead_days", "min_quantity", "max_quantity", "multiple", "supplier_sku", "active")
    tiers = [
        TierDraft(
            from_quantity=tier.from_quantity,
            price=tier.price,
            valid_from_date=tier.valid_from_date,
            valid_to_date=tier.valid_to_date,
        )
        for tier in line.tiers.all()
    ]
    return AgreementLineDraft(id=line.pk, tiers=tiers, **{name: getattr(line, name) for name in names})
