"""A customer's credit: applying it, and the way to the document it comes from."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from erp.core import clock
from erp.core.actor import Actor
from erp.core.errors import NotFound
from erp.documents.registry import find_url
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.receivables.operations.apply_credits import CreditDraft, apply_credits
from erp.receivables.permissions import APPLY_CREDITS, VIEW_INVOICES
from erp.receivables.queries import find_credit, find_credit_of
from erp.screens.views.guard import requires
from erp.screens.views.verbs import verb_view


@requires(VIEW_INVOICES)
def credit(request: CompanyRequest, pk: int) -> HttpResponse:
    """Lead to the payment or credit note behind a credit."""
    assert request.actor is not None
    found = find_credit(pk)
    url = find_url(found.kind, found.document_id, request.actor.can) if found else ""
    if not url:
        raise Http404
    return redirect(url)


def _apply_customer(request: HttpRequest, pk: int) -> int:
    return _apply(request, CreditDraft(customer_id=pk, date=company_today()))


def _apply_document(request: HttpRequest, kind: str, pk: int) -> int:
    """Apply the credit of one payment or credit note."""
    found = find_credit_of(kind, pk)
    if found is None:
        raise NotFound(what=_("customer credit"), value=pk)
    return _apply(request, CreditDraft(customer_id=found.party_id, date=company_today(), credit_item_ids=[found.pk]))


def _apply(request: HttpRequest, draft: CreditDraft) -> int:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return len(apply_credits(credits=[draft], actor=actor, at=clock.now()))


DONE = _("Credit applied; invoices settled or reduced: %(result)s.")
apply_customer = verb_view(_apply_customer, APPLY_CREDITS, done=DONE)
apply_document = verb_view(_apply_document, APPLY_CREDITS, done=DONE)
