"""Sales orders, deliveries and returns over the API."""

from erp.sales.api.deliveries import DeliveryView
from erp.sales.api.orders import SalesOrderAnswer, SalesOrderFilters, SalesOrderView
from erp.sales.api.returns import SalesReturnView

__all__ = ["SalesOrderAnswer", "SalesOrderFilters"]
ROUTES = {
    "erp/sales-orders": SalesOrderView,
    "erp/deliveries": DeliveryView,
    "erp/sales-returns": SalesReturnView,
}
