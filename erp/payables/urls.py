"""Addresses of vendor bills."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from erp.payables import views
from erp.payables.permissions import PAY
from erp.payables.tables import BILLS, TOLERANCES
from erp.screens.views.lists import list_view
from erp.screens.views.verbs import verb_view

app_name = "payables"
urlpatterns = [
    path("vendor-bills/", list_view(BILLS), name="bills"),
    path("payables-ageing/", views.ageing, name="ageing"),
    path("tolerances/", list_view(TOLERANCES), name="tolerances"),
    path("tolerances/new/", views.tolerance, name="new_tolerance"),
    path("tolerances/<int:pk>/", views.tolerance, name="tolerance"),
    path("vendor-bills/<int:pk>/", views.bill, name="bill"),
    path("vendor-bills/<int:pk>/reject/", views.reject, name="reject"),
    path("vendor-bills/<int:pk>/pay/", verb_view(views.pay, PAY, done=_("Paid: %(result)s.")), name="pay"),
]
