from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.pipeline.states import OpportunityStage
from erp.core.fields import CompanyForeignKey, amount_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown


class Opportunity(CompanyModel, ExternallyKnown):
    """Possible business with a customer. `probability` is a fraction; a lost one says why."""

    keeps_history = True

    number = models.CharField(_("number"), max_length=40)
    name = models.CharField(_("subject"), max_length=200)
    customer = CompanyForeignKey("parties.Party", verbose_name=_("customer"))
    stage = models.CharField(_("stage"), max_length=10, choices=OpportunityStage.choices, default=OpportunityStage.NEW)
    expected_amount = amount_field(verbose_name=_("expected amount"))
    probability = models.DecimalField(_("probability"), max_digits=5, decimal_places=4)
    expected_date = models.DateField(_("expected by"), null=True, blank=True)
    lost_reason = models.CharField(_("why lost"), max_length=200, default="", blank=True)
    owner_id = models.BigIntegerField(_("owner"), null=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="pipeline_opportunity_number"),
            models.CheckConstraint(
                condition=models.Q(probability__gte=0, probability__lte=1), name="pipeline_opportunity_probability"
            ),
            models.CheckConstraint(
                condition=~models.Q(stage="lost") | ~models.Q(lost_reason=""), name="pipeline_opportunity_lost_reason"
            ),
            *ExternallyKnown.Meta.constraints,
        ]
        indexes = [models.Index(fields=["company_id", "stage", "id"], name="pipeline_opportunity_stage")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
