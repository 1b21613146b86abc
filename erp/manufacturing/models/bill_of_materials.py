from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, quantity_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown
from erp.reference.models import MeasuredLine


def _days(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(valid_to_date__isnull=True) | models.Q(valid_to_date__gte=models.F("valid_from_date")), name=name
    )


class BillOfMaterials(CompanyModel, ExternallyKnown):
    """How a product is made on some days (the last included): its lines make `quantity` of it, of which `yield_fraction` is
    expected to be good. The one without a code is the standard. Of a phantom nothing is made by itself: what takes it takes
    its components."""

    keeps_history = True

    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    code = models.CharField(_("code"), max_length=40, default="", blank=True)
    quantity = quantity_field(verbose_name=_("makes"), default=1)
    yield_fraction = models.DecimalField(_("yield"), max_digits=7, decimal_places=6, default=1)
    phantom = models.BooleanField(_("phantom"), default=False)
    lead_days = models.SmallIntegerField(_("lead days"), default=0)
    valid_from_date = models.DateField(_("valid from"))
    valid_to_date = models.DateField(_("valid to"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("bill of materials")
        verbose_name_plural = _("bills of materials")
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "product", "code", "valid_from_date"], name="manufacturing_bom_product"
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, yield_fraction__gt=0, yield_fraction__lte=1, lead_days__gte=0),
                name="manufacturing_bom_figures",
            ),
            _days("manufacturing_bom_days"),
            *ExternallyKnown.Meta.constraints,
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.code}".strip()


class BillOfMaterialsLine(CompanyModel, MeasuredLine):
    """So much of a component for `quantity` of the head, in the component's unit; of it `scrap_fraction` more is lost on the
    way."""

    keeps_history = True

    bom = CompanyForeignKey(BillOfMaterials, related_name="lines")
    sequence = models.SmallIntegerField()
    component = CompanyForeignKey("catalog.Product", verbose_name=_("component"))
    quantity = quantity_field(verbose_name=_("quantity"))
    scrap_fraction = models.DecimalField(_("scrap"), max_digits=7, decimal_places=6, default=0)
    valid_from_date = models.DateField(_("valid from"))
    valid_to_date = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, scrap_fraction__gte=0, scrap_fraction__lt=1),
                name="manufacturing_bomline_figures",
            ),
            _days("manufacturing_bomline_days"),
            *MeasuredLine.Meta.constraints,
        ]

    def __str__(self) -> str:
        return f"{self.bom_id}.{self.sequence}"
