"""Warehouses, stock, receipts and counts over the API."""

from erp.inventory.api.documents import CountView, ReceiptView
from erp.inventory.api.stock import StockLevelView, StockMoveView, WarehouseView

ROUTES = {
    "erp/warehouses": WarehouseView,
    "erp/stock-levels": StockLevelView,
    "erp/stock-moves": StockMoveView,
    "erp/receipts": ReceiptView,
    "erp/stock-counts": CountView,
}
