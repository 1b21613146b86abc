from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown


class Warehouse(CompanyModel, ExternallyKnown):
    """A place that holds stock: a warehouse or a shop."""

    keeps_history = True

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("warehouse")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "code"], name="inventory_warehouse_code"),
            *ExternallyKnown.Meta.constraints,
        ]

    def __str__(self) -> str:
        return self.name
