"""Addresses of products."""

from django.urls import path

from erp.catalog import views
from erp.catalog.tables import PRODUCTS
from erp.screens.views.lists import list_view

app_name = "catalog"
urlpatterns = [
    path("products/", list_view(PRODUCTS), name="products"),
    path("products/new/", views.new_product, name="new_product"),
    path("products/<int:pk>/", views.product, name="product"),
    path("products/<int:pk>/edit/", views.edit_product, name="edit_product"),
]
