from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import rate_field
from erp.core.models import CompanyModel


class Currency(models.Model):
    """An ISO 4217 currency. Global: the same for every company."""

    code = models.CharField(_("code"), max_length=3, primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    minor_units = models.SmallIntegerField(_("decimals"), default=2)

    class Meta:
        verbose_name = _("currency")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class ExchangeRate(CompanyModel):
    """Company-currency units per one unit of a foreign currency, valid from a day until the next row."""

    keeps_history = True

    currency = models.ForeignKey(Currency, models.PROTECT)
    valid_from_date = models.DateField(_("valid from"))
    rate = rate_field(verbose_name=_("rate"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company_id", "currency", "valid_from_date"], name="reference_exchangerate_once"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="reference_exchangerate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency_id} {self.valid_from_date}: {self.rate}"
