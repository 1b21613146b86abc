"""Addresses of payments."""

from django.urls import path

from erp.screens.views.lists import list_view
from erp.treasury import views
from erp.treasury.tables import PAYMENTS

app_name = "treasury"
urlpatterns = [
    path("payments/", list_view(PAYMENTS), name="payments"),
    path("payments/<int:pk>/", views.payment, name="payment"),
]
