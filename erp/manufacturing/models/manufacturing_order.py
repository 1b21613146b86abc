from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field, quantity_field
from erp.core.models import CompanyModel
from erp.manufacturing.models.bill_of_materials import BillOfMaterials
from erp.manufacturing.states import ManufacturingOrderState


class ManufacturingOrder(CompanyModel):
    """So much of a product to be made. Its components were copied from the bill of materials when it was placed. `wip` is the
    cost that lies in it, in company currency; of a closed order nothing does."""

    keeps_history = True
    stored_totals = ("completed", "scrapped", "wip")

    number = models.CharField(_("number"), max_length=40)
    state = models.CharField(
        _("state"), max_length=12, choices=ManufacturingOrderState.choices, default=ManufacturingOrderState.PLANNED
    )
    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    bom = CompanyForeignKey(BillOfMaterials, verbose_name=_("bill of materials"))
    warehouse = CompanyForeignKey("inventory.Warehouse", verbose_name=_("warehouse"))
    quantity = quantity_field(verbose_name=_("quantity"))
    completed = quantity_field(verbose_name=_("completed"), default=0)
    scrapped = quantity_field(verbose_name=_("scrapped"), default=0)
    wip = amount_field(verbose_name=_("work in progress"), default=0)
    date = models.DateField(_("date"))
    start_date = models.DateField(_("start"))
    due_date = models.DateField(_("due"))
    first_due_date = models.DateField(_("first due"))
    priority = models.SmallIntegerField(_("priority"), default=0)
    source_kind = models.CharField(max_length=40, default="", blank=True)
    source_id = models.BigIntegerField(null=True, blank=True)
    actor = models.CharField(_("by"), max_length=60)
    placed_at = models.DateTimeField(_("placed at"))
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("manufacturing order")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="manufacturing_order_number"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, completed__gte=0, scrapped__gte=0, wip__gte=0)
                & models.Q(quantity__gte=models.F("completed") + models.F("scrapped")),
                name="manufacturing_order_quantities",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ManufacturingOrderState.CLOSED) | models.Q(wip=0), name="manufacturing_order_closed"
            ),
        ]
        indexes = [
            models.Index(fields=["company_id", "state", "id"], name="manufacturing_order_state"),
            models.Index(
                fields=["company_id", "product", "id"],
                name="manufacturing_order_open",
                condition=models.Q(state__in=["planned", "released", "in_progress"]),
            ),
            models.Index(fields=["company_id", "source_kind", "source_id"], name="manufacturing_order_source"),
        ]

    def __str__(self) -> str:
        return self.number


class ComponentLine(CompanyModel):
    """What an order takes of a component, in its unit: reserved when it is released, issued when it begins. What came back is
    not issued any more."""

    keeps_history = True
    stored_totals = ("reserved", "issued")

    order = CompanyForeignKey(ManufacturingOrder, related_name="components")
    sequence = models.SmallIntegerField()
    product = CompanyForeignKey("catalog.Product", verbose_name=_("component"))
    required = quantity_field(verbose_name=_("required"))
    reserved = quantity_field(verbose_name=_("reserved"), default=0)
    issued = quantity_field(verbose_name=_("issued"), default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(required__gt=0, reserved__gte=0, issued__gte=0)
                & models.Q(required__gte=models.F("reserved") + models.F("issued")),
                name="manufacturing_component_open",
            )
        ]
        indexes = [
            models.Index(
                fields=["company_id", "product", "order"],
                name="manufacturing_component_wait",
                condition=models.Q(required__gt=models.F("issued") + models.F("reserved")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id}.{self.sequence}"
