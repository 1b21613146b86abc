from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field, price_field, quantity_field, rate_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown
from erp.purchasing.models.agreement import Agreement
from erp.purchasing.states import PurchaseOrderState
from erp.reference.models import MeasuredLine


class PurchaseOrder(CompanyModel, ExternallyKnown):
    """What is ordered from one supplier for one warehouse. Amounts are in `currency_code`; `company_total` is the total in
    company currency at `rate`. `source_kind`/`source_id` name what asked for it (a plan run) by id alone."""

    keeps_history = True
    stored_totals = ("net", "tax", "total", "company_total")

    number = models.CharField(_("number"), max_length=40)
    state = models.CharField(_("state"), max_length=20, choices=PurchaseOrderState.choices, default=PurchaseOrderState.DRAFT)
    supplier = CompanyForeignKey("parties.Party", verbose_name=_("supplier"))
    warehouse = CompanyForeignKey("inventory.Warehouse", verbose_name=_("warehouse"))
    agreement = CompanyForeignKey(Agreement, null=True, blank=True, verbose_name=_("agreement"))
    date = models.DateField(_("date"))
    currency_code = models.CharField(_("currency"), max_length=3)
    rate = rate_field()
    prices_include_tax = models.BooleanField(_("prices include tax"), default=False)
    payment_days = models.SmallIntegerField(_("payment days"), default=0)
    net = amount_field(verbose_name=_("net"))
    tax = amount_field(verbose_name=_("tax"))
    total = amount_field(verbose_name=_("total"))
    company_total = amount_field()
    over_fraction = models.DecimalField(_("may be over by"), max_digits=7, decimal_places=6, default=0)
    under_fraction = models.DecimalField(_("may be under by"), max_digits=7, decimal_places=6, default=0)
    source_kind = models.CharField(max_length=40, default="", blank=True)
    source_id = models.BigIntegerField(null=True, blank=True)
    actor = models.CharField(_("by"), max_length=60)
    placed_at = models.DateTimeField(_("placed at"))
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)

    class Meta:
        verbose_name = _("purchase order")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="purchasing_order_number"),
            models.CheckConstraint(condition=models.Q(total=models.F("net") + models.F("tax")), name="purchasing_order_total"),
            *ExternallyKnown.Meta.constraints,
        ]
        indexes = [
            models.Index(fields=["company_id", "state", "id"], name="purchasing_order_state"),
            models.Index(fields=["company_id", "supplier", "id"], name="purchasing_order_supplier"),
        ]

    def __str__(self) -> str:
        return self.number


class PurchaseOrderLine(CompanyModel, MeasuredLine):
    """One product of an order. Quantities but the entered one are in the product's unit. What was rejected is still owed; what
    went back is not: the next plan asks for it anew.

    Three dates, none overwritten by another: `requested_date` is ours and fixed once the order is issued,
    `first_promised_date` is the supplier's first word, `last_promised_date` their latest. `chosen` says why this supplier.
    `source_kind`/`source_id` is the proposal behind it.
    """

    keeps_history = True
    stored_totals = ("received", "rejected", "returned", "billed")

    order = CompanyForeignKey(PurchaseOrder, related_name="lines")
    supplier = CompanyForeignKey("parties.Party", verbose_name=_("supplier"))
    sequence = models.SmallIntegerField()
    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    description = models.CharField(_("description"), max_length=200)
    stocked = models.BooleanField()
    quantity = quantity_field(verbose_name=_("quantity"))
    unit_price = price_field(verbose_name=_("price"))
    tax_code = models.CharField(_("tax code"), max_length=20)
    tax_rate = models.DecimalField(_("tax rate"), max_digits=7, decimal_places=6)
    net = amount_field(verbose_name=_("net"))
    tax = amount_field(verbose_name=_("tax"))
    total = amount_field(verbose_name=_("total"))
    requested_date = models.DateField(_("requested"))
    first_promised_date = models.DateField(_("first promised"), null=True, blank=True)
    last_promised_date = models.DateField(_("last promised"), null=True, blank=True)
    chosen = models.JSONField(default=dict, blank=True)
    source_kind = models.CharField(max_length=40, default="", blank=True)
    source_id = models.BigIntegerField(null=True, blank=True)
    received = quantity_field(verbose_name=_("received"), default=0)
    rejected = quantity_field(verbose_name=_("rejected"), default=0)
    returned = quantity_field(verbose_name=_("returned"), default=0)
    billed = quantity_field(verbose_name=_("billed"), default=0)
    closed_short = models.BooleanField(_("closed short"), default=False)

    class Meta:
        verbose_name = _("purchase order line")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "order", "sequence"], name="purchasing_orderline_sequence"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="purchasing_orderline_quantity"),
            models.CheckConstraint(
                condition=models.Q(received__gte=0, rejected__gte=0, billed__gte=0, returned__gte=0)
                & models.Q(returned__lte=models.F("received")),
                name="purchasing_orderline_done",
            ),
            models.CheckConstraint(
                condition=models.Q(total=models.F("net") + models.F("tax")), name="purchasing_orderline_total"
            ),
            *MeasuredLine.Meta.constraints,
        ]
        indexes = [
            models.Index(
                fields=["company_id", "product", "order"],
                name="purchasing_orderline_open",
                condition=models.Q(closed_short=False, quantity__gt=models.F("received")),
            ),
            models.Index(fields=["company_id", "source_kind", "source_id"], name="purchasing_orderline_source"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}.{self.sequence}"
