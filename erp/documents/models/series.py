from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.models import CompanyModel


class Series(CompanyModel):
    """How documents of one kind are numbered in one company.

    Plain numbers come from a database sequence of the company: they never wait and may have gaps. Gapless numbers
    come from `next_value` of this row, the last lock a transaction takes.
    """

    code = models.CharField(_("code"), max_length=40)
    prefix = models.CharField(_("prefix"), max_length=20)
    padding = models.SmallIntegerField(_("digits"), default=6)
    gapless = models.BooleanField(_("gapless"), default=False)
    next_value = models.BigIntegerField(_("next number"), default=1)

    class Meta:
        verbose_name = _("number series")
        constraints = [models.UniqueConstraint(fields=["company_id", "code"], name="documents_series_code")]

    def __str__(self) -> str:
        return self.code
