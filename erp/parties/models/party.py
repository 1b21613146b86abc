from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown


class Party(CompanyModel, ExternallyKnown):
    """A person or firm; customer, supplier or both."""

    keeps_history = True

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=200)
    is_customer = models.BooleanField(_("customer"), default=False)
    is_supplier = models.BooleanField(_("supplier"), default=False)
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True, default="")
    email = models.EmailField(_("email"), blank=True, default="")
    phone = models.CharField(_("phone"), max_length=40, blank=True, default="")
    currency = models.ForeignKey("reference.Currency", models.PROTECT, verbose_name=_("currency"), db_index=False)
    payment_term = CompanyForeignKey("reference.PaymentTerm", verbose_name=_("payment term"))
    credit_limit = amount_field(verbose_name=_("credit limit"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "code"], name="parties_party_code"),
            models.CheckConstraint(
                condition=models.Q(credit_limit__isnull=True) | models.Q(credit_limit__gte=0), name="parties_party_credit_limit"
            ),
            *ExternallyKnown.Meta.constraints,
        ]
        indexes = [models.Index(fields=["company_id", "name", "id"], name="parties_party_name")]

    def __str__(self) -> str:
        return self.name
