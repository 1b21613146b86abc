from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, quantity_field
from erp.core.models import CompanyModel
from erp.purchasing.models.purchase_order import PurchaseOrderLine
from erp.purchasing.states import RequisitionState
from erp.reference.models import MeasuredLine


class Requisition(CompanyModel):
    """A need that a person writes down. It is ordered when each of its lines stands on an order."""

    keeps_history = True

    number = models.CharField(_("number"), max_length=40)
    state = models.CharField(_("state"), max_length=12, choices=RequisitionState.choices, default=RequisitionState.OPEN)
    warehouse = CompanyForeignKey("inventory.Warehouse", verbose_name=_("warehouse"))
    date = models.DateField(_("date"))
    requested_by = models.CharField(_("requested by"), max_length=60)
    memo = models.CharField(_("memo"), max_length=200, default="", blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("requisition")
        constraints = [models.UniqueConstraint(fields=["company_id", "number"], name="purchasing_requisition_number")]

    def __str__(self) -> str:
        return self.number


class RequisitionLine(CompanyModel, MeasuredLine):
    """So much of a product by a day, from a supplier if one is named; `order_line` is what it became."""

    keeps_history = True

    requisition = CompanyForeignKey(Requisition, related_name="lines")
    sequence = models.SmallIntegerField()
    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    quantity = quantity_field(verbose_name=_("quantity"))
    need_date = models.DateField(_("needed by"))
    supplier = CompanyForeignKey("parties.Party", null=True, blank=True, verbose_name=_("supplier"))
    order_line = CompanyForeignKey(PurchaseOrderLine, null=True, blank=True, verbose_name=_("order line"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="purchasing_requisitionline_quantity"),
            *MeasuredLine.Meta.constraints,
        ]
        indexes = [
            models.Index(
                fields=["company_id", "product", "id"],
                name="purchasing_requested_open",
                condition=models.Q(order_line__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.requisition_id}.{self.sequence}"
