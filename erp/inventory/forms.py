"""Forms of the stock: the heads of receipts and adjustments, the sheet of a count."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.catalog.models import Product
from erp.inventory.errors import MovedWhileCounting
from erp.inventory.models import Adjustment, StockLevel, Warehouse
from erp.inventory.operations.count_stock import FoundDraft
from erp.inventory.operations.receive_goods import PURPOSES
from erp.inventory.operations.save_warehouses import WarehouseDraft
from erp.parties.models import Party
from erp.screens.forms import VersionField
from erp.screens.numbers import NumberField

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class StockForm(forms.Form):
    """Begins with one of the warehouses in use."""

    warehouse = forms.ModelChoiceField(label=_("Warehouse"), queryset=Warehouse.objects.none(), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        warehouses: Any = self.fields["warehouse"]
        warehouses.queryset = Warehouse.objects.filter(active=True).order_by("pk")


class ReceiptHeadForm(StockForm):
    """Where to, when, from whom."""

    date = forms.DateField(label=_("Date"), widget=DATE)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=PURPOSES)
    supplier = forms.CharField(label=_("Supplier code"), max_length=40, required=False)

    def clean_supplier(self) -> Party | None:
        code = self.cleaned_data["supplier"].strip()
        supplier = Party.objects.filter(code__iexact=code, is_supplier=True).first() if code else None
        if code and supplier is None:
            raise forms.ValidationError(_("There is no supplier with this code. Check it, or leave the field empty."))
        return supplier


class AdjustmentHeadForm(StockForm):
    """Where, when, why."""

    date = forms.DateField(label=_("Date"), widget=DATE)
    reason = forms.ChoiceField(label=_("Reason"), choices=Adjustment.Reason.choices)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class CountHeadForm(StockForm):
    """What to count: a warehouse, optionally only some products."""

    products = forms.CharField(
        label=_("Products"), required=False, max_length=60, help_text=_("The beginning of the SKU; empty for all.")
    )

    def clean_products(self) -> str:
        prefix: str = self.cleaned_data["products"].strip()
        if prefix and not Product.objects.filter(sku__istartswith=prefix).exists():
            raise forms.ValidationError(_("No product begins with “%(prefix)s”."), params={"prefix": prefix})
        return prefix


class CountSheetForm(forms.Form):
    """One input per product: what was found; empty means not counted. What the sheet showed as expected comes back with it."""

    date = forms.DateField(label=_("Date"), widget=DATE)

    def __init__(self, *args: Any, levels: Sequence[StockLevel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.levels = levels
        for level in levels:
            widget = forms.TextInput(attrs={"size": "8"})
            self.fields[_name(level)] = NumberField(
                label=level.product.sku, required=False, min_value=0, max_digits=20, decimal_places=6, widget=widget
            )
            self.fields[_shown(level)] = forms.DecimalField(required=False, initial=level.on_hand, widget=forms.HiddenInput)

    @property
    def lines(self) -> list[tuple[StockLevel, forms.BoundField, forms.BoundField]]:
        return [(level, self[_name(level)], self[_shown(level)]) for level in self.levels]

    def found(self) -> list[FoundDraft]:
        """What was counted."""
        typed = self.cleaned_data
        return [FoundDraft(level.product_id, typed[_name(level)], expected=typed.get(_shown(level))) for level in self._counted()]

    def names(self) -> dict[str, str]:
        """Which input each line of `found` came from."""
        return {f"lines.{i}.found": _name(level) for i, level in enumerate(self._counted())}

    def expect(self, levels: Sequence[StockLevel]) -> None:
        """Where goods moved, expect what lies there now: the person has been told, so the next post is a decision."""
        now = {level.product_id: level for level in levels}
        self.levels = [now.get(level.product_id, level) for level in self.levels]
        moved = [level for level in self.levels if self.has_error(_name(level), MovedWhileCounting.code)]
        self.data = self.data.copy()
        for level in moved:
            self.data[_shown(level)] = str(level.on_hand)

    def _counted(self) -> list[StockLevel]:
        return [level for level in self.levels if self.cleaned_data.get(_name(level)) is not None]

    @property
    def day(self) -> datetime.date:
        return self.cleaned_data["date"]


def _name(level: StockLevel) -> str:
    return f"found_{level.product_id}"


def _shown(level: StockLevel) -> str:
    return f"expected_{level.product_id}"


class WarehouseForm(forms.Form):
    """A warehouse or shop."""

    version = VersionField()
    code = forms.CharField(label=_("Code"), max_length=20, help_text=_("Short; it stands on documents and in lists."))
    name = forms.CharField(label=_("Name"), max_length=120)
    active = forms.BooleanField(
        label=_("Active"), required=False, initial=True, help_text=_("Only active ones are offered on new documents.")
    )

    def __init__(self, *args: Any, warehouse: Warehouse | None = None, **kwargs: Any) -> None:
        same = ("code", "name", "active")
        initial = {name: getattr(warehouse, name) for name in same} if warehouse else {}
        super().__init__(*args, initial=initial | {"version": getattr(warehouse, "version", "")}, **kwargs)
        self.warehouse = warehouse

    def draft(self) -> WarehouseDraft:
        """The warehouse as the valid form says; what the form does not show stays."""
        row = self.warehouse
        kept = {"external_source": row.external_source, "external_ref": row.external_ref} if row else {}
        return WarehouseDraft(id=row.pk if row else None, **kept, **self.cleaned_data)
