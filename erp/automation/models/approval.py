from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field
from erp.core.models import CompanyModel


class ApprovalPolicy(CompanyModel):
    """Documents of a kind from an amount on (company currency) need approval. Of several policies that fit, the one that begins
    at the highest amount counts.

    `stages` are asked one after another: [{"roles": ["buyer"], "needs": "any"}, ...]; of a stage one of the roles is enough
    (any) or each has to agree (all).
    """

    keeps_history = True

    kind = models.CharField(_("kind"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    from_amount = amount_field(verbose_name=_("from"))
    stages = models.JSONField(_("stages"))
    valid_from_date = models.DateField(_("valid from"))
    valid_to_date = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("approval policy")
        constraints = [
            models.CheckConstraint(condition=models.Q(from_amount__gte=0), name="automation_approvalpolicy_amount"),
        ]
        indexes = [models.Index(fields=["company_id", "kind"], name="automation_approvalpolicy_kind")]

    def __str__(self) -> str:
        return self.name


class ApprovalRequest(CompanyModel):
    """A document that waits for approval, or waited. `stages` are those of its policy when it was asked for; `stage` is the one
    that is asked now, counted from 0. `asked_by` is the actor who made the document: nobody approves their own."""

    keeps_history = True

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for approval")
        GRANTED = "granted", _("Approved")
        REFUSED = "refused", _("Not approved")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    number = models.CharField(_("number"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    kind = models.CharField(_("kind"), max_length=40)
    document_id = models.BigIntegerField()
    document_number = models.CharField(_("document"), max_length=40)
    amount = amount_field(verbose_name=_("amount"))
    policy = CompanyForeignKey(ApprovalPolicy, verbose_name=_("approval policy"))
    stages = models.JSONField(_("stages"))
    stage = models.SmallIntegerField(_("stage"), default=0)
    asked_by = models.CharField(_("asked by"), max_length=60)
    asked_at = models.DateTimeField(_("asked at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("approval")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="automation_approval_number"),
            models.UniqueConstraint(
                fields=["company_id", "kind", "document_id"],
                condition=models.Q(state="pending"),
                name="automation_approval_pending",
            ),
        ]
        indexes = [models.Index(fields=["company_id", "kind", "document_id"], name="automation_approval_document")]

    def __str__(self) -> str:
        return self.number


class ApprovalAnswer(CompanyModel):
    """What somebody said at a stage, for a role: their own, or that of the user (`for_user_id`) who delegated it."""

    append_only = True

    request = CompanyForeignKey(ApprovalRequest, related_name="answers")
    stage = models.SmallIntegerField(_("stage"))
    role = models.CharField(_("role"), max_length=20)
    approved = models.BooleanField(_("approved"))
    comment = models.CharField(_("comment"), max_length=500, default="", blank=True)
    actor = models.CharField(_("by"), max_length=60)
    for_user_id = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company_id", "request", "stage", "role"], name="automation_approvalanswer_once")
        ]

    def __str__(self) -> str:
        return f"{self.request_id}.{self.stage} {self.role}"


class Delegation(CompanyModel):
    """Somebody answers for somebody else (users of the company) between two days, both included, unless it was ended before."""

    keeps_history = True

    from_user_id = models.BigIntegerField()
    to_user_id = models.BigIntegerField()
    first_date = models.DateField(_("first day"))
    last_date = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200, default="", blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("delegation")
        constraints = [
            models.CheckConstraint(condition=models.Q(last_date__gte=models.F("first_date")), name="automation_delegation_days"),
            models.CheckConstraint(condition=~models.Q(from_user_id=models.F("to_user_id")), name="automation_delegation_other"),
        ]
        indexes = [models.Index(fields=["company_id", "to_user_id", "last_date"], name="automation_delegation_to")]

    def __str__(self) -> str:
        return f"{self.from_user_id} > {self.to_user_id}"
