from django.db import models

from erp.core.fields import CompanyForeignKey, amount_field
from erp.core.models import CompanyModel
from erp.ledger.models.account import LedgerAccount
from erp.ledger.models.period import Period


class AccountBalance(CompanyModel):
    """Turnover of an account in a period, spread over eight slots so that two postings never queue behind one row.

    Kept by the trigger that checks each entry; a balance is the sum over slots and periods.
    """

    stored_totals = ("debit", "credit")

    account = CompanyForeignKey(LedgerAccount)
    period = CompanyForeignKey(Period)
    slot = models.SmallIntegerField()
    debit = amount_field()
    credit = amount_field()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company_id", "account", "period", "slot"], name="ledger_balance_slot")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.period_id} {self.slot}"
