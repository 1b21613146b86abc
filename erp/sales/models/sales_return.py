from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field, price_field, quantity_field, rate_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown
from erp.reference.models import MeasuredLine
from erp.sales.models.delivery import Delivery, DeliveryLine


class SalesReturn(CompanyModel, ExternallyKnown):
    """Goods that came back from a customer: of one delivery, or without an original. Posted at once; `credit_note` is set
    when it is credited. `cost` is what the goods are worth on the shelf again, in company currency."""

    keeps_history = True
    stored_totals = ("cost",)

    class Reason(models.TextChoices):
        WRONG_ITEM = "wrong_item", _("Wrong item")
        DAMAGED = "damaged", _("Damaged")
        CHANGED_MIND = "changed_mind", _("Customer changed their mind")
        CANCELLED_SALE = "cancelled_sale", _("Cancelled sale")
        OTHER = "other", _("Other")

    number = models.CharField(_("number"), max_length=40)
    delivery = CompanyForeignKey(Delivery, null=True, related_name="returns", verbose_name=_("delivery"))
    customer = CompanyForeignKey("parties.Party", verbose_name=_("customer"))
    warehouse = CompanyForeignKey("inventory.Warehouse", verbose_name=_("warehouse"))
    date = models.DateField(_("date"))
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices)
    remark = models.CharField(_("remark"), max_length=200, default="", blank=True)
    currency_code = models.CharField(_("currency"), max_length=3)
    rate = rate_field()
    prices_include_tax = models.BooleanField(_("prices include tax"), default=False)
    cost = amount_field(verbose_name=_("cost"))
    credit_note = CompanyForeignKey("receivables.CreditNote", null=True, verbose_name=_("credit note"))
    actor = models.CharField(_("by"), max_length=60)
    posted_at = models.DateTimeField(_("posted at"))

    class Meta:
        verbose_name = _("sales return")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="sales_return_number"),
            *ExternallyKnown.Meta.constraints,
        ]
        indexes = [
            models.Index(fields=["company_id", "date", "id"], name="sales_return_date"),
            models.Index(
                fields=["company_id", "id"], name="sales_return_to_credit", condition=models.Q(credit_note__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.number


class SalesReturnLine(CompanyModel, MeasuredLine):
    """What came back, at which price it had been sold and what it is worth. Without an original the price is the one it
    is credited at."""

    append_only = True

    sales_return = CompanyForeignKey(SalesReturn, related_name="lines")
    sequence = models.SmallIntegerField()
    delivery_line = CompanyForeignKey(DeliveryLine, null=True, related_name="returns", verbose_name=_("delivery line"))
    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    description = models.CharField(_("description"), max_length=200)
    stocked = models.BooleanField()
    quantity = quantity_field(verbose_name=_("quantity"))
    unit_price = price_field(verbose_name=_("price"))
    discount = models.DecimalField(_("discount"), max_digits=7, decimal_places=6, default=0)
    tax_code = models.CharField(_("tax code"), max_length=20)
    tax_rate = models.DecimalField(_("tax rate"), max_digits=7, decimal_places=6)
    cost = amount_field(verbose_name=_("cost"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company_id", "sales_return", "sequence"], name="sales_returnline_sequence"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0, cost__gte=0), name="sales_returnline_quantity"),
            *MeasuredLine.Meta.constraints,
        ]

    def __str__(self) -> str:
        return f"{self.sales_return_id}.{self.sequence}"
