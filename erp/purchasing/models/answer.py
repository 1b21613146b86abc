from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, price_field, quantity_field
from erp.core.models import CompanyModel
from erp.purchasing.models.purchase_order import PurchaseOrder, PurchaseOrderLine


def once(name: str) -> models.UniqueConstraint:
    """A supplier's message that comes twice is one."""
    return models.UniqueConstraint(
        fields=["company_id", "supplier", "message_id"], condition=~models.Q(message_id=""), name=f"purchasing_{name}_message"
    )


class SupplierAnswer(CompanyModel):
    """What a supplier said to one line: they confirm it, or would rather have another quantity, price or date.

    Quantity and price are in the line's unit. `answered_at` is when they said so: an older word that comes later moves nothing.
    """

    append_only = True

    class Kind(models.TextChoices):
        CONFIRM = "confirm", _("Confirmation")
        COUNTER = "counter", _("Counter-proposal")

    order = CompanyForeignKey(PurchaseOrder, related_name="answers")
    line = CompanyForeignKey(PurchaseOrderLine, related_name="answers")
    supplier = CompanyForeignKey("parties.Party", verbose_name=_("supplier"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    quantity = quantity_field(verbose_name=_("quantity"))
    unit_price = price_field(verbose_name=_("price"))
    promised_date = models.DateField(_("promised"))
    remark = models.CharField(_("remark"), max_length=200, default="", blank=True)
    message_id = models.CharField(_("message"), max_length=80, default="", blank=True)
    answered_at = models.DateTimeField(_("answered at"))
    actor = models.CharField(_("by"), max_length=60)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("answer")
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "supplier", "message_id", "line"],
                condition=~models.Q(message_id=""),
                name="purchasing_supplieranswer_message",
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, unit_price__gte=0), name="purchasing_supplieranswer_figures"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.kind}"


class AnswerOutcome(CompanyModel):
    """A counter-proposal was accepted or turned down."""

    append_only = True

    answer = CompanyForeignKey(SupplierAnswer, related_name="outcomes")
    supplier = CompanyForeignKey("parties.Party", verbose_name=_("supplier"))
    accepted = models.BooleanField(_("accepted"))
    actor = models.CharField(_("by"), max_length=60)
    at = models.DateTimeField(_("at"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company_id", "answer"], name="purchasing_answeroutcome_answer")]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.accepted}"


class Advice(CompanyModel):
    """What a supplier says is on its way."""

    append_only = True

    number = models.CharField(_("number"), max_length=40)
    supplier = CompanyForeignKey("parties.Party", verbose_name=_("supplier"))
    order = CompanyForeignKey(PurchaseOrder, related_name="advices", verbose_name=_("purchase order"))
    expected_date = models.DateField(_("expected"))
    reference = models.CharField(_("supplier's reference"), max_length=80, default="", blank=True)
    message_id = models.CharField(_("message"), max_length=80, default="", blank=True)
    actor = models.CharField(_("by"), max_length=60)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("delivery advice")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "number"], name="purchasing_advice_number"),
            once("advice"),
        ]

    def __str__(self) -> str:
        return self.number


class AdviceLine(CompanyModel):
    """So much of an order line, in the product's unit."""

    append_only = True

    advice = CompanyForeignKey(Advice, related_name="lines")
    supplier = CompanyForeignKey("parties.Party", verbose_name=_("supplier"))
    sequence = models.SmallIntegerField()
    order_line = CompanyForeignKey(PurchaseOrderLine, verbose_name=_("order line"))
    quantity = quantity_field(verbose_name=_("quantity"))

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="purchasing_adviceline_quantity")]

    def __str__(self) -> str:
        return f"{self.advice_id}.{self.sequence}"


class OrderMessage(CompanyModel):
    """One message of the conversation with the supplier about an order."""

    append_only = True

    order = CompanyForeignKey(PurchaseOrder, related_name="messages")
    supplier = CompanyForeignKey("parties.Party", verbose_name=_("supplier"))
    text = models.CharField(_("text"), max_length=2000)
    from_supplier = models.BooleanField(default=False)
    message_id = models.CharField(_("message"), max_length=80, default="", blank=True)
    actor = models.CharField(_("by"), max_length=60)
    at = models.DateTimeField(_("at"))

    class Meta:
        constraints = [once("ordermessage")]
        indexes = [models.Index(fields=["company_id", "order", "id"], name="purchasing_ordermessage_order")]

    def __str__(self) -> str:
        return self.text[:40]
