from django.db import models
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from erp.core.fields import quantity_field
from erp.core.models import CompanyModel
from erp.core.money import QUANTITY_PLACES
from erp.reference.rules import Measure, Ratio


class Unit(CompanyModel):
    """A unit of measure. Units of one dimension convert by exact ratios: 1 of this = numerator/denominator base units.

    `decimals` is how finely goods kept in this unit are counted: none for pieces.
    """

    keeps_history = True

    code = models.CharField(_("code"), max_length=12)
    name = models.CharField(_("name"), max_length=60)
    dimension = models.CharField(_("dimension"), max_length=20)
    numerator = models.BigIntegerField(default=1)
    denominator = models.BigIntegerField(default=1)
    decimals = models.SmallIntegerField(_("decimals"), default=QUANTITY_PLACES)

    class Meta:
        verbose_name = _("unit")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "code"], name="reference_unit_code"),
            models.CheckConstraint(condition=models.Q(numerator__gt=0, denominator__gt=0), name="reference_unit_ratio"),
            models.CheckConstraint(
                condition=models.Q(decimals__gte=0, decimals__lte=QUANTITY_PLACES), name="reference_unit_decimals"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class MeasuredLine(models.Model):
    """A line that keeps its quantity as it was typed, beside `quantity` in the product's unit. Its price is per `unit`.

    The ratio is that of the day it was written: a box that holds ten from tomorrow changes no line of today.
    """

    unit = models.CharField(_("unit"), max_length=12, blank=True)
    entered_quantity = quantity_field(verbose_name=_("quantity as entered"))
    unit_numerator = models.BigIntegerField(default=1)
    unit_denominator = models.BigIntegerField(default=1)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unit_numerator__gt=0, unit_denominator__gt=0)
                & models.Q(
                    Exact(
                        models.F("quantity") * models.F("unit_denominator"),
                        models.F("entered_quantity") * models.F("unit_numerator"),
                    )
                ),
                name="%(app_label)s_%(class)s_measure",
            )
        ]

    @property
    def measure(self) -> Measure:
        ratio = Ratio(self.unit_numerator, self.unit_denominator)
        return Measure(self.unit, self.entered_quantity, ratio, self.quantity)  # type: ignore[attr-defined]
