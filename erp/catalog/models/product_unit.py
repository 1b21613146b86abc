from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.catalog.models.product import Product
from erp.core.fields import CompanyForeignKey
from erp.core.models import CompanyModel


class ProductUnit(CompanyModel):
    """What else a product is counted in: 1 of this = numerator/denominator of the product's own unit (a box is 12 pieces)."""

    keeps_history = True

    product = CompanyForeignKey(Product, related_name="units", verbose_name=_("product"))
    code = models.CharField(_("unit"), max_length=12)
    numerator = models.BigIntegerField(_("of the product's unit"))
    denominator = models.BigIntegerField(_("of this unit"), default=1)
    barcode = models.CharField(_("barcode"), max_length=60, blank=True, default="")

    class Meta:
        verbose_name = _("unit of a product")
        verbose_name_plural = _("units of products")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "product", "code"], name="catalog_productunit_code"),
            models.UniqueConstraint(
                fields=["company_id", "barcode"], condition=~models.Q(barcode=""), name="catalog_productunit_barcode"
            ),
            models.CheckConstraint(condition=models.Q(numerator__gt=0, denominator__gt=0), name="catalog_productunit_ratio"),
        ]

    def __str__(self) -> str:
        return self.code
