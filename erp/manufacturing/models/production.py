from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field, quantity_field
from erp.core.models import CompanyModel
from erp.manufacturing.models.manufacturing_order import ComponentLine, ManufacturingOrder


class ProductionIssue(CompanyModel):
    """Components that went into an order, or came back from it; `value` is what they cost, in company currency."""

    append_only = True
    stored_totals = ("value",)

    class Kind(models.TextChoices):
        ISSUE = "issue", _("Issue")
        RETURN = "return", _("Return")

    number = models.CharField(_("number"), max_length=40)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.ISSUE)
    order = CompanyForeignKey(ManufacturingOrder, related_name="issues", verbose_name=_("manufacturing order"))
    warehouse = CompanyForeignKey("inventory.Warehouse", verbose_name=_("warehouse"))
    date = models.DateField(_("date"))
    value = amount_field(verbose_name=_("value"))
    actor = models.CharField(_("by"), max_length=60)
    posted_at = models.DateTimeField(_("posted at"))

    class Meta:
        verbose_name = _("issue to production")
        verbose_name_plural = _("issues to production")
        constraints = [models.UniqueConstraint(fields=["company_id", "number"], name="manufacturing_issue_number")]

    def __str__(self) -> str:
        return self.number


class ProductionIssueLine(CompanyModel):
    """So much of a component at what it cost."""

    append_only = True

    issue = CompanyForeignKey(ProductionIssue, related_name="lines")
    sequence = models.SmallIntegerField()
    component = CompanyForeignKey(ComponentLine, related_name="issues")
    product = CompanyForeignKey("catalog.Product", verbose_name=_("component"))
    quantity = quantity_field(verbose_name=_("quantity"))
    cost = amount_field(verbose_name=_("cost"))

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="manufacturing_issueline_quantity")]

    def __str__(self) -> str:
        return f"{self.issue_id}.{self.sequence}"


class ProductionCompletion(CompanyModel):
    """What came out of an order: `good` into stock at `value`, `scrapped` at `scrap_value`, which is 0 where the scrap is
    expected and the good units carry its cost."""

    append_only = True

    number = models.CharField(_("number"), max_length=40)
    order = CompanyForeignKey(ManufacturingOrder, related_name="completions", verbose_name=_("manufacturing order"))
    warehouse = CompanyForeignKey("inventory.Warehouse", verbose_name=_("warehouse"))
    date = models.DateField(_("date"))
    good = quantity_field(verbose_name=_("good"))
    scrapped = quantity_field(verbose_name=_("scrapped"), default=0)
    expected_scrap = models.BooleanField(_("expected scrap"), default=False)
    scrap_reason = models.CharField(_("reason"), max_length=200, default="", blank=True)
    value = amount_field(verbose_name=_("value"))
    scrap_value = amount_field(verbose_name=_("value of scrap"))
    actor = models.CharField(_("by"), max_length=60)
    posted_at = models.DateTimeField(_("posted at"))

    class Meta:
        verbose_name = _("completion")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="manufacturing_completion_number"),
            models.CheckConstraint(
                condition=models.Q(good__gte=0, scrapped__gte=0) & ~models.Q(good=0, scrapped=0),
                name="manufacturing_completion_some",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class WipFact(CompanyModel):
    """One step of the cost that lies in an order, in company currency: issues raise it; what comes out or back and the close
    lower it."""

    append_only = True

    class Kind(models.TextChoices):
        ISSUE = "issue", _("Issue")
        RETURN = "return", _("Return")
        COMPLETE = "complete", _("Completion")
        SCRAP = "scrap", _("Scrap")
        CLOSE = "close", _("Close")

    order = CompanyForeignKey(ManufacturingOrder, related_name="wip_facts")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount = amount_field()
    document_kind = models.CharField(max_length=40)
    document_id = models.BigIntegerField()
    date = models.DateField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.amount:f}"
