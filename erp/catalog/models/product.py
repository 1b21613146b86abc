from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.catalog.models.category import Category
from erp.core.fields import CompanyForeignKey, price_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown


class Product(CompanyModel, ExternallyKnown):
    """A thing or service with a stock-keeping unit code. Prices are net, in company currency, per `unit`."""

    keeps_history = True

    class Kind(models.TextChoices):
        STOCKED = "stocked", _("Stocked")
        SERVICE = "service", _("Service")

    class Supply(models.TextChoices):
        BUY = "buy", _("Buy")
        MAKE = "make", _("Make")

    sku = models.CharField(_("SKU"), max_length=60)
    barcode = models.CharField(_("barcode"), max_length=60, blank=True, default="")
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.STOCKED)
    supply = models.CharField(_("supply"), max_length=4, choices=Supply.choices, default=Supply.BUY)
    unit = CompanyForeignKey("reference.Unit", verbose_name=_("unit"))
    category = CompanyForeignKey(Category, verbose_name=_("category"), null=True, blank=True)
    tax_code = models.CharField(_("tax code"), max_length=20)
    list_price = price_field(verbose_name=_("list price"))
    price_floor = price_field(verbose_name=_("price floor"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("product")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "sku"], name="catalog_product_sku"),
            models.UniqueConstraint(
                fields=["company_id", "barcode"], condition=~models.Q(barcode=""), name="catalog_product_barcode"
            ),
            models.CheckConstraint(condition=models.Q(list_price__gte=0), name="catalog_product_list_price"),
            models.CheckConstraint(
                condition=models.Q(price_floor__isnull=True) | models.Q(price_floor__gte=0), name="catalog_product_price_floor"
            ),
            *ExternallyKnown.Meta.constraints,
        ]
        indexes = [models.Index(fields=["company_id", "name", "id"], name="catalog_product_name")]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"
