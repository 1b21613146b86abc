from django.db import models
from django.utils.translation import gettext_lazy as _


class Company(models.Model):
    """One set of books behind one wall."""

    changeable = ("events_forgotten_to",)

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    currency_code = models.CharField(_("currency"), max_length=3)
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    country = models.CharField(_("country"), max_length=2, blank=True, default="")
    created_at = models.DateTimeField()
    # Since then nobody works in it here: it has moved to another database.
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    # Up to this event the relay's done deliveries are deleted.
    events_forgotten_to = models.BigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
