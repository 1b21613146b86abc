from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.models import CompanyModel


class AutomaticStep(CompanyModel):
    """One decision to act or not to act by itself, with the rule as it was and the inputs it saw.

    A decision can be re-evaluated from this row alone: `rules.decide(inputs, rules_seen)` gives `allowed` again.
    `event_id` is the cause; one decision per verb, document and cause.
    """

    append_only = True

    verb = models.CharField(_("verb"), max_length=40)
    kind = models.CharField(max_length=40)
    document_id = models.BigIntegerField()
    event_id = models.BigIntegerField()
    allowed = models.BooleanField(_("allowed"))
    rule_id = models.BigIntegerField(null=True)
    rules_seen = models.JSONField()
    inputs = models.JSONField(_("inputs"))
    reason = models.JSONField(_("reason"))
    at = models.DateTimeField(_("at"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "verb", "kind", "document_id", "event_id"], name="automation_step_once"
            ),
        ]
        indexes = [models.Index(fields=["company_id", "kind", "document_id"], name="automation_step_document")]

    def __str__(self) -> str:
        return f"{self.verb} {self.kind} {self.document_id}"
