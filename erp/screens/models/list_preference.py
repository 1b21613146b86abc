from django.db import models

from erp.core.models import CompanyModel

DENSITIES = ("normal", "compact", "touch")


class ListPreference(CompanyModel):
    """How one person likes one list: which columns in which order, their widths, how dense."""

    user_id = models.BigIntegerField()
    list_name = models.CharField(max_length=80)
    columns = models.JSONField(default=list)
    widths = models.JSONField(default=dict)
    density = models.CharField(max_length=8, choices=[(d, d) for d in DENSITIES], default="normal")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company_id", "user_id", "list_name"], name="screens_one_preference_per_list"),
        ]

    def __str__(self) -> str:
        return f"{self.list_name} of user {self.user_id}"
