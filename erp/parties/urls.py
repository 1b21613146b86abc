"""Addresses of parties."""

from django.urls import path

from erp.parties import views
from erp.parties.tables import PARTIES
from erp.screens.views.lists import list_view

app_name = "parties"
urlpatterns = [
    path("", list_view(PARTIES), name="parties"),
    path("new/", views.new_party, name="new_party"),
    path("<int:pk>/", views.party, name="party"),
    path("<int:pk>/edit/", views.edit_party, name="edit_party"),
]
