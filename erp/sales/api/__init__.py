"""Sales orders and deliveries over the API."""

from erp.sales.api.deliveries import DeliveryView
from erp.sales.api.orders import SalesOrderAnswer, SalesOrderFilters, SalesOrderView

__all__ = ["SalesOrderAnswer", "SalesOrderFilters"]
ROUTES = {"erp/sales-orders": SalesOrderView, "erp/deliveries": DeliveryView}
