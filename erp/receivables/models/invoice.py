from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field, price_field, quantity_field, rate_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown


class Invoice(CompanyModel, ExternallyKnown):
    """A posted claim on a customer, numbered without gaps. Paid or not is the residual of its open item."""

    append_only = True
    stored_totals = ("net", "tax", "total")

    number = models.CharField(_("number"), max_length=40)
    customer = CompanyForeignKey("parties.Party", verbose_name=_("customer"))
    date = models.DateField(_("date"))
    due_date = models.DateField(_("due"))
    currency_code = models.CharField(_("currency"), max_length=3)
    rate = rate_field()
    prices_include_tax = models.BooleanField(_("prices include tax"), default=False)
    net = amount_field(verbose_name=_("net"))
    tax = amount_field(verbose_name=_("tax"))
    total = amount_field(verbose_name=_("total"))
    actor = models.CharField(_("by"), max_length=60)
    posted_at = models.DateTimeField(_("posted at"))

    class Meta:
        verbose_name = _("invoice")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="receivables_invoice_number"),
            models.CheckConstraint(condition=models.Q(total=models.F("net") + models.F("tax")), name="receivables_invoice_total"),
            *ExternallyKnown.Meta.constraints,
        ]
        indexes = [models.Index(fields=["company_id", "date", "id"], name="receivables_invoice_date")]

    def __str__(self) -> str:
        return self.number


class InvoiceLine(CompanyModel):
    """A line as it was invoiced; its rate and rounding never change."""

    append_only = True

    invoice = CompanyForeignKey(Invoice, related_name="lines")
    sequence = models.SmallIntegerField()
    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    description = models.CharField(_("description"), max_length=200)
    quantity = quantity_field(verbose_name=_("quantity"))
    unit_price = price_field(verbose_name=_("price"))
    discount = models.DecimalField(_("discount"), max_digits=7, decimal_places=6, default=0)
    tax_code = models.CharField(_("tax code"), max_length=20)
    tax_rate = models.DecimalField(_("tax rate"), max_digits=7, decimal_places=6)
    net = amount_field(verbose_name=_("net"))
    tax = amount_field(verbose_name=_("tax"))
    total = amount_field(verbose_name=_("total"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(total=models.F("net") + models.F("tax")), name="receivables_invoiceline_total"
            )
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}.{self.sequence}"
