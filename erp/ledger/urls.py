"""Addresses of the books."""

from django.urls import path

from erp.ledger.tables import ACCOUNTS, ENTRIES, ITEMS, LINES, PERIODS
from erp.ledger.views import entries, trial_balance
from erp.screens.views.lists import list_view

app_name = "ledger"
urlpatterns = [
    path("entries/", list_view(ENTRIES), name="entries"),
    path("entries/<int:pk>/", entries.entry, name="entry"),
    path("lines/", list_view(LINES), name="lines"),
    path("accounts/", list_view(ACCOUNTS), name="accounts"),
    path("trial-balance/", trial_balance.show, name="trial_balance"),
    path("open-items/", list_view(ITEMS), name="open_items"),
    path("periods/", list_view(PERIODS), name="periods"),
]
