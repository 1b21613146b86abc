from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import amount_field
from erp.core.models import CompanyModel


class Rule(CompanyModel):
    """Allows one verb to run by itself, up to a limit, under a condition, within dates.

    `condition` compares inputs for equality: {"customer": "C001"} holds only for that customer; {} for all.
    Amounts are in company currency; without a limit any amount is allowed.
    """

    keeps_history = True

    verb = models.CharField(_("verb"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    condition = models.JSONField(_("condition"), default=dict)
    limit_amount = amount_field(verbose_name=_("limit"), null=True, blank=True)
    valid_from_date = models.DateField(_("valid from"))
    valid_to_date = models.DateField(_("valid to"), null=True, blank=True)
    priority = models.SmallIntegerField(_("priority"), default=0)

    class Meta:
        verbose_name = _("automation rule")
        indexes = [models.Index(fields=["company_id", "verb"], name="automation_rule_verb")]

    def __str__(self) -> str:
        return self.name
