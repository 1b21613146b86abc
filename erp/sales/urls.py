"""Addresses of sales orders and deliveries."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from erp.sales.permissions import CANCEL_ORDERS, CONFIRM_ORDERS, DELIVER_ORDERS, INVOICE_DELIVERIES, RESERVE_ORDERS
from erp.sales.tables import DELIVERIES, ORDERS
from erp.sales.views import deliveries, orders
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
]
