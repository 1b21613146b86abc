from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, quantity_field
from erp.core.models import CompanyModel


class ItemPolicy(CompanyModel):
    """How a product is planned in a warehouse. A product without one is planned only as a component of one that has.

    The lot limits, in the product's unit, are those of what is made; what is bought takes the agreement's. `make_days` is the
    lead time where it is not the bill of materials'.
    """

    keeps_history = True

    class LotRule(models.TextChoices):
        LOT_FOR_LOT = "lot_for_lot", _("What is needed")
        FIXED = "fixed", _("A fixed quantity")
        LIMITS = "limits", _("Minimum, maximum, multiple")
        PERIOD = "period", _("Several periods together")

    class Bucket(models.TextChoices):
        DAY = "day", _("Day")
        WEEK = "week", _("Week")

    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    warehouse = CompanyForeignKey("inventory.Warehouse", verbose_name=_("warehouse"))
    safety_stock = quantity_field(verbose_name=_("safety stock"), default=0)
    lot_rule = models.CharField(_("lot rule"), max_length=12, choices=LotRule.choices, default=LotRule.LOT_FOR_LOT)
    lot_quantity = quantity_field(verbose_name=_("fixed quantity"), default=0)
    lot_minimum = quantity_field(verbose_name=_("minimum"), default=0)
    lot_maximum = quantity_field(verbose_name=_("maximum"), null=True, blank=True)
    lot_multiple = quantity_field(verbose_name=_("multiple"), default=0)
    lot_periods = models.SmallIntegerField(_("periods"), default=1)
    make_days = models.SmallIntegerField(_("days to make"), null=True, blank=True)
    bucket = models.CharField(_("netted by"), max_length=4, choices=Bucket.choices, default=Bucket.DAY)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("item policy")
        verbose_name_plural = _("item policies")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "product", "warehouse"], name="planning_itempolicy_product"),
            models.CheckConstraint(
                condition=models.Q(safety_stock__gte=0, lot_quantity__gte=0, lot_minimum__gte=0, lot_multiple__gte=0)
                & models.Q(lot_periods__gte=1),
                name="planning_itempolicy_figures",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.warehouse_id}"
