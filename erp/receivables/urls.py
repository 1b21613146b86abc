"""Addresses of invoices, credit notes and what customers owe."""

from django.urls import path

from erp.receivables.tables import BALANCES, CREDIT_NOTES, INVOICES
from erp.receivables.views import ageing, credit_notes, credits, invoices, payments
from erp.screens.views.lists import list_view

app_name = "receivables"
urlpatterns = [
    path("invoices/", list_view(INVOICES), name="invoices"),
    path("invoices/<int:pk>/", invoices.invoice, name="invoice"),
    path("invoices/<int:pk>/credit/", credit_notes.new_credit, name="new_credit"),
    path("credit-notes/", list_view(CREDIT_NOTES), name="credit_notes"),
    path("credit-notes/<int:pk>/", credit_notes.credit_note, name="credit_note"),
    path("balances/", list_view(BALANCES), name="balances"),
    path("credits/<int:pk>/", credits.credit, name="credit"),
    path("credits/<slug:kind>/<int:pk>/apply/", credits.apply_document, name="apply_credit"),
    path("customers/<int:pk>/apply-credit/", credits.apply_customer, name="apply_customer_credit"),
    path("ageing/", ageing.show, name="ageing"),
    path("payments/new/", payments.new_payment, name="new_payment"),
]
