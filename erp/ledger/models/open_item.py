from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field, rate_field
from erp.core.models import CompanyModel
from erp.ledger.models.account import LedgerAccount
from erp.ledger.models.entry import JournalEntry


class OpenItem(CompanyModel):
    """What a party still owes (positive) or is owed (negative) from one document.

    `amount` is signed in the item's currency, `residual` = amount - settlements; `company_amount` is the carried
    value in company currency at `rate`. `is_open` says in a column that is planned with statistics what `residual` says:
    of comparing numbers the planner knows nothing behind a policy.
    """

    stored_totals = ("residual", "company_residual")

    account = CompanyForeignKey(LedgerAccount)
    entry = CompanyForeignKey(JournalEntry)
    party = CompanyForeignKey("parties.Party", verbose_name=_("party"))
    kind = models.CharField(max_length=40)
    document_id = models.BigIntegerField()
    document_number = models.CharField(_("document"), max_length=40)
    date = models.DateField(_("date"))
    due_date = models.DateField(_("due"))
    currency_code = models.CharField(_("currency"), max_length=3)
    rate = rate_field()
    amount = amount_field(verbose_name=_("amount"))
    company_amount = amount_field()
    residual = amount_field(verbose_name=_("open"))
    company_residual = amount_field()
    is_open = models.GeneratedField(
        expression=~models.Q(residual=0), output_field=models.BooleanField(_("open")), db_persist=True
    )

    class Meta:
        verbose_name = _("open item")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=0, residual__gte=0, residual__lte=models.F("amount"))
                | models.Q(amount__lte=0, residual__lte=0, residual__gte=models.F("amount")),
                name="ledger_openitem_residual",
            ),
            models.UniqueConstraint(fields=["company_id", "kind", "document_id"], name="ledger_openitem_document"),
        ]
        indexes = [
            models.Index(  # what is read of all that is open is in the index itself
                fields=["company_id", "party", "due_date", "id"],
                include=["account", "kind", "company_amount", "company_residual"],
                name="ledger_openitem_due",
                condition=models.Q(is_open=True),
            ),
            models.Index(fields=["company_id", "date"], include=["kind", "company_amount"], name="ledger_openitem_date"),
        ]

    def __str__(self) -> str:
        return self.document_number


class Settlement(CompanyModel):
    """Part of a debit item settled against a credit item, in the items' currency and in company currency.

    `date` decides what an as-at report sees. `debit_company_amount` leaves the debit item, `credit_company_amount`
    the credit item; their difference is the realised exchange difference, booked by `entry`.
    """

    append_only = True

    debit_item = CompanyForeignKey(OpenItem, related_name="settled_by")
    credit_item = CompanyForeignKey(OpenItem, related_name="settles")
    amount = amount_field()
    debit_company_amount = amount_field()
    credit_company_amount = amount_field()
    date = models.DateField()
    actor = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="ledger_settlement_positive")]
        indexes = [
            models.Index(
                fields=["company_id", "date"],
                include=["debit_company_amount", "credit_company_amount"],
                name="ledger_settlement_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.debit_item_id} - {self.credit_item_id}: {self.amount}"
