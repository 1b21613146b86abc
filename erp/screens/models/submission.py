from django.db import models

from erp.core.models import CompanyModel


class Submission(CompanyModel):
    """A form that was sent, by the token drawn into it: the second press of the same button finds the first."""

    token = models.UUIDField()
    actor = models.CharField(max_length=60)
    actor_label = models.CharField(max_length=200, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company_id", "token"], name="screens_submission_once")]

    def __str__(self) -> str:
        return f"{self.token} by {self.actor}"
