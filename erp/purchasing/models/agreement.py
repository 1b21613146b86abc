from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, price_field, quantity_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown


class Agreement(CompanyModel, ExternallyKnown):
    """What was settled with a supplier, from one day to another (the last included).

    `over_fraction` and `under_fraction` are the receipt's tolerance: how much more may come in, and how little may be missing
    for a line to count as complete. `shares_*` is what the supplier may see of their own items.
    """

    keeps_history = True

    number = models.CharField(_("number"), max_length=40)
    supplier = CompanyForeignKey("parties.Party", verbose_name=_("supplier"))
    currency_code = models.CharField(_("currency"), max_length=3)
    payment_term = CompanyForeignKey("reference.PaymentTerm", null=True, blank=True, verbose_name=_("payment term"))
    valid_from_date = models.DateField(_("valid from"))
    valid_to_date = models.DateField(_("valid to"), null=True, blank=True)
    preferred = models.BooleanField(_("preferred"), default=False)
    blocked = models.BooleanField(_("blocked"), default=False)
    over_fraction = models.DecimalField(_("may be over by"), max_digits=7, decimal_places=6, default=0)
    under_fraction = models.DecimalField(_("may be under by"), max_digits=7, decimal_places=6, default=0)
    shares_stock = models.BooleanField(_("supplier sees stock"), default=False)
    shares_demand = models.BooleanField(_("supplier sees demand"), default=False)
    shares_forecast = models.BooleanField(_("supplier sees forecast"), default=False)
    memo = models.CharField(_("memo"), max_length=200, default="", blank=True)

    class Meta:
        verbose_name = _("agreement")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="purchasing_agreement_number"),
            models.CheckConstraint(
                condition=models.Q(valid_to_date__isnull=True) | models.Q(valid_to_date__gte=models.F("valid_from_date")),
                name="purchasing_agreement_days",
            ),
            models.CheckConstraint(
                condition=models.Q(over_fraction__gte=0, over_fraction__lte=1, under_fraction__gte=0, under_fraction__lte=1),
                name="purchasing_agreement_tolerance",
            ),
            *ExternallyKnown.Meta.constraints,
        ]

    def __str__(self) -> str:
        return self.number


class AgreementLine(CompanyModel):
    """How one product is bought: `unit` holds numerator/denominator of the product's unit as it was signed; quantities are in
    `unit`, and so are the prices of the tiers. `max_quantity` counts for one order line."""

    keeps_history = True

    agreement = CompanyForeignKey(Agreement, related_name="lines")
    sequence = models.SmallIntegerField(default=1)
    supplier = CompanyForeignKey("parties.Party", verbose_name=_("supplier"))
    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    unit = models.CharField(_("unit"), max_length=12)
    unit_numerator = models.BigIntegerField(default=1)
    unit_denominator = models.BigIntegerField(default=1)
    lead_days = models.SmallIntegerField(_("lead days"), default=0)
    min_quantity = quantity_field(verbose_name=_("minimum"), default=0)
    max_quantity = quantity_field(verbose_name=_("maximum"), null=True, blank=True)
    multiple = quantity_field(verbose_name=_("multiple"), default=1)
    supplier_sku = models.CharField(_("supplier's code"), max_length=60, default="", blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("agreement line")
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "agreement", "product", "unit"], name="purchasing_agreementline_product"
            ),
            models.CheckConstraint(
                condition=models.Q(lead_days__gte=0, min_quantity__gte=0, multiple__gt=0), name="purchasing_agreementline_lot"
            ),
            models.CheckConstraint(
                condition=models.Q(max_quantity__isnull=True)
                | models.Q(max_quantity__gte=models.F("min_quantity"), max_quantity__gt=0),
                name="purchasing_agreementline_maximum",
            ),
            models.CheckConstraint(
                condition=models.Q(unit_numerator__gt=0, unit_denominator__gt=0), name="purchasing_agreementline_unit"
            ),
        ]
        indexes = [models.Index(fields=["company_id", "product", "id"], name="purchasing_agreementline_item")]

    def __str__(self) -> str:
        return f"{self.agreement_id}.{self.product_id}"


class PriceTier(CompanyModel):
    """From so many of the line's unit in one order line the unit costs `price`, in the agreement's currency."""

    keeps_history = True

    line = CompanyForeignKey(AgreementLine, related_name="tiers")
    supplier = CompanyForeignKey("parties.Party", verbose_name=_("supplier"))
    from_quantity = quantity_field(verbose_name=_("from"), default=0)
    price = price_field(verbose_name=_("price"))
    valid_from_date = models.DateField(_("valid from"))
    valid_to_date = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "line", "from_quantity", "valid_from_date"], name="purchasing_pricetier_line"
            ),
            models.CheckConstraint(condition=models.Q(price__gte=0, from_quantity__gte=0), name="purchasing_pricetier_price"),
            models.CheckConstraint(
                condition=models.Q(valid_to_date__isnull=True) | models.Q(valid_to_date__gte=models.F("valid_from_date")),
                name="purchasing_pricetier_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_quantity:f}: {self.price:f}"
