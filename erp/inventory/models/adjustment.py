from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field, quantity_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown
from erp.inventory.models.warehouse import Warehouse
from erp.reference.models import MeasuredLine


class Adjustment(CompanyModel, ExternallyKnown):
    """Stock written off or found, with its reason. Posted at once; a mistake is corrected by another one."""

    append_only = True
    stored_totals = ("value",)

    class Reason(models.TextChoices):
        DAMAGED = "damaged", _("Damaged")
        LOST = "lost", _("Missing goods")
        SAMPLE = "sample", _("Given away as sample")
        OTHER = "other", _("Other write-off")
        FOUND = "found", _("Found stock")

    number = models.CharField(_("number"), max_length=40)
    reason = models.CharField(_("reason"), max_length=8, choices=Reason.choices)
    warehouse = CompanyForeignKey(Warehouse, verbose_name=_("warehouse"))
    date = models.DateField(_("date"))
    note = models.CharField(_("note"), max_length=200, default="", blank=True)
    value = amount_field(verbose_name=_("value"))
    actor = models.CharField(_("by"), max_length=60)
    posted_at = models.DateTimeField(_("posted at"))

    class Meta:
        verbose_name = _("stock adjustment")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="inventory_adjustment_number"),
            *ExternallyKnown.Meta.constraints,
        ]
        indexes = [models.Index(fields=["company_id", "date", "id"], name="inventory_adjustment_date")]

    def __str__(self) -> str:
        return self.number


class AdjustmentLine(CompanyModel, MeasuredLine):
    """By how much the stock of a product changed, signed as is what was entered, and the value of that in company currency."""

    append_only = True

    adjustment = CompanyForeignKey(Adjustment, related_name="lines")
    sequence = models.SmallIntegerField()
    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    quantity = quantity_field(verbose_name=_("quantity"))
    value = amount_field(verbose_name=_("value"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(quantity=0), name="inventory_adjustmentline_quantity"),
            *MeasuredLine.Meta.constraints,
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.quantity}"
