from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey
from erp.ledger.models.claim import Claim, ClaimLine
from erp.reference.models import MeasuredLine


class Invoice(Claim):
    """A posted claim on a customer, numbered without gaps. Paid or not is the residual of its open item."""

    customer = CompanyForeignKey("parties.Party", verbose_name=_("customer"))
    due_date = models.DateField(_("due"))

    class Meta(Claim.Meta):
        verbose_name = _("invoice")


class InvoiceLine(ClaimLine, MeasuredLine):
    """A line as it was invoiced."""

    invoice = CompanyForeignKey(Invoice, related_name="lines")
    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))

    class Meta(ClaimLine.Meta):
        constraints = [*ClaimLine.Meta.constraints, *MeasuredLine.Meta.constraints]

    def __str__(self) -> str:
        return f"{self.invoice_id}.{self.sequence}"
