"""Addresses of invoices and what customers owe."""

from django.urls import path

from erp.receivables.tables import BALANCES, INVOICES
from erp.receivables.views import invoices, payments
from erp.screens.views.lists import list_view

app_name = "receivables"
urlpatterns = [
    path("invoices/", list_view(INVOICES), name="invoices"),
    path("invoices/<int:pk>/", invoices.invoice, name="invoice"),
    path("balances/", list_view(BALANCES), name="balances"),
    path("payments/new/", payments.new_payment, name="new_payment"),
]
