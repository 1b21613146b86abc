from django.db import models
from django.utils.translation import gettext_lazy as _


class ExternallyKnown(models.Model):
    """A record that an outside system knows by its own reference, unique per source."""

    external_source = models.CharField(_("source"), max_length=40, default="", blank=True)
    external_ref = models.CharField(_("external reference"), max_length=120, default="", blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "external_source", "external_ref"],
                condition=~models.Q(external_ref=""),
                name="%(app_label)s_%(class)s_external_ref",
            )
        ]
