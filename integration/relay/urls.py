"""Addresses of the relay's monitor."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from erp.screens.views.verbs import verb_view
from integration.relay import views
from integration.relay.permissions import REPAIR

app_name = "relay"
urlpatterns = [
    path("monitor/", views.monitor, name="monitor"),
    path("monitor/status/", views.status, name="status"),
    path("monitor/parked/", views.parked, name="parked"),
    path("monitor/<int:pk>/replay/", verb_view(views.replay, REPAIR, done=_("%(result)s is tried again.")), name="replay"),
    path("monitor/<int:pk>/skip/", verb_view(views.skip, REPAIR, done=_("%(result)s is skipped.")), name="skip"),
]
