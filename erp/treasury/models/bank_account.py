from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey
from erp.core.models import CompanyModel


class BankAccount(CompanyModel):
    """A bank or cash account and the ledger account behind it."""

    keeps_history = True

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    account = CompanyForeignKey("ledger.LedgerAccount", verbose_name=_("ledger account"))

    class Meta:
        verbose_name = _("bank account")
        constraints = [models.UniqueConstraint(fields=["company_id", "code"], name="treasury_bankaccount_code")]

    def __str__(self) -> str:
        return self.name
