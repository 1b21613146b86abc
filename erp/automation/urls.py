"""Addresses of automation."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from erp.automation import approval_views, views
from erp.automation.approval_tables import APPROVALS, DELEGATIONS, POLICIES
from erp.automation.permissions import ANSWER_APPROVALS, SETTLE
from erp.automation.tables import INBOX, RULES
from erp.screens.views.lists import list_view
from erp.screens.views.verbs import verb_view

app_name = "automation"
urlpatterns = [
    path("", list_view(INBOX), name="inbox"),
    path("<int:pk>/run/", verb_view(views.run, SETTLE, done=_("%(result)s is done.")), name="run"),
    path("<int:pk>/dismiss/", verb_view(views.dismiss, SETTLE, done=_("%(result)s is dismissed.")), name="dismiss"),
    path("approvals/", list_view(APPROVALS), name="approvals"),
    path("approvals/<int:pk>/", approval_views.approval, name="approval"),
    path(
        "approvals/<int:pk>/approve/",
        verb_view(approval_views.approve, ANSWER_APPROVALS, done=_("It is approved.")),
        name="approve",
    ),
    path("approvals/<int:pk>/refuse/", approval_views.refuse, name="refuse"),
    path("approval-policies/", list_view(POLICIES), name="policies"),
    path("approval-policies/new/", approval_views.policy, name="new_policy"),
    path("approval-policies/<int:pk>/", approval_views.policy, name="policy"),
    path("delegations/", list_view(DELEGATIONS), name="delegations"),
    path("delegations/new/", approval_views.delegation, name="new_delegation"),
    path("delegations/<int:pk>/", approval_views.delegation, name="delegation"),
    path("rules/", list_view(RULES), name="rules"),
    path("rules/new/", views.new_rule, name="new_rule"),
    path("rules/<int:pk>/", views.rule, name="rule"),
]
