from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey
from erp.core.models import CompanyModel


class LedgerAccount(CompanyModel):
    """An account of the chart. A control account takes postings from its sub-ledger only."""

    keeps_history = True

    class Kind(models.TextChoices):
        ASSET = "asset", _("Asset")
        LIABILITY = "liability", _("Liability")
        EQUITY = "equity", _("Equity")
        COST = "cost", _("Cost")
        INCOME = "income", _("Income")
        EXPENSE = "expense", _("Expense")

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    is_control = models.BooleanField(_("control account"), default=False)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("ledger account")
        constraints = [models.UniqueConstraint(fields=["company_id", "code"], name="ledger_account_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class AccountRole(models.TextChoices):
    """What a posting needs an account for."""

    INVENTORY = "inventory", _("Inventory")
    COST_OF_SALES = "cost_of_sales", _("Cost of sales")
    RECEIVABLE = "receivable", _("Receivables")
    REVENUE = "revenue", _("Revenue")
    OUTPUT_TAX = "output_tax", _("Output tax")
    BANK = "bank", _("Bank")
    STOCK_CLEARING = "stock_clearing", _("Goods received, not invoiced")
    OPENING = "opening", _("Opening balances")
    COUNT_DIFFERENCE = "count_difference", _("Stock count differences")
    STOCK_LOSS = "stock_loss", _("Stock written off")
    SAMPLES = "samples", _("Samples given away")
    STOCK_GAIN = "stock_gain", _("Stock found")
    EXCHANGE_DIFFERENCE = "exchange_difference", _("Exchange differences")
    PAYABLE = "payable", _("Payables")
    INPUT_TAX = "input_tax", _("Input tax")
    PRICE_DIFFERENCE = "price_difference", _("Purchase price differences")
    PURCHASE_CHARGES = "purchase_charges", _("Freight and charges on purchases")
    WORK_IN_PROGRESS = "work_in_progress", _("Work in progress")
    PRODUCTION_VARIANCE = "production_variance", _("Production variances")
    PRODUCTION_SCRAP = "production_scrap", _("Production scrap")


class PostingAccount(CompanyModel):
    """Which account of this company's chart plays a role."""

    keeps_history = True

    role = models.CharField(_("role"), max_length=24, choices=AccountRole.choices)
    account = CompanyForeignKey(LedgerAccount, verbose_name=_("ledger account"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company_id", "role"], name="ledger_postingaccount_role")]

    def __str__(self) -> str:
        return f"{self.role} -> {self.account_id}"
