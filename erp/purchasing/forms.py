"""The forms of buying: the head of an order, goods that came in, a bill."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.core.money import plain
from erp.inventory.forms import StockForm
from erp.parties.models import Party
from erp.payables.models import VendorBill
from erp.purchasing.drafts import BillDraft, BillLineDraft, OrderReceipt, PurchaseReturnDraft, ReceivedLine, ReturnedLine
from erp.purchasing.models import PurchaseOrder, PurchaseOrderLine
from erp.reference.rules import Measure, state_quantity
from erp.screens.numbers import NumberField

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class OrderHeadForm(StockForm):
    """From whom, where to, for when."""

    field_order = ("supplier", "warehouse", "date", "requested_date")
    supplier = forms.CharField(label=_("Supplier code"), max_length=40)
    date = forms.DateField(label=_("Date"), widget=DATE)
    requested_date = forms.DateField(label=_("Wanted by"), widget=DATE)

    def clean_supplier(self) -> Party:
        code = self.cleaned_data["supplier"].strip()
        supplier = Party.objects.filter(code__iexact=code, is_supplier=True).first()
        if supplier is None:
            raise forms.ValidationError(_("There is no supplier with this code. Check it in the list of parties."))
        return supplier


class RequisitionHeadForm(StockForm):
    """Where to, for when, and from whom if only one will do."""

    field_order = ("warehouse", "date", "need_date", "supplier", "memo")
    date = forms.DateField(label=_("Date"), widget=DATE)
    need_date = forms.DateField(label=_("Needed by"), widget=DATE)
    supplier = forms.CharField(label=_("Only from supplier"), max_length=40, required=False, help_text=_("Empty: the best one."))
    memo = forms.CharField(label=_("What for"), max_length=200, required=False)

    def clean_supplier(self) -> Party | None:
        code = self.cleaned_data["supplier"].strip()
        supplier = Party.objects.filter(code__iexact=code, is_supplier=True).first() if code else None
        if code and supplier is None:
            raise forms.ValidationError(_("There is no supplier with this code. Check it, or leave the field empty."))
        return supplier


class Sheet(forms.Form):
    """Inputs on the lines of an order, each with the line it belongs to."""

    lines: Sequence[PurchaseOrderLine]

    def number(self, name: str, label: str, *, initial: Decimal | None = None, most: Decimal | None = None) -> None:
        attrs = {"size": "8"} | ({} if most is None else {"data-all": plain(most)})
        self.fields[name] = NumberField(
            label=label, required=False, min_value=0, max_digits=20, decimal_places=6, widget=forms.TextInput(attrs=attrs)
        )
        if initial is not None:
            self.initial[name] = plain(initial)


class ReceivingForm(Sheet):
    """What arrived of each open line, in the unit in which it was ordered where that comes out even, and what of it is refused at
    the door. What was advised is filled in. Empty means nothing came of it."""

    date = forms.DateField(label=_("Date"), widget=DATE)

    def __init__(
        self,
        *args: Any,
        order: PurchaseOrder,
        lines: Sequence[PurchaseOrderLine],
        advised: Mapping[int, tuple[int, Decimal]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.order, self.advised = order, advised
        self.lines = [line for line in lines if not line.closed_short and line.quantity > line.received]
        for line in self.lines:
            sku, advice = line.product.sku, advised.get(line.pk)
            initial = _stated(line, advice[1]).entered if advice else None
            self.number(f"arrived_{line.pk}", _("%(sku)s, arrived") % {"sku": sku}, initial=initial, most=_open(line).entered)
            self.number(f"rejected_{line.pk}", _("%(sku)s, rejected") % {"sku": sku})
            self.fields[f"reason_{line.pk}"] = forms.CharField(
                label=_("%(sku)s, reason") % {"sku": sku}, required=False, max_length=200
            )

    @property
    def head(self) -> list[forms.BoundField]:
        return [self["date"]]

    @property
    def sheet(self) -> list[tuple[Any, Measure, forms.BoundField, forms.BoundField, forms.BoundField]]:
        names = ("arrived", "rejected", "reason")
        return [(line, _open(line), *(self[f"{name}_{line.pk}"] for name in names)) for line in self.lines]  # type: ignore[misc]

    @property
    def names(self) -> dict[str, str]:
        inputs = ("arrived", "rejected", "reason")
        return {f"lines.{i}.{name}": f"{name}_{line.pk}" for i, line in enumerate(self._filled()) for name in inputs}

    def draft(self) -> OrderReceipt:
        typed = self.cleaned_data
        lines = []
        for line in self._filled():
            shown, advice = _open(line), self.advised.get(line.pk)
            arrived = typed[f"arrived_{line.pk}"]
            as_advised = advice is not None and arrived == _stated(line, advice[1]).entered
            lines.append(
                ReceivedLine(
                    line_id=line.pk,
                    arrived=arrived,
                    rejected=typed[f"rejected_{line.pk}"] or Decimal(0),
                    unit=shown.unit,
                    reason=typed[f"reason_{line.pk}"],
                    advice_line_id=advice[0] if advice and as_advised else None,
                )
            )
        return OrderReceipt(order_id=self.order.pk, date=typed["date"], lines=lines)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not self._filled():
            raise forms.ValidationError(_("Enter how much of at least one line arrived."))
        return data

    def _filled(self) -> list[PurchaseOrderLine]:
        return [line for line in self.lines if self.cleaned_data.get(f"arrived_{line.pk}")]


class ReturnForm(Sheet):
    """What of each line goes back of what came in and is still here, in the product's unit."""

    date = forms.DateField(label=_("Date"), widget=DATE)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        self.lines = [line for line in lines if line.received > line.returned]
        for line in self.lines:
            label = _("%(sku)s, goes back") % {"sku": line.product.sku}
            self.number(f"quantity_{line.pk}", label, most=line.received - line.returned)

    @property
    def head(self) -> list[forms.BoundField]:
        return [self["date"], self["reason"]]

    @property
    def sheet(self) -> list[tuple[PurchaseOrderLine, Decimal, forms.BoundField]]:
        """Each line with what came in and is not back already."""
        return [(line, line.received - line.returned, self[f"quantity_{line.pk}"]) for line in self.lines]

    @property
    def names(self) -> dict[str, str]:
        return {f"lines.{i}.quantity": f"quantity_{line.pk}" for i, line in enumerate(self._filled())}

    def draft(self) -> PurchaseReturnDraft:
        typed = self.cleaned_data
        lines = [ReturnedLine(line_id=line.pk, quantity=typed[f"quantity_{line.pk}"]) for line in self._filled()]
        return PurchaseReturnDraft(order_id=self.order.pk, date=typed["date"], reason=typed["reason"], lines=lines)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not self._filled():
            raise forms.ValidationError(_("Enter how much of at least one line goes back."))
        return data

    def _filled(self) -> list[PurchaseOrderLine]:
        return [line for line in self.lines if self.cleaned_data.get(f"quantity_{line.pk}")]


class MessageForm(forms.Form):
    text = forms.CharField(label=_("Message"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class BillForm(Sheet):
    """A supplier's bill for an order, or their credit note: what of each line is billed, in its unit, and at which price. What
    has come and is not billed yet is filled in, at the order's price; where more is billed than is here, that as a credit note.
    """

    kind = forms.ChoiceField(label=_("Kind"), choices=VendorBill.Kind.choices, required=False)
    supplier_number = forms.CharField(label=_("Supplier's number"), max_length=40)
    date = forms.DateField(label=_("Date"), widget=DATE)
    due_date = forms.DateField(
        label=_("Due"), widget=DATE, required=False, help_text=_("Empty: by the payment days of the order.")
    )

    def __init__(self, *args: Any, order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        self.lines = [line for line in lines if may_be_billed(line)]
        if not any(line.quantity > line.billed or _not_billed(line) for line in self.lines):
            self.initial["kind"] = VendorBill.Kind.CREDIT
        for line in self.lines:
            sku, come = line.product.sku, in_unit(line, _not_billed(line) or _too_much(line))
            self.number(f"quantity_{line.pk}", _("%(sku)s, billed") % {"sku": sku}, initial=come or None)
            self.number(f"price_{line.pk}", _("%(sku)s, price") % {"sku": sku}, initial=line.unit_price)

    @property
    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in ("kind", "supplier_number", "date", "due_date")]

    @property
    def sheet(self) -> list[tuple[Any, Decimal, forms.BoundField, forms.BoundField]]:
        """Each line with what has come and is not billed, how much is billed and at which price."""
        return [
            (line, in_unit(line, _not_billed(line)), self[f"quantity_{line.pk}"], self[f"price_{line.pk}"]) for line in self.lines
        ]

    @property
    def names(self) -> dict[str, str]:
        inputs = (("quantity", "quantity"), ("unit_price", "price"), ("order_line", "quantity"))
        return {f"lines.{i}.{name}": f"{of}_{line.pk}" for i, line in enumerate(self._filled()) for name, of in inputs}

    def draft(self) -> BillDraft:
        typed = self.cleaned_data
        return BillDraft(
            supplier_id=self.order.supplier_id,
            supplier_number=typed["supplier_number"],
            kind=typed["kind"] or VendorBill.Kind.BILL,
            date=typed["date"],
            due_date=typed["due_date"],
            lines=[
                BillLineDraft(order_line_id=line.pk, quantity=typed[f"quantity_{line.pk}"], unit_price=typed[f"price_{line.pk}"])
                for line in self._filled()
            ],
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not self._filled():
            raise forms.ValidationError(_("Enter how much of at least one line is billed."))
        return data

    def _filled(self) -> list[PurchaseOrderLine]:
        return [line for line in self.lines if self.cleaned_data.get(f"quantity_{line.pk}")]


def in_unit(line: PurchaseOrderLine, quantity: Decimal) -> Decimal:
    """A quantity of the product's unit in that of the line."""
    ratio = line.measure.ratio
    return (quantity * ratio.denominator / ratio.numerator).quantize(Decimal("0.000001"))


def _not_billed(line: PurchaseOrderLine) -> Decimal:
    come: Decimal = line.received - line.returned - line.billed
    return max(come, Decimal(0))


def _too_much(line: PurchaseOrderLine) -> Decimal:
    """What was billed and is not here any more."""
    much: Decimal = line.billed - line.received + line.returned
    return max(much, Decimal(0)) if line.returned else Decimal(0)


def may_be_billed(line: PurchaseOrderLine) -> bool:
    """Whether a bill or a credit note of the line may still come."""
    return line.quantity > line.billed or bool(_not_billed(line) or _too_much(line))


def _stated(line: PurchaseOrderLine, quantity: Decimal) -> Measure:
    ordered = line.measure
    return state_quantity(quantity, unit=ordered.unit, ratio=ordered.ratio, base=line.product.unit.code)


def _open(line: PurchaseOrderLine) -> Measure:
    """What is still expected."""
    return _stated(line, line.quantity - line.received)
