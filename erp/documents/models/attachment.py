from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.models import CompanyModel


class Attachment(CompanyModel):
    """A file somebody attached to a document. Its bytes lie in the database, behind the same wall as everything else.

    A removed file keeps its row, so that the timeline can tell who had attached and who removed it; its bytes are gone.
    """

    kind = models.CharField(_("kind of document"), max_length=40)
    document_id = models.BigIntegerField(_("document"))
    name = models.CharField(_("file name"), max_length=200)
    media_type = models.CharField(_("media type"), max_length=100)
    size = models.BigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(_("content"))
    actor = models.CharField(_("by"), max_length=60)
    at = models.DateTimeField(_("at"))
    removed_by = models.CharField(_("removed by"), max_length=60, default="")
    removed_at = models.DateTimeField(_("removed at"), null=True)

    class Meta:
        verbose_name = _("file")
        indexes = [models.Index(fields=["company_id", "kind", "document_id", "id"], name="documents_attachment_document")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(removed_at__isnull=False, content=b"") | models.Q(removed_at__isnull=True, removed_by=""),
                name="documents_attachment_removed_is_empty",
            )
        ]

    def __str__(self) -> str:
        return self.name
