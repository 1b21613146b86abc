"""Addresses of dashboards."""

from django.urls import path

from integration.dashboards.views.factory import buyers_desk, production, purchasing
from integration.dashboards.views.order_to_cash import order_to_cash

app_name = "dashboards"
urlpatterns = [
    path("order-to-cash/", order_to_cash, name="order_to_cash"),
    path("desk/", buyers_desk, name="desk"),
    path("purchasing/", purchasing, name="purchasing"),
    path("production/", production, name="production"),
]
