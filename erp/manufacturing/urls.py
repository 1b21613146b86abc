"""Addresses of making."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from erp.manufacturing.permissions import CLOSE, OPERATE, PLAN, RELEASE
from erp.manufacturing.tables import BOMS, CALENDARS, ORDERS
from erp.manufacturing.views import calendars, entering, orders
from erp.screens.views.lists import list_view
from erp.screens.views.verbs import verb_view

app_name = "manufacturing"
urlpatterns = [
    path("orders/", list_view(ORDERS), name="orders"),
    path("orders/new/", entering.new_order, name="new_order"),
    path("orders/<int:pk>/report/", entering.report, name="report"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("orders/<int:pk>/release/", verb_view(orders.release, RELEASE, done=_("The order is released.")), name="release"),
    path("orders/<int:pk>/issue/", verb_view(orders.issue, OPERATE, done=_("The components are issued.")), name="issue"),
    path("orders/<int:pk>/issue-parts/", entering.issue_parts, name="issue_parts"),
    path("orders/<int:pk>/return-parts/", entering.return_parts, name="return_parts"),
    path("orders/<int:pk>/complete/", verb_view(orders.complete, OPERATE, done=_("The order is completed.")), name="complete"),
    path("orders/<int:pk>/close/", verb_view(orders.close, CLOSE, done=_("The order is closed.")), name="close"),
    path("orders/<int:pk>/cancel/", verb_view(orders.cancel, PLAN, done=_("The order is cancelled.")), name="cancel"),
    path("calendars/", list_view(CALENDARS), name="calendars"),
    path("calendars/new/", calendars.calendar, name="new_calendar"),
    path("calendars/<int:pk>/", calendars.calendar, name="calendar"),
    path("boms/", list_view(BOMS), name="boms"),
    path("boms/new/", entering.new_bom, name="new_bom"),
    path("boms/new/suggest/", entering.suggest, name="bom_suggest"),
    path("boms/new/lookup/", entering.lookup, name="bom_lookup"),
    path("boms/new/submit/", entering.submit, name="bom_submit"),
    path("boms/<int:pk>/edit/", entering.edit_bom, name="edit_bom"),
    path("boms/<int:pk>/", orders.bom, name="bom"),
]
