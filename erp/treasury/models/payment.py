from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from erp.core.fields import CompanyForeignKey, amount_field, rate_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown
from erp.treasury.models.bank_account import BankAccount


class Payment(CompanyModel, ExternallyKnown):
    """Money received from or paid to a party. Posted at once; what it settles is in the settlements."""

    append_only = True

    class Direction(models.TextChoices):
        IN = "in", pgettext_lazy("money", "Received")
        OUT = "out", _("Paid")

    number = models.CharField(_("number"), max_length=40)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    party = CompanyForeignKey("parties.Party", verbose_name=_("party"))
    bank_account = CompanyForeignKey(BankAccount, verbose_name=_("bank account"))
    date = models.DateField(_("date"))
    currency_code = models.CharField(_("currency"), max_length=3)
    rate = rate_field()
    amount = amount_field(verbose_name=_("amount"))
    memo = models.CharField(_("memo"), max_length=200, default="", blank=True)
    actor = models.CharField(_("by"), max_length=60)
    posted_at = models.DateTimeField(_("posted at"))

    class Meta:
        verbose_name = _("payment")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="treasury_payment_number"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="treasury_payment_positive"),
            *ExternallyKnown.Meta.constraints,
        ]
        indexes = [models.Index(fields=["company_id", "date", "id"], name="treasury_payment_date")]

    def __str__(self) -> str:
        return self.number
