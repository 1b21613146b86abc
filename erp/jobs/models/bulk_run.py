from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.models import CompanyModel


class BulkRun(CompanyModel):
    """What somebody asked for on many rows of a list: the verb and the rows as they were ticked. Its job does it."""

    append_only = True

    list_name = models.CharField(_("list"), max_length=80)
    verb = models.CharField(_("action"), max_length=40)
    row_ids = models.JSONField(_("rows"))
    user_id = models.BigIntegerField(_("person"))
    language = models.CharField(max_length=10)
    at = models.DateTimeField(_("at"))

    def __str__(self) -> str:
        return f"{self.verb} on {self.list_name}"
