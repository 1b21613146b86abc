from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.pipeline.models.opportunity import Opportunity
from crm.pipeline.states import QuotationState
from erp.core.fields import CompanyForeignKey, amount_field, price_field, quantity_field, rate_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown
from erp.reference.models import MeasuredLine


class Quotation(CompanyModel, ExternallyKnown):
    """An offer to a customer. `sales_order_id` is set when it is accepted, in the same transaction."""

    keeps_history = True
    stored_totals = ("net", "tax", "total")

    number = models.CharField(_("number"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=QuotationState.choices, default=QuotationState.DRAFT)
    customer = CompanyForeignKey("parties.Party", verbose_name=_("customer"))
    opportunity = CompanyForeignKey(Opportunity, null=True, blank=True, verbose_name=_("opportunity"))
    warehouse = CompanyForeignKey("inventory.Warehouse", verbose_name=_("warehouse"))
    date = models.DateField(_("date"))
    valid_until_date = models.DateField(_("valid until"), null=True, blank=True)
    promised_date = models.DateField(_("promised"))
    priority = models.SmallIntegerField(_("priority"), default=0)
    partial_delivery = models.BooleanField(_("partial delivery allowed"), default=False)
    currency_code = models.CharField(_("currency"), max_length=3)
    rate = rate_field()
    prices_include_tax = models.BooleanField(_("prices include tax"), default=False)
    net = amount_field(verbose_name=_("net"))
    tax = amount_field(verbose_name=_("tax"))
    total = amount_field(verbose_name=_("total"))
    reference = models.CharField(_("customer's reference"), max_length=80, default="", blank=True)
    sales_order = CompanyForeignKey("sales.SalesOrder", null=True, verbose_name=_("sales order"))
    actor = models.CharField(_("by"), max_length=60)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("quotation")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="pipeline_quotation_number"),
            models.CheckConstraint(condition=models.Q(total=models.F("net") + models.F("tax")), name="pipeline_quotation_total"),
            *ExternallyKnown.Meta.constraints,
        ]
        indexes = [models.Index(fields=["company_id", "state", "id"], name="pipeline_quotation_state")]

    def __str__(self) -> str:
        return self.number


class QuotationLine(CompanyModel, MeasuredLine):
    """One product of the offer."""

    quotation = CompanyForeignKey(Quotation, related_name="lines")
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
            models.UniqueConstraint(fields=["company_id", "quotation", "sequence"], name="pipeline_quotationline_sequence"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="pipeline_quotationline_quantity"),
            *MeasuredLine.Meta.constraints,
        ]

    def __str__(self) -> str:
        return f"{self.quotation_id}.{self.sequence}"
