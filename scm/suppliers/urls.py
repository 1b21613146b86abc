"""Addresses of the portal."""

from django.urls import path

from scm.suppliers.views import portal

app_name = "portal"
urlpatterns = [
    path("", portal.home, name="home"),
    path("orders/", portal.orders, name="orders"),
    path("orders/<int:pk>/", portal.order, name="order"),
    path("orders/<int:pk>/confirm/", portal.confirm, name="confirm"),
    path("orders/<int:pk>/counter/", portal.counter, name="counter"),
    path("orders/<int:pk>/advise/", portal.advise, name="advise"),
    path("orders/<int:pk>/message/", portal.message, name="message"),
    path("orders/<int:pk>/bill/", portal.new_bill, name="new_bill"),
    path("bills/", portal.bills, name="bills"),
    path("items/", portal.items, name="items"),
]
