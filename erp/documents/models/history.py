from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.models import CompanyModel


class History(CompanyModel):
    """One change of a mutable row, written by trigger: {"field": [old, new]}; for a deletion the whole old row."""

    append_only = True

    table_name = models.CharField(_("record"), max_length=63)
    row_id = models.BigIntegerField()
    action = models.CharField(max_length=6)
    changes = models.JSONField(_("changes"))
    actor = models.CharField(_("by"), max_length=60)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name_plural = _("history")
        indexes = [models.Index(fields=["company_id", "table_name", "row_id", "id"], name="documents_history_row")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} {self.action}"
