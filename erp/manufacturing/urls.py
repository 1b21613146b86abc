"""Addresses of making."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from erp.manufacturing import views
from erp.manufacturing.permissions import CLOSE, OPERATE, PLAN, RELEASE
from erp.manufacturing.tables import BOMS, ORDERS
from erp.screens.views.lists import list_view
from erp.screens.views.verbs import verb_view

app_name = "manufacturing"
urlpatterns = [
    path("orders/", list_view(ORDERS), name="orders"),
    path("orders/<int:pk>/", views.order, name="order"),
    path("orders/<int:pk>/release/", verb_view(views.release, RELEASE, done=_("The order is released.")), name="release"),
    path("orders/<int:pk>/issue/", verb_view(views.issue, OPERATE, done=_("The components are issued.")), name="issue"),
    path("orders/<int:pk>/complete/", verb_view(views.complete, OPERATE, done=_("The order is completed.")), name="complete"),
    path("orders/<int:pk>/close/", verb_view(views.close, CLOSE, done=_("The order is closed.")), name="close"),
    path("orders/<int:pk>/cancel/", verb_view(views.cancel, PLAN, done=_("The order is cancelled.")), name="cancel"),
    path("boms/", list_view(BOMS), name="boms"),
    path("boms/<int:pk>/", views.bom, name="bom"),
]
