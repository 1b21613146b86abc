"""The dashboard from an order to its money."""

import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from erp.automation.permissions import VIEW as VIEW_EXCEPTIONS
from erp.core import clock
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.screens.views.guard import requires
from integration.dashboards.attention import list_attention
from integration.dashboards.charts import list_charts
from integration.dashboards.figures import EXCEPTIONS, list_figures
from integration.dashboards.permissions import VIEW_ORDER_TO_CASH

SHOWN = 6


@requires(VIEW_ORDER_TO_CASH)
@require_safe
def order_to_cash(request: CompanyRequest) -> HttpResponse:
    """Figures, charts, then what needs somebody; each figure and each bar opens the list it counts."""
    actor = request.actor
    assert actor is not None and request.company is not None
    today: datetime.date = company_today()
    context = {
        "title": _("Order to cash"),
        "figures": list_figures(actor, today),
        "charts": list_charts(actor, today, request.company.currency_code),
        "attention": list_attention(actor, limit=SHOWN),
        "attention_title": _("Exceptions that need somebody"),
        "inbox": EXCEPTIONS,
        "sees_exceptions": actor.can(VIEW_EXCEPTIONS),
        "as_of": clock.now(),
    }
    return render(request, "integration/dashboards/board.html", context)
