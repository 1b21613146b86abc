from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey
from erp.core.models import CompanyModel
from erp.parties.models.party import Party


class Contact(CompanyModel):
    """A person to talk to at a party."""

    keeps_history = True

    party = CompanyForeignKey(Party, related_name="contacts")
    name = models.CharField(_("name"), max_length=120)
    position = models.CharField(_("position"), max_length=80, blank=True, default="")
    email = models.EmailField(_("email"), blank=True, default="")
    phone = models.CharField(_("phone"), max_length=40, blank=True, default="")

    class Meta:
        verbose_name = _("contact")

    def __str__(self) -> str:
        return self.name
