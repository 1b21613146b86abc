from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field, price_field, quantity_field, rate_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown
from erp.payables.states import VendorBillState
from erp.reference.models import MeasuredLine


class VendorBill(CompanyModel, ExternallyKnown):
    """What a supplier asks to be paid, or gives back by a credit note; amounts are positive in both. A bill that does not
    match is held with its reasons and an owner, and is in no books; posted, nothing of it changes any more."""

    keeps_history = True
    stored_totals = ("net", "tax", "total", "company_total")

    class Kind(models.TextChoices):
        BILL = "bill", _("Bill")
        CREDIT = "credit", _("Credit note")

    number = models.CharField(_("number"), max_length=40)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.BILL)
    supplier = CompanyForeignKey("parties.Party", verbose_name=_("supplier"))
    supplier_number = models.CharField(_("supplier's number"), max_length=80)
    state = models.CharField(_("state"), max_length=8, choices=VendorBillState.choices, default=VendorBillState.ENTERED)
    date = models.DateField(_("date"))
    due_date = models.DateField(_("due"))
    currency_code = models.CharField(_("currency"), max_length=3)
    rate = rate_field()
    prices_include_tax = models.BooleanField(_("prices include tax"), default=False)
    net = amount_field(verbose_name=_("net"))
    tax = amount_field(verbose_name=_("tax"))
    total = amount_field(verbose_name=_("total"))
    company_total = amount_field()
    held_reasons = models.JSONField(_("held for"), default=list, blank=True)
    owner_role = models.CharField(_("owner"), max_length=24, default="", blank=True)
    released_by = models.CharField(_("released by"), max_length=60, default="", blank=True)
    release_reason = models.CharField(_("reason of release"), max_length=200, default="", blank=True)
    actor = models.CharField(_("by"), max_length=60)
    entered_at = models.DateTimeField(_("entered at"))
    posted_at = models.DateTimeField(_("posted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("vendor bill")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="payables_vendorbill_number"),
            models.UniqueConstraint(
                fields=["company_id", "supplier", "kind", "supplier_number"],
                condition=~models.Q(state=VendorBillState.REJECTED),
                name="payables_vendorbill_supplier_number",
            ),
            models.CheckConstraint(condition=models.Q(total=models.F("net") + models.F("tax")), name="payables_vendorbill_total"),
            *ExternallyKnown.Meta.constraints,
        ]
        indexes = [
            models.Index(fields=["company_id", "date", "id"], name="payables_vendorbill_date"),
            models.Index(fields=["company_id", "supplier", "id"], name="payables_vendorbill_supplier"),
            models.Index(
                fields=["company_id", "id"],
                name="payables_vendorbill_waiting",
                condition=models.Q(state__in=[VendorBillState.ENTERED, VendorBillState.HELD]),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def sign(self) -> int:
        """+1 raises what the supplier is owed, -1 lowers it."""
        return -1 if self.kind == self.Kind.CREDIT else 1


class VendorBillLine(CompanyModel, MeasuredLine):
    """A line as it was billed. `source_kind` and `source_id` name what it is for, by id alone: purchasing is above this floor; a
    charge has none. `clearing`, `price_difference` and `exchange_difference` are in company currency, written when it is
    posted."""

    keeps_history = True

    class Source(models.TextChoices):
        ORDER_LINE = "purchase_order_line", _("Order line")
        CHARGE = "charge", _("Charge")

    bill = CompanyForeignKey(VendorBill, related_name="lines")
    supplier = CompanyForeignKey("parties.Party", verbose_name=_("supplier"))
    sequence = models.SmallIntegerField()
    source_kind = models.CharField(max_length=40, choices=Source.choices)
    source_id = models.BigIntegerField(null=True, blank=True)
    product = CompanyForeignKey("catalog.Product", null=True, blank=True, verbose_name=_("product"))
    description = models.CharField(_("description"), max_length=200)
    quantity = quantity_field(verbose_name=_("quantity"))
    unit_price = price_field(verbose_name=_("price"))
    tax_code = models.CharField(_("tax code"), max_length=20)
    tax_rate = models.DecimalField(_("tax rate"), max_digits=7, decimal_places=6)
    net = amount_field(verbose_name=_("net"))
    tax = amount_field(verbose_name=_("tax"))
    total = amount_field(verbose_name=_("total"))
    found = models.JSONField(_("match"), default=list, blank=True)
    clearing = amount_field(default=0)
    price_difference = amount_field(default=0)
    exchange_difference = amount_field(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company_id", "bill", "sequence"], name="payables_billline_sequence"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0, unit_price__gte=0), name="payables_billline_figures"),
            models.CheckConstraint(condition=models.Q(total=models.F("net") + models.F("tax")), name="payables_billline_total"),
            *MeasuredLine.Meta.constraints,
        ]
        indexes = [models.Index(fields=["company_id", "source_kind", "source_id"], name="payables_billline_source")]

    def __str__(self) -> str:
        return f"{self.bill_id}.{self.sequence}"
