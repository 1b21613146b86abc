"""The forms of making: a bill of materials, a new order, what came out of one."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from erp.catalog.models import Product
from erp.inventory.forms import StockForm
from erp.manufacturing.drafts import (
    BomLineDraft,
    CalendarDayDraft,
    CalendarDraft,
    CompletionDraft,
    ComponentPart,
    ManufacturingDraft,
)
from erp.manufacturing.models import BillOfMaterials, CalendarDay, ComponentLine, ManufacturingOrder, WorkingCalendar
from erp.screens.forms import VersionField
from erp.screens.numbers import NumberField

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
SAME = ("code", "phantom", "lead_days", "valid_from_date", "valid_to_date", "active")


def _find(form: forms.Form, name: str) -> Product:
    product = Product.objects.filter(sku__iexact=form.cleaned_data[name].strip()).first()
    if product is None:
        raise forms.ValidationError(_("There is no product with this code."))
    return product


class BomHeadForm(forms.Form):
    """What is made, how much of it at once, from when to when."""

    bom = forms.IntegerField(widget=forms.HiddenInput, required=False)
    version = VersionField()
    product = forms.CharField(label=_("Product"), max_length=60)
    code = forms.CharField(label=_("Code"), max_length=40, required=False, help_text=_("Empty: the usual way to make it."))
    quantity = NumberField(label=_("Makes"), max_digits=20, decimal_places=6, initial="1")
    yield_percent = NumberField(
        label=_("Yield, %"),
        min_value=0,
        max_value=100,
        max_digits=7,
        decimal_places=4,
        initial="100",
        help_text=_("What comes out good."),
    )
    lead_days = forms.IntegerField(label=_("Lead days"), min_value=0, max_value=3650, initial=0)
    valid_from_date = forms.DateField(label=_("Valid from"), widget=DATE)
    valid_to_date = forms.DateField(label=_("Valid to"), widget=DATE, required=False)
    phantom = forms.BooleanField(
        label=_("Phantom"),
        required=False,
        help_text=_("Never made by itself: its components go straight into what it goes into."),
    )
    active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    @classmethod
    def of(cls, bom: BillOfMaterials) -> "BomHeadForm":
        initial: dict[str, Any] = {name: getattr(bom, name) for name in SAME}
        initial |= {"bom": bom.pk, "version": getattr(bom, "version", ""), "product": bom.product.sku}
        initial |= {"quantity": f"{bom.quantity.normalize():f}", "yield_percent": f"{(bom.yield_fraction * 100).normalize():f}"}
        return cls(initial=initial)

    def clean_product(self) -> Product:
        return _find(self, "product")

    def head(self) -> dict[str, Any]:
        """The draft without its lines."""
        typed = self.cleaned_data
        return {
            **{name: typed[name] for name in (*SAME, "version", "quantity")},
            "id": typed["bom"],
            "product_id": typed["product"].pk,
            "yield_fraction": typed["yield_percent"] / 100,
        }


class ProductionForm(StockForm):
    """What to make, how much, by when."""

    field_order = ("product", "quantity", "warehouse", "due_date", "start_date", "priority")
    product = forms.CharField(label=_("Product"), max_length=60, help_text=_("The SKU of something with a bill of materials."))
    quantity = NumberField(label=_("Quantity"), max_digits=20, decimal_places=6)
    due_date = forms.DateField(label=_("Due"), widget=DATE)
    start_date = forms.DateField(
        label=_("Start"), widget=DATE, required=False, help_text=_("Empty: as many days before as making it takes.")
    )
    priority = forms.IntegerField(label=_("Priority"), required=False, min_value=-32768, max_value=32767)

    def clean_product(self) -> Product:
        return _find(self, "product")

    def draft(self, today: datetime.date) -> ManufacturingDraft:
        typed = self.cleaned_data
        return ManufacturingDraft(
            product_id=typed["product"].pk,
            quantity=typed["quantity"],
            warehouse_id=typed["warehouse"].pk,
            date=today,
            due_date=typed["due_date"],
            start_date=typed["start_date"],
            priority=typed["priority"] or 0,
        )


class CompletionForm(forms.Form):
    """What came out: good units, and scrap with its reason."""

    good = NumberField(label=_("Good"), required=False, min_value=0, max_digits=20, decimal_places=6)
    scrapped = NumberField(label=_("Scrapped"), required=False, min_value=0, max_digits=20, decimal_places=6)
    expected_scrap = forms.BooleanField(
        label=_("The scrap was to be expected"),
        required=False,
        help_text=_("Then the good units bear its cost; else it is a loss of its own."),
    )
    reason = forms.CharField(label=_("Reason of the scrap"), max_length=200, required=False)
    date = forms.DateField(label=_("Date"), widget=DATE)

    def draft(self, order: ManufacturingOrder) -> CompletionDraft:
        typed = self.cleaned_data
        return CompletionDraft(
            order_id=order.pk,
            good=typed["good"] or Decimal(0),
            scrapped=typed["scrapped"] or Decimal(0),
            expected_scrap=typed["expected_scrap"],
            reason=typed["reason"],
            date=typed["date"],
        )


class PartsForm(forms.Form):
    """So much of each component of an order, in its unit; `most` is what may be typed, by component line."""

    def __init__(self, *args: Any, components: Sequence[ComponentLine], most: Mapping[int, Decimal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in components:
            unit = line.product.unit
            self.fields[f"part_{line.pk}"] = NumberField(
                label=f"{line.product.sku} {line.product.name}",
                required=False,
                min_value=0,
                max_digits=20,
                decimal_places=unit.decimals,
                help_text=_("At most %(quantity)s.") % {"quantity": f"{most[line.pk].normalize():f} {unit.code}"},
            )
        self.fields["date"] = forms.DateField(label=_("Date"), widget=DATE)
        self.components = [line.pk for line in components]

    def parts(self) -> list[ComponentPart]:
        typed = {pk: self.cleaned_data[f"part_{pk}"] for pk in self.components}
        return [ComponentPart(component_id=pk, quantity=quantity) for pk, quantity in typed.items() if quantity]

    def names(self) -> dict[str, str]:
        """The fields of the form by those of a refusal."""
        fields = {"lines": next(iter(self.fields))}
        for i, part in enumerate(self.parts()):
            fields |= {f"lines.{i}.{what}": f"part_{part.component_id}" for what in ("component", "quantity")}
        return fields


class CalendarForm(StockForm):
    """When production works in a warehouse: weekdays, and the days unlike them, one in a line."""

    weekdays = forms.MultipleChoiceField(
        label=_("Works on"), choices=tuple(WEEKDAYS.items()), widget=forms.CheckboxSelectMultiple, required=False
    )
    days = forms.CharField(
        label=_("Days unlike their weekday"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One a line: 2026-12-25 Christmas; with a plus before it a day that is worked: +2026-12-19 instead."),
    )

    @classmethod
    def of(cls, found: WorkingCalendar | None, data: Any = None) -> "CalendarForm":
        if found is None:
            return cls(data, initial={"weekdays": [str(n) for n in range(5)]})
        lines = [f"{'+' * day.works}{day.date.isoformat()} {day.name}".strip() for day in sorted(found.days.all(), key=_by_date)]
        weekdays = [str(n) for n in WEEKDAYS if found.weekdays >> n & 1]
        form = cls(data, initial={"warehouse": found.warehouse_id, "weekdays": weekdays, "days": "\n".join(lines)})
        form.fields["warehouse"].disabled = True
        return form

    @property
    def names(self) -> dict[str, str]:
        fields = {f"days.{n}.{what}": "days" for n in range(len(self.cleaned_data["days"])) for what in ("date", "name")}
        return fields | {"weekdays": "weekdays", "warehouse": "warehouse"}

    def clean_days(self) -> list[CalendarDayDraft]:
        found, wrong = [], []
        for line in filter(None, (line.strip() for line in self.cleaned_data["days"].splitlines())):
            text, _space, name = line.removeprefix("+").partition(" ")
            try:
                found.append(CalendarDayDraft(date=datetime.date.fromisoformat(text), works=line[0] == "+", name=name.strip()))
            except ValueError:
                wrong.append(_("“%(line)s” does not begin with a day such as 2026-12-25.") % {"line": line})
        if wrong:
            raise forms.ValidationError(wrong)
        return found

    def draft(self) -> CalendarDraft:
        typed = self.cleaned_data
        weekdays = sum(1 << int(n) for n in typed["weekdays"])
        return CalendarDraft(warehouse_id=typed["warehouse"].pk, weekdays=weekdays, days=typed["days"])


def _by_date(day: CalendarDay) -> datetime.date:
    return day.date


def line_draft(component_id: int, quantity: Decimal, unit: str, scrap_percent: Decimal) -> BomLineDraft:
    return BomLineDraft(component_id=component_id, quantity=quantity, unit=unit, scrap_fraction=scrap_percent / 100)
