"""Addresses of customers."""

from django.urls import path

from crm.customers import views
from crm.customers.tables import CUSTOMERS
from erp.screens.views.lists import list_view

app_name = "customers"
urlpatterns = [
    path("customers/", list_view(CUSTOMERS), name="customers"),
    path("customers/<int:pk>/", views.customer, name="customer"),
]
