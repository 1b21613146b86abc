"""Addresses of opportunities, quotations and order entry."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from crm.pipeline.permissions import ACCEPT_QUOTATIONS, EDIT_OPPORTUNITIES, EDIT_QUOTATIONS
from crm.pipeline.tables import OPPORTUNITIES, QUOTATIONS
from crm.pipeline.views import editor, opportunities, quotations
from erp.screens.views.lists import list_view
from erp.screens.views.verbs import verb_view

app_name = "pipeline"
urlpatterns = [
    path("opportunities/", list_view(OPPORTUNITIES), name="opportunities"),
    path("opportunities/new/", opportunities.new_opportunity, name="new_opportunity"),
    path("opportunities/<int:pk>/", opportunities.opportunity, name="opportunity"),
    path("opportunities/<int:pk>/edit/", opportunities.edit_opportunity, name="edit_opportunity"),
    path("opportunities/<int:pk>/lost/", opportunities.lose, name="lose_opportunity"),
    path(
        "opportunities/<int:pk>/move/<str:stage>/",
        verb_view(opportunities.move, EDIT_OPPORTUNITIES, done=_("Moved.")),
        name="move_opportunity",
    ),
    path("quotations/", list_view(QUOTATIONS), name="quotations"),
    path("quotations/new/", editor.new_quotation, name="new_quotation"),
    path("quotations/<int:pk>/", quotations.quotation, name="quotation"),
    path("quotations/<int:pk>/edit/", editor.edit_quotation, name="edit_quotation"),
    path(
        "quotations/<int:pk>/accept/",
        verb_view(quotations.accept, ACCEPT_QUOTATIONS, done=_("Accepted: sales order %(result)s is placed.")),
        name="accept",
    ),
    path("quotations/<int:pk>/cancel/", verb_view(quotations.cancel, EDIT_QUOTATIONS, done=_("Cancelled.")), name="cancel"),
    path("quotations/autosave/", editor.autosave, name="autosave_new"),
    path("quotations/<int:pk>/autosave/", editor.autosave, name="autosave"),
    path("quotations/submit/", editor.submit, name="submit_new"),
    path("quotations/<int:pk>/submit/", editor.submit, name="submit"),
    path("quotations/products/", editor.suggestions, name="suggest"),
    path("quotations/lines/", editor.lookup, name="lookup"),
    path("quotations/customers/", quotations.customer_options, name="customer_options"),
    path("new-order/", editor.new_order, name="new_order"),
]
