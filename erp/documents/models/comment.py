from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.models import CompanyModel


class Comment(CompanyModel):
    """What a person wrote about a document. Kept as written; a correction is another comment."""

    append_only = True

    kind = models.CharField(max_length=40)
    document_id = models.BigIntegerField()
    body = models.TextField(_("comment"))
    actor = models.CharField(_("by"), max_length=60)
    at = models.DateTimeField(_("at"))

    class Meta:
        indexes = [models.Index(fields=["company_id", "kind", "document_id", "id"], name="documents_comment_document")]

    def __str__(self) -> str:
        return self.body[:40]
