from erp.inventory.models.adjustment import Adjustment, AdjustmentLine
from erp.inventory.models.count import Count, CountLine
from erp.inventory.models.level import StockLevel
from erp.inventory.models.move import StockMove, ValueEntry
from erp.inventory.models.receipt import Receipt, ReceiptLine
from erp.inventory.models.reservation import Reservation
from erp.inventory.models.warehouse import Warehouse

__all__ = [
    "Adjustment",
    "AdjustmentLine",
    "Count",
    "CountLine",
    "Receipt",
    "ReceiptLine",
    "Reservation",
    "StockLevel",
    "StockMove",
    "ValueEntry",
    "Warehouse",
]
