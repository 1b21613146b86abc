from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey
from erp.core.models import CompanyModel
from erp.parties.models.party import Party


class Address(CompanyModel):
    """Where a party is billed or receives goods."""

    keeps_history = True

    class Purpose(models.TextChoices):
        BILLING = "billing", _("Billing")
        DELIVERY = "delivery", _("Delivery")

    party = CompanyForeignKey(Party, related_name="addresses")
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    street = models.CharField(_("street"), max_length=200, blank=True, default="")
    city = models.CharField(_("city"), max_length=100, blank=True, default="")
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True, default="")
    country = models.CharField(_("country"), max_length=60, blank=True, default="")

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")

    def __str__(self) -> str:
        return ", ".join(part for part in (self.street, self.city, self.country) if part)
