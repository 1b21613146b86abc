from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.models import CompanyModel


class TaxCode(CompanyModel):
    """A tax rate as dated data: a change of law is a new row with a later `valid_from_date`."""

    keeps_history = True

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=80)
    rate = models.DecimalField(_("rate"), max_digits=7, decimal_places=6)
    valid_from_date = models.DateField(_("valid from"))

    class Meta:
        verbose_name = _("tax code")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "code", "valid_from_date"], name="reference_taxcode_once"),
            models.CheckConstraint(condition=models.Q(rate__gte=0, rate__lt=10), name="reference_taxcode_rate"),
        ]

    def __str__(self) -> str:
        return self.code
