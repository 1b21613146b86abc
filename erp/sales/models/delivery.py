from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field, quantity_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown
from erp.reference.rules import Measure, state_quantity
from erp.sales.models.sales_order import SalesOrder, SalesOrderLine


class Delivery(CompanyModel, ExternallyKnown):
    """Goods that left for a customer. Posted at once; `invoice` is set when it is invoiced."""

    keeps_history = True
    stored_totals = ("cost",)

    number = models.CharField(_("number"), max_length=40)
    order = CompanyForeignKey(SalesOrder, related_name="deliveries", verbose_name=_("sales order"))
    customer = CompanyForeignKey("parties.Party", verbose_name=_("customer"))
    warehouse = CompanyForeignKey("inventory.Warehouse", verbose_name=_("warehouse"))
    date = models.DateField(_("date"))
    cost = amount_field(verbose_name=_("cost"))
    invoice = CompanyForeignKey("receivables.Invoice", null=True, verbose_name=_("invoice"))
    actor = models.CharField(_("by"), max_length=60)
    posted_at = models.DateTimeField(_("posted at"))

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="sales_delivery_number"),
            *ExternallyKnown.Meta.constraints,
        ]
        indexes = [
            models.Index(fields=["company_id", "date", "id"], name="sales_delivery_date"),
            models.Index(fields=["company_id", "id"], name="sales_delivery_to_invoice", condition=models.Q(invoice__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.number


class DeliveryLine(CompanyModel):
    """What of an order line was delivered, and what it cost."""

    append_only = True

    delivery = CompanyForeignKey(Delivery, related_name="lines")
    sequence = models.SmallIntegerField()
    order_line = CompanyForeignKey(SalesOrderLine, verbose_name=_("order line"))
    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    quantity = quantity_field(verbose_name=_("quantity"))
    cost = amount_field(verbose_name=_("cost"))

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="sales_deliveryline_quantity")]

    @property
    def measure(self) -> Measure:
        """In the unit of the order line where that comes out even; needs `order_line` and `product__unit`."""
        ordered = self.order_line.measure
        return state_quantity(self.quantity, unit=ordered.unit, ratio=ordered.ratio, base=self.product.unit.code)

    def __str__(self) -> str:
        return f"{self.delivery_id}.{self.sequence}"
