"""What is done about bills that do not match what was ordered and came in."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from erp.core import clock
from erp.identity.middleware import CompanyRequest
from erp.payables.permissions import RELEASE
from erp.payables.views import ask_reason
from erp.purchasing.operations.release_bills import release_bills, rematch_bills
from erp.screens.views.guard import requires


@requires(RELEASE)
def release(request: CompanyRequest, pk: int) -> HttpResponse:
    """Post a held bill although it does not match."""
    return ask_reason(
        request,
        pk,
        release_bills,
        heading=_("Release %(number)s"),
        lead=_("It is booked and paid as it was billed; what differs from the order is a price difference."),
        submit=_("Release bill"),
        done=_("The bill is posted."),
    )


def match(request: HttpRequest, pk: int) -> str:
    """Match a held bill again; whether it passed."""
    posted = rematch_bills(bill_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]
    return _("The bill matches and is posted.") if posted else _("It still does not match.")
