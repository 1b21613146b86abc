from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field, price_field, quantity_field, rate_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown
from erp.reference.models import MeasuredLine
from erp.sales.states import SalesOrderState


class SalesOrder(CompanyModel, ExternallyKnown):
    """A customer's order. Amounts are in `currency_code`; `company_total` is the total in company currency at `rate`.

    `first_promised_date` is what the customer was told before the promise was moved for the first time: it is what the order is
    planned and served for.
    `kind`/`source_id` name the document it came from (a quotation), by id alone: crm is above this floor.
    """

    keeps_history = True
    stored_totals = ("net", "tax", "total", "company_total")

    number = models.CharField(_("number"), max_length=40)
    state = models.CharField(_("state"), max_length=16, choices=SalesOrderState.choices, default=SalesOrderState.PLACED)
    customer = CompanyForeignKey("parties.Party", verbose_name=_("customer"))
    warehouse = CompanyForeignKey("inventory.Warehouse", verbose_name=_("warehouse"))
    date = models.DateField(_("date"))
    promised_date = models.DateField(_("promised"))
    first_promised_date = models.DateField(_("first promised"), null=True, blank=True)
    priority = models.SmallIntegerField(_("priority"), default=0)
    partial_delivery = models.BooleanField(_("partial delivery allowed"), default=False)
    currency_code = models.CharField(_("currency"), max_length=3)
    rate = rate_field()
    prices_include_tax = models.BooleanField(_("prices include tax"), default=False)
    payment_days = models.SmallIntegerField(_("payment days"), default=0)
    net = amount_field(verbose_name=_("net"))
    tax = amount_field(verbose_name=_("tax"))
    total = amount_field(verbose_name=_("total"))
    company_total = amount_field()
    reference = models.CharField(_("customer's reference"), max_length=80, default="", blank=True)
    source_kind = models.CharField(max_length=40, default="", blank=True)
    source_id = models.BigIntegerField(null=True, blank=True)
    actor = models.CharField(_("by"), max_length=60)
    placed_at = models.DateTimeField(_("placed at"))

    class Meta:
        verbose_name = _("sales order")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="sales_order_number"),
            models.UniqueConstraint(
                fields=["company_id", "source_kind", "source_id"],
                condition=models.Q(source_id__isnull=False),
                name="sales_order_source",
            ),
            models.CheckConstraint(condition=models.Q(total=models.F("net") + models.F("tax")), name="sales_order_total"),
            *ExternallyKnown.Meta.constraints,
        ]
        indexes = [
            models.Index(fields=["company_id", "state", "id"], name="sales_order_state"),
            models.Index(fields=["company_id", "date", "id"], name="sales_order_date"),
            models.Index(
                fields=["company_id", "customer", "id"],
                name="sales_order_credit",
                condition=models.Q(state__in=["placed", "confirmed", "partly_delivered", "delivered"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class SalesOrderLine(CompanyModel, MeasuredLine):
    """One product of an order. Quantities but the entered one are in the product's unit:
    0 <= reserved <= ordered - delivered, 0 <= invoiced <= delivered <= ordered, 0 <= returned <= delivered. What came back
    is not delivered again: the line stays delivered. A line without a promise of its own has the order's first one.
    `is_waiting` says in a column that goods are missing: an index that named the quantities would be written anew by each
    step that moves them on."""

    stored_totals = ("reserved", "delivered", "invoiced", "returned")

    order = CompanyForeignKey(SalesOrder, related_name="lines")
    sequence = models.SmallIntegerField()
    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    description = models.CharField(_("description"), max_length=200)
    stocked = models.BooleanField()
    promised_date = models.DateField(_("promised"), null=True, blank=True)
    quantity = quantity_field(verbose_name=_("quantity"))
    unit_price = price_field(verbose_name=_("price"))
    discount = models.DecimalField(_("discount"), max_digits=7, decimal_places=6, default=0)
    tax_code = models.CharField(_("tax code"), max_length=20)
    tax_rate = models.DecimalField(_("tax rate"), max_digits=7, decimal_places=6)
    net = amount_field(verbose_name=_("net"))
    tax = amount_field(verbose_name=_("tax"))
    total = amount_field(verbose_name=_("total"))
    reserved = quantity_field(verbose_name=_("reserved"), default=0)
    delivered = quantity_field(verbose_name=_("delivered"), default=0)
    invoiced = quantity_field(verbose_name=_("invoiced"), default=0)
    returned = quantity_field(verbose_name=_("returned"), default=0)
    is_waiting = models.GeneratedField(
        expression=models.Q(stocked=True, quantity__gt=models.F("delivered") + models.F("reserved")),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company_id", "order", "sequence"], name="sales_orderline_sequence"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="sales_orderline_quantity"),
            models.CheckConstraint(
                condition=models.Q(reserved__gte=0, delivered__gte=0, invoiced__gte=0, invoiced__lte=models.F("delivered"))
                & models.Q(quantity__gte=models.F("delivered") + models.F("reserved")),
                name="sales_orderline_open_quantities",
            ),
            models.CheckConstraint(
                condition=models.Q(returned__gte=0, returned__lte=models.F("delivered")), name="sales_orderline_returned"
            ),
            models.CheckConstraint(condition=models.Q(total=models.F("net") + models.F("tax")), name="sales_orderline_total"),
            *MeasuredLine.Meta.constraints,
        ]
        indexes = [
            models.Index(
                fields=["company_id", "product", "order"],
                name="sales_orderline_waiting",
                condition=models.Q(is_waiting=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}.{self.sequence}"
