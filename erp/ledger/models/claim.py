from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import amount_field, price_field, quantity_field, rate_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown


class Claim(CompanyModel, ExternallyKnown):
    """What the documents have in common that say who owes whom what for lines: an invoice (a claim on a customer), a credit
    note (a claim given up). Amounts are positive in each; nothing of it changes once posted. `company_total` is what the
    party's account moves by, in company currency. Whose claim it is, a field of each kind names."""

    append_only = True
    stored_totals = ("net", "tax", "total", "company_total")

    number = models.CharField(_("number"), max_length=40)
    date = models.DateField(_("date"))
    currency_code = models.CharField(_("currency"), max_length=3)
    rate = rate_field()
    prices_include_tax = models.BooleanField(_("prices include tax"), default=False)
    net = amount_field(verbose_name=_("net"))
    tax = amount_field(verbose_name=_("tax"))
    total = amount_field(verbose_name=_("total"))
    company_total = amount_field()
    actor = models.CharField(_("by"), max_length=60)
    posted_at = models.DateTimeField(_("posted at"))

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="%(app_label)s_%(class)s_number"),
            models.CheckConstraint(
                condition=models.Q(total=models.F("net") + models.F("tax")), name="%(app_label)s_%(class)s_total"
            ),
            *ExternallyKnown.Meta.constraints,
        ]
        indexes = [models.Index(fields=["company_id", "date", "id"], name="%(app_label)s_%(class)s_date")]

    def __str__(self) -> str:
        return self.number


class ClaimLine(CompanyModel):
    """A line as it was posted; its rate and rounding never change."""

    append_only = True

    sequence = models.SmallIntegerField()
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
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(total=models.F("net") + models.F("tax")), name="%(app_label)s_%(class)s_total"
            )
        ]
