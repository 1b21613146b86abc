from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey
from erp.ledger.models.claim import Claim, ClaimLine
from erp.receivables.models.invoice import Invoice, InvoiceLine
from erp.reference.models import MeasuredLine


class CreditNote(Claim):
    """A claim given up, wholly or in part, numbered without gaps: against an invoice at its terms and rate, or without
    one. What it does not settle at once stays on the customer's account, as the residual of its open item."""

    customer = CompanyForeignKey("parties.Party", verbose_name=_("customer"))
    invoice = CompanyForeignKey(Invoice, null=True, related_name="credit_notes", verbose_name=_("invoice"))
    memo = models.CharField(_("why"), max_length=200, default="", blank=True)

    class Meta(Claim.Meta):
        verbose_name = _("credit note")


class CreditNoteLine(ClaimLine, MeasuredLine):
    """What is credited, of which line of the invoice. Quantity 0: a part of the price; in words alone it has no unit."""

    credit_note = CompanyForeignKey(CreditNote, related_name="lines")
    invoice_line = CompanyForeignKey(InvoiceLine, null=True, related_name="credits")
    product = CompanyForeignKey("catalog.Product", null=True, verbose_name=_("product"))

    class Meta(ClaimLine.Meta):
        constraints = [
            *ClaimLine.Meta.constraints,
            *MeasuredLine.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(quantity__gte=0, net__gte=0, tax__gte=0), name="%(app_label)s_%(class)s_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credit_note_id}.{self.sequence}"
