"""Addresses of planning."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from erp.screens.views.lists import list_view
from erp.screens.views.verbs import verb_view
from scm.planning import views
from scm.planning.permissions import ACCEPT
from scm.planning.tables import EXCEPTIONS, POLICIES, PROPOSALS, RUNS

app_name = "planning"
urlpatterns = [
    path("exceptions/", list_view(EXCEPTIONS), name="messages"),
    path("worklist/", list_view(PROPOSALS), name="proposals"),
    path("worklist/<int:pk>/", views.proposal, name="proposal"),
    path("worklist/<int:pk>/accept/", verb_view(views.accept, ACCEPT, done=_("The proposal is accepted.")), name="accept"),
    path("worklist/<int:pk>/firm/", views.firm, name="firm"),
    path("worklist/<int:pk>/withdraw/", verb_view(views.withdraw, ACCEPT, done=_("The proposal is given up.")), name="withdraw"),
    path("plan-runs/", list_view(RUNS), name="runs"),
    path("plan-runs/<int:pk>/", views.run, name="run"),
    path("policies/", list_view(POLICIES), name="policies"),
    path("policies/<int:pk>/", views.item, name="item"),
]
