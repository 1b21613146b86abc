"""What people of suppliers enter: promises, counter-proposals, advices, messages."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.purchasing.drafts import AdviceDraft, AdvisedLine, OrderAnswer
from erp.purchasing.forms import DATE, Sheet
from erp.purchasing.models import PurchaseOrder, PurchaseOrderLine
from erp.purchasing.queries import on_its_way


class OrderSheet(Sheet):
    """Inputs on the open lines of an order; `heads` are those of the inputs' columns."""

    heads: Sequence[Any] = ()
    inputs: Sequence[str] = ()

    def __init__(self, *args: Any, order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        self.lines = [line for line in lines if not line.closed_short and line.quantity > line.received]
        for line in self.lines:
            self.add(line)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.lines:
            raise forms.ValidationError(_("Nothing of the order is expected any more."))
        return data

    def add(self, line: PurchaseOrderLine) -> None:
        """Put the inputs of a line."""
        raise NotImplementedError

    def day(self, line: PurchaseOrderLine) -> None:
        label = _("%(sku)s, promised for") % {"sku": line.product.sku}
        self.fields[f"date_{line.pk}"] = forms.DateField(label=label, widget=DATE)
        self.initial[f"date_{line.pk}"] = expected(line)

    @property
    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in self.base_fields]

    @property
    def rows(self) -> list[tuple[PurchaseOrderLine, list[forms.BoundField]]]:
        return [(line, [self[f"{name}_{line.pk}"] for name in self.inputs]) for line in self.lines]

    @property
    def names(self) -> dict[str, str]:
        """The inputs by the fields of refusals."""
        raise NotImplementedError

    def said(self) -> Sequence[PurchaseOrderLine]:
        """The lines of which something is said."""
        return self.lines

    def names_of(self, prefix: str, **names: str) -> dict[str, str]:
        """The inputs by the fields of refusals, which count the lines that were said; of a single one some name no place."""
        found = {}
        for i, line in enumerate(self.said()):
            for field, name in names.items():
                found[f"{prefix}{i}.{field}"] = f"{name}_{line.pk}"
                found.setdefault(field, f"{name}_{line.pk}")
        return found


class ConfirmForm(OrderSheet):
    """When each line comes. All of it comes: for anything else there is the counter-proposal."""

    heads, inputs = (_("Promised for"),), ("date",)

    def add(self, line: PurchaseOrderLine) -> None:
        self.day(line)

    @property
    def names(self) -> dict[str, str]:
        return self.names_of("", promised_date="date", line="date")

    def answers(self) -> list[OrderAnswer]:
        days = {line.pk: self.cleaned_data[f"date_{line.pk}"] for line in self.lines}
        return [OrderAnswer(order_id=self.order.pk, kind="confirm", line_id=pk, promised_date=day) for pk, day in days.items()]


class CounterForm(OrderSheet):
    """What would be delivered instead: another quantity, price or day. Lines that stay as they are say nothing."""

    heads, inputs = (_("Quantity"), _("Price"), _("Promised for")), ("quantity", "price", "date")
    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)

    def add(self, line: PurchaseOrderLine) -> None:
        sku = line.product.sku
        self.number(f"quantity_{line.pk}", _("%(sku)s, quantity") % {"sku": sku}, initial=line.measure.entered)
        self.number(f"price_{line.pk}", _("%(sku)s, price") % {"sku": sku}, initial=line.unit_price)
        self.day(line)

    @property
    def names(self) -> dict[str, str]:
        return self.names_of("", quantity="quantity", unit_price="price", promised_date="date", line="quantity")

    def said(self) -> list[PurchaseOrderLine]:
        typed = self.cleaned_data
        return [
            line
            for line in self.lines
            if (typed.get(f"quantity_{line.pk}"), typed.get(f"price_{line.pk}"), typed.get(f"date_{line.pk}"))
            != (line.measure.entered, line.unit_price, expected(line))
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and not self.said():
            raise forms.ValidationError(_("Change quantity, price or day of at least one line, or confirm the order."))
        return data

    def answers(self) -> list[OrderAnswer]:
        typed = self.cleaned_data
        return [
            OrderAnswer(
                order_id=self.order.pk,
                kind="counter",
                line_id=line.pk,
                quantity=typed[f"quantity_{line.pk}"],
                unit_price=typed[f"price_{line.pk}"],
                promised_date=typed[f"date_{line.pk}"],
                remark=typed["remark"],
            )
            for line in self.said()
        ]


class AdviceForm(OrderSheet):
    """What is on its way: how much of each line, in the product's unit. Empty means nothing of it. Proposed is what is open and
    not advised already."""

    heads, inputs = (_("On its way"),), ("quantity",)
    expected_date = forms.DateField(label=_("Arrives on"), widget=DATE)
    reference = forms.CharField(
        label=_("Delivery note"), max_length=80, required=False, help_text=_("Your number, as it stands on the goods.")
    )

    def __init__(self, *args: Any, order: PurchaseOrder, **kwargs: Any) -> None:
        self.coming = on_its_way([order.pk])
        super().__init__(*args, order=order, **kwargs)

    def add(self, line: PurchaseOrderLine) -> None:
        label = _("%(sku)s, on its way") % {"sku": line.product.sku}
        rest = line.quantity - line.received - self.coming.get(line.pk, Decimal(0))
        self.number(f"quantity_{line.pk}", label, initial=rest if rest > 0 else None)

    @property
    def names(self) -> dict[str, str]:
        return self.names_of("lines.", quantity="quantity", line="quantity")

    def said(self) -> list[PurchaseOrderLine]:
        return [line for line in self.lines if self.cleaned_data.get(f"quantity_{line.pk}")]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and not self.said():
            raise forms.ValidationError(_("Enter how much of at least one line is on its way."))
        return data

    def draft(self) -> AdviceDraft:
        typed = self.cleaned_data
        parts: list[tuple[int, Decimal]] = [(line.pk, typed[f"quantity_{line.pk}"]) for line in self.said()]
        return AdviceDraft(
            order_id=self.order.pk,
            expected_date=typed["expected_date"],
            reference=typed["reference"],
            lines=[AdvisedLine(line_id=pk, quantity=quantity) for pk, quantity in parts],
        )


class MessageForm(forms.Form):
    text = forms.CharField(label=_("Message"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class PersonForm(forms.Form):
    """Somebody of the supplier who is to be let into the portal."""

    display_name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"))


class KeyForm(forms.Form):
    name = forms.CharField(label=_("Program"), max_length=80, help_text=_("Which program of the supplier the key is for."))


def expected(line: PurchaseOrderLine) -> Any:
    """The day on which the line is expected by now."""
    return line.last_promised_date or line.requested_date
