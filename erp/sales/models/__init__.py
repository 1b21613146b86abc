from erp.sales.models.delivery import Delivery, DeliveryLine
from erp.sales.models.sales_order import SalesOrder, SalesOrderLine
from erp.sales.models.sales_return import SalesReturn, SalesReturnLine

__all__ = ["Delivery", "DeliveryLine", "SalesOrder", "SalesOrderLine", "SalesReturn", "SalesReturnLine"]
