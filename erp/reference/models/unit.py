from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.models import CompanyModel


class Unit(CompanyModel):
    """A unit of measure. Units of one dimension convert by exact ratios: 1 of this = numerator/denominator base units."""

    keeps_history = True

    code = models.CharField(_("code"), max_length=12)
    name = models.CharField(_("name"), max_length=60)
    dimension = models.CharField(_("dimension"), max_length=20)
    numerator = models.BigIntegerField(default=1)
    denominator = models.BigIntegerField(default=1)

    class Meta:
        verbose_name = _("unit")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "code"], name="reference_unit_code"),
            models.CheckConstraint(condition=models.Q(numerator__gt=0, denominator__gt=0), name="reference_unit_ratio"),
        ]

    def __str__(self) -> str:
        return self.code
