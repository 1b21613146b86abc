from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.models import CompanyModel


class PaymentTerm(CompanyModel):
    """When an invoice falls due: days after its date."""

    keeps_history = True

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=80)
    days = models.SmallIntegerField(_("days"), default=0)

    class Meta:
        verbose_name = _("payment term")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "code"], name="reference_paymentterm_code"),
            models.CheckConstraint(condition=models.Q(days__gte=0), name="reference_paymentterm_days"),
        ]

    def __str__(self) -> str:
        return self.name
