from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field, quantity_field
from erp.core.models import CompanyModel
from erp.inventory.models.warehouse import Warehouse


class StockMove(CompanyModel):
    """A quantity fact: goods entered (positive) or left (negative) a warehouse on a day, because of a document."""

    append_only = True

    class Reason(models.TextChoices):
        RECEIPT = "receipt", _("Receipt")
        ISSUE = "issue", _("Issue")
        COUNT = "count", _("Count")
        RETURN = "return", _("Return")
        ADJUST = "adjust", _("Adjustment")
        PRODUCE = "produce", _("Production")
        RETURN_OUT = "return_out", _("Return to supplier")

    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    warehouse = CompanyForeignKey(Warehouse, verbose_name=_("warehouse"))
    quantity = quantity_field(verbose_name=_("quantity"))
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    kind = models.CharField(max_length=40)
    document_id = models.BigIntegerField()
    line_id = models.BigIntegerField()
    document_number = models.CharField(_("document"), max_length=40)
    date = models.DateField(_("date"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("stock move")
        constraints = [models.CheckConstraint(condition=~models.Q(quantity=0), name="inventory_move_quantity")]
        indexes = [
            models.Index(fields=["company_id", "product", "warehouse", "date", "id"], name="inventory_move_key"),
            models.Index(fields=["company_id", "kind", "document_id"], name="inventory_move_document"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.quantity}"


class ValueEntry(CompanyModel):
    """A value fact, signed, in company currency, booked by `entry` on the inventory account."""

    append_only = True

    move = CompanyForeignKey(StockMove)
    product = CompanyForeignKey("catalog.Product")
    warehouse = CompanyForeignKey(Warehouse, sought=False)
    amount = amount_field()
    entry = CompanyForeignKey("ledger.JournalEntry")
    date = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["company_id", "product", "warehouse", "date", "id"], name="inventory_value_key"),
            models.Index(fields=["company_id", "date"], include=["amount"], name="inventory_value_date"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.amount}"
