"""Addresses of the pages about suppliers, for those who work in the company."""

from django.urls import path

from erp.screens.views.lists import list_view
from scm.suppliers.tables import SUPPLIERS
from scm.suppliers.views import suppliers

app_name = "suppliers"
urlpatterns = [
    path("suppliers/", list_view(SUPPLIERS), name="suppliers"),
    path("suppliers/<int:pk>/", suppliers.supplier, name="supplier"),
    path("suppliers/<int:pk>/invite/", suppliers.invite, name="invite"),
    path("suppliers/<int:pk>/people/<int:member>/end/", suppliers.end_person, name="end_person"),
    path("suppliers/<int:pk>/keys/new/", suppliers.make_key, name="make_key"),
    path("suppliers/<int:pk>/keys/<int:key>/revoke/", suppliers.revoke_key, name="revoke_key"),
]
