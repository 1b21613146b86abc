from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, amount_field, quantity_field
from erp.core.models import CompanyModel
from erp.purchasing.models.answer import AdviceLine
from erp.purchasing.models.purchase_order import PurchaseOrder, PurchaseOrderLine


class GoodsReceiptLine(CompanyModel):
    """What arrived of an order line, what of it was kept and what refused at the door; quantities in the product's unit.

    `value` is what was kept at the order's price, in company currency. Where everything was refused there is no receipt.
    """

    append_only = True

    receipt = CompanyForeignKey("inventory.Receipt", null=True, related_name="goods", verbose_name=_("receipt"))
    order_line = CompanyForeignKey(PurchaseOrderLine, related_name="receipts", verbose_name=_("order line"))
    advice_line = CompanyForeignKey(AdviceLine, null=True, verbose_name=_("advice"))
    supplier = CompanyForeignKey("parties.Party", verbose_name=_("supplier"))
    date = models.DateField(_("date"))
    arrived = quantity_field(verbose_name=_("arrived"))
    accepted = quantity_field(verbose_name=_("accepted"))
    rejected = quantity_field(verbose_name=_("rejected"), default=0)
    reason = models.CharField(_("reason"), max_length=200, default="", blank=True)
    value = amount_field(verbose_name=_("value"))
    actor = models.CharField(_("by"), max_length=60)
    at = models.DateTimeField(_("at"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(arrived=models.F("accepted") + models.F("rejected"), arrived__gt=0)
                & models.Q(accepted__gte=0, rejected__gte=0),
                name="purchasing_goodsreceiptline_arrived",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_line_id}: {self.accepted:f}"


class ClearingFact(CompanyModel):
    """One step of what is received and not billed (GR/IR), of an order line or of a receipt line without an order.

    `quantity` is in the product's unit and `amount` in company currency, both positive where goods came before the bill.
    """

    append_only = True

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Receipt")
        BILL = "bill", _("Vendor bill")
        RETURN = "return", _("Return")
        CREDIT = "vendor_credit", _("Vendor credit note")
        WRITE_OFF = "write_off", _("Written off")

    order_line = CompanyForeignKey(PurchaseOrderLine, null=True, related_name="clearing", verbose_name=_("order line"))
    receipt_line = CompanyForeignKey("inventory.ReceiptLine", null=True, related_name="clearing", verbose_name=_("receipt line"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    quantity = quantity_field(verbose_name=_("quantity"))
    amount = amount_field(verbose_name=_("amount"))
    document_kind = models.CharField(max_length=40)
    document_id = models.BigIntegerField()
    date = models.DateField(_("date"))
    at = models.DateTimeField(_("at"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(order_line__isnull=False, receipt_line__isnull=True)
                | models.Q(order_line__isnull=True, receipt_line__isnull=False),
                name="purchasing_clearingfact_one_line",
            )
        ]
        indexes = [models.Index(fields=["company_id", "date", "id"], name="purchasing_clearingfact_date")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount:f}"


class PurchaseReturn(CompanyModel):
    """Goods that went back to a supplier after they had been taken in. `value` is what they were worth on the shelf."""

    append_only = True

    number = models.CharField(_("number"), max_length=40)
    order = CompanyForeignKey(PurchaseOrder, related_name="returns", verbose_name=_("purchase order"))
    supplier = CompanyForeignKey("parties.Party", verbose_name=_("supplier"))
    warehouse = CompanyForeignKey("inventory.Warehouse", verbose_name=_("warehouse"))
    date = models.DateField(_("date"))
    reason = models.CharField(_("reason"), max_length=200, default="", blank=True)
    value = amount_field(verbose_name=_("value"))
    actor = models.CharField(_("by"), max_length=60)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("return to supplier")
        verbose_name_plural = _("returns to suppliers")
        constraints = [models.UniqueConstraint(fields=["company_id", "number"], name="purchasing_return_number")]

    def __str__(self) -> str:
        return self.number


class PurchaseReturnLine(CompanyModel):
    """What went back of an order line: `cost` came out of stock, `agreed` is owed back at the order's price; company currency."""

    append_only = True

    purchase_return = CompanyForeignKey(PurchaseReturn, related_name="lines")
    supplier = CompanyForeignKey("parties.Party", verbose_name=_("supplier"))
    sequence = models.SmallIntegerField()
    order_line = CompanyForeignKey(PurchaseOrderLine, related_name="returns", verbose_name=_("order line"))
    quantity = quantity_field(verbose_name=_("quantity"))
    cost = amount_field(verbose_name=_("cost"))
    agreed = amount_field(verbose_name=_("agreed"))

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="purchasing_returnline_quantity")]

    def __str__(self) -> str:
        return f"{self.purchase_return_id}.{self.sequence}"
