from erp.catalog.models.category import Category
from erp.catalog.models.product import Product

__all__ = ["Category", "Product"]
