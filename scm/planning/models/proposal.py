from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, quantity_field
from erp.core.models import CompanyModel
from scm.planning.models.plan_run import PlanRun


class Proposal(CompanyModel):
    """So much of a product to be bought or made by a day. Of one product, warehouse, kind and day there is one open proposal: a
    run changes it, or withdraws it when it is not needed any more. `choice` says why this supplier; `document_*` is what it
    became when it was accepted."""

    keeps_history = True

    class Kind(models.TextChoices):
        BUY = "buy", _("Buy")
        MAKE = "make", _("Make")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        FIRM = "firm", _("Firm")
        ACCEPTED = "accepted", _("Accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    number = models.CharField(_("number"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    warehouse = CompanyForeignKey("inventory.Warehouse", verbose_name=_("warehouse"))
    quantity = quantity_field(verbose_name=_("quantity"))
    need_date = models.DateField(_("needed by"))
    start_date = models.DateField(_("start"))
    supplier = CompanyForeignKey("parties.Party", null=True, verbose_name=_("supplier"))
    agreement_line = CompanyForeignKey("purchasing.AgreementLine", null=True)
    choice = models.JSONField(default=dict)
    run = CompanyForeignKey(PlanRun, related_name="proposals", verbose_name=_("plan run"))
    document_kind = models.CharField(max_length=40, default="", blank=True)
    document_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("proposal")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="planning_proposal_number"),
            models.UniqueConstraint(
                fields=["company_id", "product", "warehouse", "kind", "need_date"],
                condition=models.Q(state="open"),
                name="planning_proposal_once",
            ),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="planning_proposal_quantity"),
        ]
        indexes = [
            models.Index(fields=["company_id", "run", "id"], name="planning_proposal_run"),
            models.Index(
                fields=["company_id", "document_kind", "document_id"],
                condition=models.Q(document_id__isnull=False),
                name="planning_proposal_document",
            ),
        ]

    def __str__(self) -> str:
        return self.number
