"""Addresses of the stock."""

from django.urls import path

from erp.inventory.tables import ADJUSTMENTS, COUNTS, LEVELS, LEVELS_AT, MOVES, RECEIPTS, WAREHOUSES
from erp.inventory.views import adjustments, counts, new_adjustment, new_receipt, receipts, warehouses
from erp.screens.views.lists import list_view

app_name = "inventory"
urlpatterns = [
    path("levels/", list_view(LEVELS), name="levels"),
    path("on-a-day/", list_view(LEVELS_AT), name="levels_at"),
    path("moves/", list_view(MOVES), name="moves"),
    path("warehouses/", list_view(WAREHOUSES), name="warehouses"),
    path("warehouses/new/", warehouses.new_warehouse, name="new_warehouse"),
    path("warehouses/<int:pk>/", warehouses.warehouse, name="warehouse"),
    path("warehouses/<int:pk>/edit/", warehouses.edit_warehouse, name="edit_warehouse"),
    path("receipts/", list_view(RECEIPTS), name="receipts"),
    path("receipts/new/", new_receipt.new_receipt, name="new_receipt"),
    path("receipts/new/suggest/", new_receipt.suggest, name="receipt_suggest"),
    path("receipts/new/lookup/", new_receipt.lookup, name="receipt_lookup"),
    path("receipts/new/submit/", new_receipt.submit, name="receipt_submit"),
    path("receipts/<int:pk>/", receipts.receipt, name="receipt"),
    path("counts/", list_view(COUNTS), name="counts"),
    path("counts/new/", counts.new_count, name="new_count"),
    path("counts/<int:pk>/", counts.count, name="count"),
    path("adjustments/", list_view(ADJUSTMENTS), name="adjustments"),
    path("adjustments/new/", new_adjustment.new_adjustment, name="new_adjustment"),
    path("adjustments/new/suggest/", new_adjustment.suggest, name="adjustment_suggest"),
    path("adjustments/new/lookup/", new_adjustment.lookup, name="adjustment_lookup"),
    path("adjustments/new/submit/", new_adjustment.submit, name="adjustment_submit"),
    path("adjustments/<int:pk>/", adjustments.adjustment, name="adjustment"),
]
