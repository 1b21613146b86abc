from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.models import CompanyModel


class Task(CompanyModel):
    """Something a person is to do about a document by a day: call, send, check. Done once, by whom it says."""

    kind = models.CharField(_("kind of document"), max_length=40)
    document_id = models.BigIntegerField(_("document"))
    document_number = models.CharField(_("document"), max_length=80)
    subject = models.CharField(_("task"), max_length=200)
    due_date = models.DateField(_("due"))
    owner_id = models.BigIntegerField(_("person"))
    actor = models.CharField(_("by"), max_length=60)
    at = models.DateTimeField(_("at"))
    done_by = models.CharField(_("done by"), max_length=60, default="")
    done_at = models.DateTimeField(_("done at"), null=True)

    class Meta:
        verbose_name = _("task")
        indexes = [
            models.Index(fields=["company_id", "kind", "document_id", "id"], name="documents_task_document"),
            models.Index(
                fields=["company_id", "owner_id", "due_date"], condition=models.Q(done_at=None), name="documents_task_open"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True, done_by="") | (models.Q(done_at__isnull=False) & ~models.Q(done_by="")),
                name="documents_task_done_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.subject
