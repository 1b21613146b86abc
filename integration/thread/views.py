"""The page of a thread."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.sales.permissions import VIEW_ORDERS
from erp.sales.queries import find_order
from erp.screens.trail import Crumb, Trail
from erp.screens.views.guard import requires
from integration.thread.planned import with_planned
from integration.thread.queries import labelled, order_thread


@requires(VIEW_ORDERS)
def sales_order(request: CompanyRequest, pk: int) -> HttpResponse:
    """The whole life of a sales order, and what is still to come."""
    assert request.actor is not None
    order = find_order(pk)
    thread = order_thread(pk, request.actor.can)
    if order is None or thread is None:
        raise Http404
    trail = Trail(
        (Crumb(_("Sales orders"), reverse("sales:orders")), Crumb(order.number, reverse("sales:order", args=[order.pk])))
    )
    context = {"order": order, "trail": trail, "thread": with_planned(labelled(thread), order, today=company_today())}
    return render(request, "integration/thread/sales_order.html", context)
