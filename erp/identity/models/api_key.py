from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.identity.models.company import Company
from erp.identity.roles import Role


class ApiKey(models.Model):
    """An outside program's key. Only its SHA-256 is kept; it is shown once, when made.

    `role` bounds what it may do; `scopes`, when not empty, narrow it further to the permissions listed. With a `party_id` it is a
    supplier's, and has their role.
    """

    changeable = ("last_used_at", "revoked_at")

    company = models.ForeignKey(Company, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    party_id = models.BigIntegerField(null=True)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("expires at"), null=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role=Role.SUPPLIER, party_id__isnull=False)
                | (~models.Q(role=Role.SUPPLIER) & models.Q(party_id__isnull=True)),
                name="identity_apikey_party",
            )
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"
