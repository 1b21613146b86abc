from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.models import CompanyModel


class Period(CompanyModel):
    """A month of the books. `ledger_locked` refuses any entry, `stock_locked` any movement of stock dated in it."""

    keeps_history = True

    code = models.CharField(_("period"), max_length=7)
    first_date = models.DateField(_("first day"))
    last_date = models.DateField(_("last day"))
    ledger_locked = models.BooleanField(_("books locked"), default=False)
    stock_locked = models.BooleanField(_("stock locked"), default=False)

    class Meta:
        verbose_name = _("period")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "first_date"], name="ledger_period_first_date"),
            models.UniqueConstraint(fields=["company_id", "code"], name="ledger_period_code"),
            models.CheckConstraint(condition=models.Q(first_date__lte=models.F("last_date")), name="ledger_period_dates"),
        ]

    def __str__(self) -> str:
        return self.code
