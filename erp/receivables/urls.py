"""Addresses of invoices and what customers owe."""

from django.urls import path

from erp.receivables.tables import BALANCES, INVOICES
from erp.receivables.views import credits, invoices, payments
from erp.screens.views.lists import list_view

app_name = "receivables"
urlpatterns = [
    path("invoices/", list_view(INVOICES), name="invoices"),
    path("invoices/<int:pk>/", invoices.invoice, name="invoice"),
    path("balances/", list_view(BALANCES), name="balances"),
    path("credits/<int:pk>/", credits.credit, name="credit"),
    path("credits/<slug:kind>/<int:pk>/apply/", credits.apply_document, name="apply_credit"),
    path("customers/<int:pk>/apply-credit/", credits.apply_customer, name="apply_customer_credit"),
    path("payments/new/", payments.new_payment, name="new_payment"),
]
