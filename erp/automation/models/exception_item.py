from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.models import CompanyModel


class ExceptionItem(CompanyModel):
    """What automation left to a person: which verb on which document, why, whose it is; done with one click.

    `reason` is {"code": ..., "params": {...}}, turned into a sentence in the reader's language.
    """

    keeps_history = True

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        DISMISSED = "dismissed", _("Dismissed")

    verb = models.CharField(_("verb"), max_length=40)
    kind = models.CharField(max_length=40)
    document_id = models.BigIntegerField()
    number = models.CharField(_("document"), max_length=40)
    reason = models.JSONField(_("reason"))
    owner_role = models.CharField(_("owner"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    event_id = models.BigIntegerField()
    raised_at = models.DateTimeField(_("since"))
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.CharField(_("settled by"), max_length=60, default="")

    class Meta:
        verbose_name = _("exception")
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "verb", "kind", "document_id"],
                condition=models.Q(state="open"),
                name="automation_exception_open",
            ),
        ]
        indexes = [models.Index(fields=["company_id", "state", "id"], name="automation_exception_state")]

    def __str__(self) -> str:
        return f"{self.verb} {self.number}"
