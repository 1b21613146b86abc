from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, quantity_field
from erp.core.models import CompanyModel
from erp.inventory.models.warehouse import Warehouse


class Reservation(CompanyModel):
    """Stock kept for one line of a demanding document (`kind`, `line_id`). Deleted when delivered or released."""

    product = CompanyForeignKey("catalog.Product", sought=False)
    warehouse = CompanyForeignKey(Warehouse, sought=False)
    quantity = quantity_field(verbose_name=_("quantity"))
    kind = models.CharField(max_length=40)
    document_id = models.BigIntegerField()
    line_id = models.BigIntegerField()
    reserved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company_id", "kind", "line_id", "warehouse"], name="inventory_reservation_line"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="inventory_reservation_quantity"),
        ]
        indexes = [models.Index(fields=["company_id", "kind", "document_id"], name="inventory_reservation_document")]

    def __str__(self) -> str:
        return f"{self.kind} {self.line_id}: {self.quantity}"
