from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field
from erp.core.models import CompanyModel
from erp.core.models.event import XidField
from erp.ledger.models.account import LedgerAccount
from erp.ledger.models.period import Period


class JournalEntry(CompanyModel):
    """A balanced posting. `kind`/`document_id` is the document it books; all its lines are inserted with it."""

    append_only = True

    class Journal(models.TextChoices):
        SALES = "sales", _("Sales")
        STOCK = "stock", _("Stock")
        BANK = "bank", _("Bank")
        PURCHASE = "purchase", _("Purchase")
        PRODUCTION = "production", _("Production")
        GENERAL = "general", _("General")

    number = models.CharField(_("number"), max_length=40)
    journal = models.CharField(_("journal"), max_length=12, choices=Journal.choices)
    date = models.DateField(_("date"))
    period = CompanyForeignKey(Period, sought=False, verbose_name=_("period"))
    kind = models.CharField(max_length=40)
    document_id = models.BigIntegerField(null=True)
    document_number = models.CharField(_("document"), max_length=40, default="")
    memo = models.CharField(_("memo"), max_length=200, default="")
    reverses = CompanyForeignKey("self", null=True, sought=False, verbose_name=_("reverses"))
    actor = models.CharField(_("by"), max_length=60)
    posted_at = models.DateTimeField(_("posted at"))
    xid = XidField(editable=False, db_default=RawSQL("pg_current_xact_id()", []))

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="ledger_entry_number"),
            models.UniqueConstraint(
                fields=["company_id", "reverses"], condition=models.Q(reverses__isnull=False), name="ledger_entry_reversed_once"
            ),
        ]
        indexes = [
            models.Index(fields=["company_id", "kind", "document_id"], name="ledger_entry_document"),
            models.Index(fields=["company_id", "date", "id"], name="ledger_entry_date"),
        ]

    def __str__(self) -> str:
        return self.number


class JournalLine(CompanyModel):
    """One side of an entry in company currency, with the amount in the document's currency beside it.

    `debit` and `credit` are never negative and never both set; `currency_amount` is signed (debit positive).
    """

    append_only = True

    entry = CompanyForeignKey(JournalEntry, related_name="lines")
    sequence = models.SmallIntegerField()
    account = CompanyForeignKey(LedgerAccount, verbose_name=_("ledger account"))
    period = CompanyForeignKey(Period, sought=False)
    date = models.DateField(_("date"))
    party = CompanyForeignKey("parties.Party", null=True, verbose_name=_("party"))
    debit = amount_field(verbose_name=_("debit"))
    credit = amount_field(verbose_name=_("credit"))
    currency_code = models.CharField(_("currency"), max_length=3)
    currency_amount = amount_field(verbose_name=_("amount in currency"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(debit__gte=0, credit__gte=0) & (models.Q(debit=0) | models.Q(credit=0)),
                name="ledger_line_one_side",
            ),
        ]
        indexes = [models.Index(fields=["company_id", "account", "date", "id"], name="ledger_line_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.debit} {self.credit}"
