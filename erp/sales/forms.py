"""The form of goods that come back from a delivery."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.core.money import plain
from erp.inventory.models import Warehouse
from erp.reference.rules import Measure, state_quantity
from erp.sales.models import Delivery, SalesReturn
from erp.sales.operations.return_goods import ReturnDraft, ReturnLineDraft
from erp.screens.forms import unit_field
from erp.screens.numbers import NumberField

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ReturnForm(forms.Form):
    """When, where to, why; and per line of the delivery how much comes back. Empty means nothing of it."""

    date = forms.DateField(label=_("Date"), widget=DATE)
    warehouse = forms.ModelChoiceField(label=_("Warehouse"), queryset=Warehouse.objects.none(), empty_label=None)
    reason = forms.ChoiceField(label=_("Reason"), choices=SalesReturn.Reason.choices)
    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)

    def __init__(self, *args: Any, delivery: Delivery, lines: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.delivery = delivery
        self.open_lines = [line for line in lines if line.returned < line.quantity]
        warehouses: Any = self.fields["warehouse"]
        warehouses.queryset = Warehouse.objects.filter(active=True).order_by("pk")
        for line in self.open_lines:
            left = _left(line)
            widget = forms.TextInput(attrs={"size": "8", "data-all": plain(left.entered)})
            self.fields[_name(line)] = NumberField(
                label=line.product.sku,
                required=False,
                min_value=0,
                max_digits=20,
                decimal_places=6,
                widget=widget,
            )
            self.fields[_unit_name(line)] = unit_field(
                line.product.sku, line.measure.unit, line.product.unit.code, initial=left.unit
            )

    @property
    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in ("date", "warehouse", "reason", "remark")]

    @property
    def sheet(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """Each line with how much comes back, and in which unit."""
        return [(line, self[_name(line)], self[_unit_name(line)]) for line in self.open_lines]

    @property
    def names(self) -> dict[str, str]:
        """Which input an operation's field is: the lines that were filled, in order."""
        inputs = (("quantity", _name), ("unit", _unit_name))
        return {f"lines.{i}.{name}": of(line) for i, line in enumerate(self._filled()) for name, of in inputs}

    def draft(self) -> ReturnDraft:
        data = self.cleaned_data
        return ReturnDraft(
            delivery_id=self.delivery.pk,
            warehouse_id=data["warehouse"].pk,
            date=data["date"],
            reason=data["reason"],
            remark=data["remark"],
            lines=[
                ReturnLineDraft(delivery_line_id=line.pk, quantity=data[_name(line)], unit=data[_unit_name(line)])
                for line in self._filled()
            ],
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not self._filled():
            raise forms.ValidationError(_("Enter how much of at least one line comes back."))
        return data

    def _filled(self) -> list[Any]:
        return [line for line in self.open_lines if self.cleaned_data.get(_name(line))]


def _name(line: Any) -> str:
    return f"back_{line.pk}"


def _unit_name(line: Any) -> str:
    return f"unit_{line.pk}"


def _left(line: Any) -> Measure:
    """What is still out, in the unit of the delivered line where it comes out even."""
    delivered = line.measure
    left = line.quantity - line.returned
    return state_quantity(left, unit=delivered.unit, ratio=delivered.ratio, base=line.product.unit.code)
