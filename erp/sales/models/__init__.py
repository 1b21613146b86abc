from erp.sales.models.delivery import Delivery, DeliveryLine
from erp.sales.models.sales_order import SalesOrder, SalesOrderLine

__all__ = ["Delivery", "DeliveryLine", "SalesOrder", "SalesOrderLine"]
