from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field, quantity_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown
from erp.inventory.models.warehouse import Warehouse
from erp.reference.models import MeasuredLine


class Receipt(CompanyModel, ExternallyKnown):
    """Goods that came in, with what they cost. Posted at once; a mistake is corrected by a count. What was received before the
    opening lies in the opening stock: it is recorded, and moves neither stock nor books."""

    append_only = True
    stored_totals = ("value",)

    class Purpose(models.TextChoices):
        GOODS = "goods", _("Goods received")
        OPENING = "opening", _("Opening stock")
        HISTORY = "history", _("Received before the opening")

    number = models.CharField(_("number"), max_length=40)
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose.choices, default=Purpose.GOODS)
    warehouse = CompanyForeignKey(Warehouse, verbose_name=_("warehouse"))
    supplier = CompanyForeignKey("parties.Party", null=True, blank=True, verbose_name=_("supplier"))
    date = models.DateField(_("date"))
    value = amount_field(verbose_name=_("value"))
    actor = models.CharField(_("by"), max_length=60)
    posted_at = models.DateTimeField(_("posted at"))

    class Meta:
        verbose_name = _("receipt")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="inventory_receipt_number"),
            *ExternallyKnown.Meta.constraints,
        ]
        indexes = [models.Index(fields=["company_id", "date", "id"], name="inventory_receipt_date")]

    def __str__(self) -> str:
        return self.number


class ReceiptLine(CompanyModel, MeasuredLine):
    """A product received: quantity in the product's unit and the total value in company currency."""

    append_only = True

    receipt = CompanyForeignKey(Receipt, related_name="lines")
    sequence = models.SmallIntegerField()
    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    quantity = quantity_field(verbose_name=_("quantity"))
    value = amount_field(verbose_name=_("value"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0, value__gte=0), name="inventory_receiptline_positive"),
            *MeasuredLine.Meta.constraints,
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.quantity}"
