from django.db import models

from erp.core.models import CompanyModel


class Follower(CompanyModel):
    """A person who wants to hear of a document. News is what happened to it after what they have seen: nothing is copied."""

    kind = models.CharField(max_length=40)
    document_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    seen_event_id = models.BigIntegerField()
    seen_comment_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company_id", "user_id", "kind", "document_id"], name="documents_follower_once"),
        ]

    def __str__(self) -> str:
        return f"user {self.user_id} of {self.kind} {self.document_id}"
