"""Addresses of sales orders, deliveries and returns."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from erp.sales.permissions import (
    CANCEL_ORDERS,
    CONFIRM_ORDERS,
    CREDIT_RETURNS,
    DELIVER_ORDERS,
    INVOICE_DELIVERIES,
    RESERVE_ORDERS,
)
from erp.sales.tables import DELIVERIES, ORDERS, RETURNS
from erp.sales.views import deliveries, orders, returns
from erp.screens.views.lists import list_view
from erp.screens.views.verbs import verb_view

app_name = "sales"
urlpatterns = [
    path("orders/", list_view(ORDERS), name="orders"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path(
        "orders/<int:pk>/confirm/", verb_view(orders.confirm, CONFIRM_ORDERS, done=_("The order is confirmed.")), name="confirm"
    ),
    path(
        "orders/<int:pk>/reserve/",
        verb_view(orders.reserve, RESERVE_ORDERS, done=_("Stock is reserved as far as it reaches.")),
        name="reserve",
    ),
    path("orders/<int:pk>/deliver/", verb_view(orders.deliver, DELIVER_ORDERS, done=_("Delivered: %(result)s.")), name="deliver"),
    path("orders/<int:pk>/cancel/", verb_view(orders.cancel, CANCEL_ORDERS, done=_("The order is cancelled.")), name="cancel"),
    path("deliveries/", list_view(DELIVERIES), name="deliveries"),
    path("deliveries/<int:pk>/", deliveries.delivery, name="delivery"),
    path(
        "deliveries/<int:pk>/invoice/",
        verb_view(deliveries.invoice, INVOICE_DELIVERIES, done=_("Invoiced: %(result)s.")),
        name="invoice",
    ),
    path("deliveries/<int:pk>/return/", returns.new_return, name="new_return"),
    path("returns/", list_view(RETURNS), name="returns"),
    path("returns/<int:pk>/", returns.sales_return, name="return"),
    path("returns/<int:pk>/credit/", verb_view(returns.credit, CREDIT_RETURNS, done=_("Credited: %(result)s.")), name="credit"),
]
