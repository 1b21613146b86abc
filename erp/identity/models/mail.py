from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from erp.identity.models.company import Company


class Mail(models.Model):
    """A mail that is to go out: a row first, sent by the worker after commit, at least once.

    Whether anybody has the address is asked when it is sent, and the link in it is made then: a request does the same
    work for a known address as for an unknown one, and no link that opens a door lies in the database. `site` is where
    the link leads to. At most one mail of a kind waits for an address.
    """

    changeable = ("state", "attempts", "available_at", "sent_at", "last_error")
    forgettable = True

    class Kind(models.TextChoices):
        PASSWORD_RESET = "password_reset", _("New password")
        INVITATION = "invitation", _("Invitation")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        NOBODY = "nobody", _("Nobody has this address")
        FAILED = "failed", _("Failed")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    address = models.CharField(_("email address"), max_length=254)
    site = models.CharField(max_length=300)
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    company = models.ForeignKey(Company, models.CASCADE, null=True)
    inviter = models.CharField(max_length=150, default="")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.SmallIntegerField(default=0)
    available_at = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")

    class Meta:
        verbose_name = _("mail")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "address"], condition=Q(state="waiting", company=None), name="identity_mail_waits_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "address", "company"], condition=Q(state="waiting"), name="identity_mail_invites_once"
            ),
        ]
        indexes = [models.Index(fields=["available_at"], condition=Q(state="waiting"), name="identity_mail_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
