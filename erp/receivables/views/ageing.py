"""The ageing of receivables."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.identity.middleware import CompanyRequest
from erp.ledger.models import AccountRole
from erp.ledger.views.ageing import Side, draw_ageing
from erp.receivables.permissions import VIEW_INVOICES
from erp.screens.views.guard import requires

RECEIVABLES = Side(
    role=AccountRole.RECEIVABLE,
    heading=_("Ageing of receivables"),
    party=_("Customer"),
    empty=_("No customer owed anything on that day."),
    url=lambda row: reverse("receivables:invoices", query={"state": "open", "customer": row.code}),
)


@requires(VIEW_INVOICES)
def show(request: CompanyRequest) -> HttpResponse:
    """What customers owed at the end of a day."""
    return draw_ageing(request, RECEIVABLES)
