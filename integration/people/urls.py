"""Addresses of people and roles."""

from django.urls import path

from erp.screens.views.lists import list_view
from integration.people import tables, views

app_name = "people"
urlpatterns = [
    path("", list_view(tables.SCREEN), name="people"),
    path("invite/", views.invite, name="invite"),
]
