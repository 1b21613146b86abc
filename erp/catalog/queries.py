"""Reads of products."""

from erp.catalog.models import Product
from erp.catalog.permissions import VIEW_PRODUCTS
from erp.core.actor import Actor
from erp.core.errors import NotFound
from erp.documents.drafts import versioned


def get_product(*, product_id: int, actor: Actor) -> Product:
    """The product with its `version`, unit and category loaded; raises NotFound or PermissionDenied."""
    actor.ensure(VIEW_PRODUCTS)
    product: Product | None = versioned(Product.objects.select_related("unit", "category")).filter(pk=product_id).first()
    if product is None:
        raise NotFound(what=Product._meta.verbose_name, value=product_id)
    return product
