from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field, quantity_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown
from erp.inventory.models.warehouse import Warehouse


class Count(CompanyModel, ExternallyKnown):
    """What was found on the shelf; the variance is posted with it."""

    append_only = True
    stored_totals = ("value",)

    number = models.CharField(_("number"), max_length=40)
    warehouse = CompanyForeignKey(Warehouse, verbose_name=_("warehouse"))
    date = models.DateField(_("date"))
    value = amount_field(verbose_name=_("value of the variance"))
    actor = models.CharField(_("by"), max_length=60)
    posted_at = models.DateTimeField(_("posted at"))

    class Meta:
        verbose_name = _("stock count")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="inventory_count_number"),
            *ExternallyKnown.Meta.constraints,
        ]

    def __str__(self) -> str:
        return self.number


class CountLine(CompanyModel):
    """Found and expected quantity of a product, and the value of their difference at moving average."""

    append_only = True

    count = CompanyForeignKey(Count, related_name="lines")
    sequence = models.SmallIntegerField()
    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    found = quantity_field(verbose_name=_("found"))
    expected = quantity_field(verbose_name=_("expected"))
    value = amount_field(verbose_name=_("value of the variance"))

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(found__gte=0), name="inventory_countline_found")]

    def __str__(self) -> str:
        return f"{self.product_id} {self.found}"
