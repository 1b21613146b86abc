from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, quantity_field
from erp.core.models import CompanyModel

HOLDS = models.Q(until_run__isnull=True)
ENDED = models.Q(until_run__isnull=False)


class PlanRun(CompanyModel):
    """One working out of the plan of a warehouse: of all items, or of those that something changed and all below them."""

    append_only = True

    class Kind(models.TextChoices):
        FULL = "full", _("Full")
        NET_CHANGE = "net_change", _("Net change")

    number = models.CharField(_("number"), max_length=40)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    warehouse = CompanyForeignKey("inventory.Warehouse", verbose_name=_("warehouse"))
    reason = models.CharField(_("reason"), max_length=200, default="", blank=True)
    items_planned = models.IntegerField(_("items"))
    proposals_open = models.IntegerField(_("proposals"))
    actor = models.CharField(_("by"), max_length=60)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("plan run")
        constraints = [models.UniqueConstraint(fields=["company_id", "number"], name="planning_planrun_number")]

    def __str__(self) -> str:
        return self.number


class PlanItem(CompanyModel):
    """What a run found of one item, in the product's unit: what is wanted of it, what there is and is coming, what is missing and
    what was planned for that. `level` is the longest way down to it from what goes into nothing.

    `ends` says what is left after each bucket in which something is wanted (millionths, by its first day; see Netted). `buckets`
    are those that alone were netted, None where it was the whole item."""

    run = CompanyForeignKey(PlanRun, related_name="items")
    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    level = models.SmallIntegerField(_("level"))
    gross = quantity_field(verbose_name=_("gross"))
    on_hand = quantity_field(verbose_name=_("on hand"))
    scheduled = quantity_field(verbose_name=_("on the way"))
    safety = quantity_field(verbose_name=_("safety stock"))
    net = quantity_field(verbose_name=_("net"))
    planned = quantity_field(verbose_name=_("planned"))
    planned_kind = models.CharField(_("how"), max_length=8)
    ends = models.JSONField(default=dict)
    buckets = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company_id", "run", "product"], name="planning_planitem_product")]
        indexes = [models.Index(fields=["company_id", "product", "run"], name="planning_planitem_last")]

    def __str__(self) -> str:
        return f"{self.run_id}.{self.product_id}"


class Peg(CompanyModel):
    """A part of a requirement and the part of a supply that serves it, in the product's unit. Both ends are named by kind and id;
    for what is no document (stock, safety stock, excess, nothing) by the product. `bucket` is the one in which it is wanted.

    It holds from the run that found it until one that finds it otherwise (see findings)."""

    run = CompanyForeignKey(PlanRun, related_name="pegs")
    until_run = CompanyForeignKey(PlanRun, null=True, sought=False, related_name="ended_pegs")
    product = CompanyForeignKey("catalog.Product", sought=False, verbose_name=_("product"))
    quantity = quantity_field()
    demand_kind = models.CharField(max_length=40)
    demand_id = models.BigIntegerField()
    demand_line = models.BigIntegerField(default=0)
    demand_date = models.DateField(null=True)
    supply_kind = models.CharField(max_length=40)
    supply_id = models.BigIntegerField()
    supply_line = models.BigIntegerField(default=0)
    supply_date = models.DateField(null=True)
    late_days = models.IntegerField(default=0)
    bucket = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["company_id", "product", "bucket"], condition=HOLDS, name="planning_peg_bucket"),
            models.Index(fields=["company_id", "demand_kind", "demand_id"], condition=HOLDS, name="planning_peg_demand"),
            models.Index(fields=["company_id", "supply_kind", "supply_id"], name="planning_peg_supply"),
            models.Index(fields=["company_id", "until_run"], condition=ENDED, name="planning_peg_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.demand_kind} < {self.supply_kind}"


class PlanMessage(CompanyModel):
    """What a run tells people about an item: what is late, too early, too much, or has no source. It holds until a run does not
    find it any more."""

    run = CompanyForeignKey(PlanRun, related_name="messages")
    until_run = CompanyForeignKey(PlanRun, null=True, sought=False, related_name="ended_messages")
    product = CompanyForeignKey("catalog.Product", sought=False, verbose_name=_("product"))
    code = models.CharField(max_length=20)
    quantity = quantity_field()
    date = models.DateField(null=True)
    better_date = models.DateField(null=True)
    days = models.IntegerField(default=0)
    document_kind = models.CharField(max_length=40, default="")
    document_id = models.BigIntegerField(null=True)
    path = models.JSONField(default=list)
    bucket = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["company_id", "product", "bucket"], condition=HOLDS, name="planning_planmessage_bucket"),
            models.Index(fields=["company_id", "until_run"], condition=ENDED, name="planning_planmessage_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.product_id}"
