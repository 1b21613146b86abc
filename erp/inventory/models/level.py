from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field, quantity_field
from erp.core.models import CompanyModel
from erp.inventory.models.warehouse import Warehouse


class StockLevel(CompanyModel):
    """Stock of a product in a warehouse: on hand = Σ moves, reserved = Σ reservations, value = Σ value entries."""

    stored_totals = ("on_hand", "reserved", "value")

    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    warehouse = CompanyForeignKey(Warehouse, verbose_name=_("warehouse"))
    on_hand = quantity_field(verbose_name=_("on hand"))
    reserved = quantity_field(verbose_name=_("reserved"))
    value = amount_field(verbose_name=_("value"))

    class Meta:
        verbose_name = _("stock level")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "product", "warehouse"], name="inventory_level_key"),
            models.CheckConstraint(
                condition=models.Q(reserved__gte=0, reserved__lte=models.F("on_hand")), name="inventory_level_not_oversold"
            ),
            models.CheckConstraint(
                condition=models.Q(value__gte=0) & (models.Q(on_hand__gt=0) | models.Q(value=0)),
                name="inventory_level_no_value_without_stock",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} @ {self.warehouse_id}: {self.on_hand}"
