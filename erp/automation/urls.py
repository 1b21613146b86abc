"""Addresses of automation."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from erp.automation import views
from erp.automation.permissions import SETTLE
from erp.automation.tables import INBOX, RULES
from erp.screens.views.lists import list_view
from erp.screens.views.verbs import verb_view

app_name = "automation"
urlpatterns = [
    path("", list_view(INBOX), name="inbox"),
    path("<int:pk>/run/", verb_view(views.run, SETTLE, done=_("%(result)s is done.")), name="run"),
    path("<int:pk>/dismiss/", verb_view(views.dismiss, SETTLE, done=_("%(result)s is dismissed.")), name="dismiss"),
    path("rules/", list_view(RULES), name="rules"),
    path("rules/new/", views.new_rule, name="new_rule"),
    path("rules/<int:pk>/", views.rule, name="rule"),
]
