from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.identity.models.company import Company
from erp.identity.models.user import User
from erp.identity.roles import Role


class Membership(models.Model):
    """A user's role in a company. With a `party_id` the user acts for that supplier, and has their role."""

    changeable = ("active", "party_id")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    company = models.ForeignKey(Company, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    party_id = models.BigIntegerField(null=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "company", "role"], name="identity_membership_once"),
            models.CheckConstraint(
                condition=models.Q(role=Role.SUPPLIER, party_id__isnull=False)
                | (~models.Q(role=Role.SUPPLIER) & models.Q(party_id__isnull=True)),
                name="identity_membership_party",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} @ {self.company_id}"
