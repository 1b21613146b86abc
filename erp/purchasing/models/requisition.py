from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, quantity_field
from erp.core.models import CompanyModel
from erp.documents.models import ExternallyKnown
from erp.purchasing.models.purchase_order import PurchaseOrderLine
from erp.purchasing.states import RequisitionState
from erp.reference.models import MeasuredLine


class Requisition(CompanyModel, ExternallyKnown):
    """What somebody in the house asks the buyers for, to come to one warehouse."""

    keeps_history = True

    number = models.CharField(_("number"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=RequisitionState.choices, default=RequisitionState.OPEN)
    warehouse = CompanyForeignKey("inventory.Warehouse", verbose_name=_("warehouse"))
    date = models.DateField(_("date"))
    memo = models.CharField(_("memo"), max_length=200, default="", blank=True)
    requested_by = models.CharField(_("requested by"), max_length=60)
    requested_at = models.DateTimeField(_("requested at"))

    class Meta:
        verbose_name = _("requisition")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="purchasing_requisition_number"),
            *ExternallyKnown.Meta.constraints,
        ]
        indexes = [models.Index(fields=["company_id", "state", "id"], name="purchasing_requisition_state")]

    def __str__(self) -> str:
        return self.number


class RequisitionLine(CompanyModel, MeasuredLine):
    """So much of a product by a day; `supplier` is from whom, where that matters to who asks.

    `order_line` is what was ordered for it: the first of several where the agreement's maximum splits them. They all name this
    line as their source. A line without one is still wanted as long as its requisition is open.
    """

    keeps_history = True

    requisition = CompanyForeignKey(Requisition, related_name="lines")
    sequence = models.SmallIntegerField()
    product = CompanyForeignKey("catalog.Product", verbose_name=_("product"))
    quantity = quantity_field(verbose_name=_("quantity"))
    need_date = models.DateField(_("needed by"))
    supplier = CompanyForeignKey("parties.Party", null=True, blank=True, verbose_name=_("supplier"))
    order_line = CompanyForeignKey(PurchaseOrderLine, null=True, blank=True, related_name="requisition_lines")

    class Meta:
        verbose_name = _("requisition line")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "requisition", "sequence"], name="purchasing_reqline_sequence"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="purchasing_reqline_quantity"),
            *MeasuredLine.Meta.constraints,
        ]

    def __str__(self) -> str:
        return f"{self.requisition_id}.{self.sequence}"
