from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey
from erp.core.models import CompanyModel


class Activity(CompanyModel):
    """One entry of a customer's timeline, told by an event; the cause makes a replay harmless."""

    append_only = True

    customer = CompanyForeignKey("parties.Party", verbose_name=_("customer"))
    consumer = models.CharField(max_length=80)
    event_id = models.BigIntegerField()
    type = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    document_id = models.BigIntegerField()
    document_number = models.CharField(_("document"), max_length=40)
    details = models.JSONField(default=dict)
    actor = models.CharField(_("by"), max_length=60)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("activity")
        constraints = [models.UniqueConstraint(fields=["company_id", "consumer", "event_id"], name="customers_activity_cause")]
        indexes = [models.Index(fields=["company_id", "customer", "at", "id"], name="customers_activity_timeline")]

    def __str__(self) -> str:
        return f"{self.type} {self.document_number}"
