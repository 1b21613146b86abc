"""Addresses of planning."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from erp.screens.views.lists import list_view
from erp.screens.views.verbs import verb_view
from scm.planning.permissions import ACCEPT
from scm.planning.tables import EXCEPTIONS, POLICIES, PROPOSALS, RUNS, WAREHOUSES
from scm.planning.views import items, proposals

app_name = "planning"
urlpatterns = [
    path("exceptions/", list_view(EXCEPTIONS), name="messages"),
    path("worklist/", list_view(PROPOSALS), name="proposals"),
    path("worklist/<int:pk>/", proposals.proposal, name="proposal"),
    path("worklist/<int:pk>/accept/", verb_view(proposals.accept, ACCEPT, done=_("The proposal is accepted.")), name="accept"),
    path("worklist/<int:pk>/firm/", proposals.firm, name="firm"),
    path(
        "worklist/<int:pk>/withdraw/", verb_view(proposals.withdraw, ACCEPT, done=_("The proposal is given up.")), name="withdraw"
    ),
    path("plan-runs/", list_view(RUNS), name="runs"),
    path("plan-runs/<int:pk>/", proposals.run, name="run"),
    path("warehouses/", list_view(WAREHOUSES), name="warehouses"),
    path("policies/", list_view(POLICIES), name="policies"),
    path("policies/<int:pk>/", items.item, name="item"),
]
