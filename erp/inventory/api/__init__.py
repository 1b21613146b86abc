"""Warehouses, stock, receipts, counts and adjustments over the API."""

from erp.inventory.api.adjustments import AdjustmentView
from erp.inventory.api.counts import CountView
from erp.inventory.api.receipts import ReceiptView
from erp.inventory.api.stock import StockLevelView, StockMoveView, WarehouseView

ROUTES = {
    "erp/warehouses": WarehouseView,
    "erp/stock-levels": StockLevelView,
    "erp/stock-moves": StockMoveView,
    "erp/receipts": ReceiptView,
    "erp/stock-counts": CountView,
    "erp/stock-adjustments": AdjustmentView,
}
