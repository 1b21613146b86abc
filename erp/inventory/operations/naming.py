"""Refusals name products and warehouses as people know them; read only when something is refused."""

from collections.abc import Sequence

from erp.catalog.models import Product
from erp.core.errors import BusinessRuleViolation, raise_refusals
from erp.inventory.models import Warehouse


def raise_named(refusals: Sequence[BusinessRuleViolation]) -> None:
    """Put SKU and warehouse code in the place of ids, then raise the refusals, if any."""
    if not refusals:
        return
    asked = {name: {r.params[name] for r in refusals if isinstance(r.params.get(name), int)} for name in ("product", "warehouse")}
    names = {
        "product": dict(Product.objects.filter(pk__in=asked["product"]).values_list("pk", "sku")),
        "warehouse": dict(Warehouse.objects.filter(pk__in=asked["warehouse"]).values_list("pk", "code")),
    }
    for refusal in refusals:
        for name, known in names.items():
            if refusal.params.get(name) in known:
                refusal.params[name] = known[refusal.params[name]]
    raise_refusals(refusals)
