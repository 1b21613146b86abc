from erp.catalog.models.category import Category
from erp.catalog.models.product import Product
from erp.catalog.models.product_unit import ProductUnit

__all__ = ["Category", "Product", "ProductUnit"]
