from django.db import models

from erp.core.models import CompanyModel


class IdempotencyRecord(CompanyModel):
    """The answer given to a POST with an Idempotency-Key, written in the same transaction as its effect."""

    principal = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.SmallIntegerField(null=True)
    body = models.JSONField(null=True)
    location = models.CharField(max_length=400, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company_id", "principal", "key"], name="identity_idempotency_once")]
        indexes = [models.Index(fields=["company_id", "created_at"], name="identity_idempotency_age")]

    def __str__(self) -> str:
        return self.key
