"""The form of a product."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.catalog.drafts import LARGEST_RATIO, ProductDraft, ProductUnitDraft
from erp.catalog.models import Category, Product
from erp.reference.models import TaxCode, Unit
from erp.reference.unit_names import unit_name
from erp.screens.forms import VersionField
from erp.screens.numbers import NumberField


class ProductUnitForm(forms.Form):
    """One more unit of a product."""

    code = forms.CharField(label=_("Unit"), max_length=12, help_text=_("As it stands on documents: box, pallet."))
    denominator = forms.IntegerField(label=_("So many of it"), min_value=1, max_value=LARGEST_RATIO, initial=1)
    numerator = forms.IntegerField(label=_("are so many of the product's unit"), min_value=1, max_value=LARGEST_RATIO)
    barcode = forms.CharField(label=_("Barcode"), max_length=60, required=False)


class ProductForm(forms.Form):
    """Choices are read when the form is made, inside the scope of the request."""

    version = VersionField()
    sku = forms.CharField(label=_("SKU"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=200)
    barcode = forms.CharField(label=_("Barcode"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Product.Kind.choices)
    supply = forms.ChoiceField(label=_("Supply"), choices=Product.Supply.choices)
    unit = forms.ChoiceField(label=_("Unit"))
    category = forms.ChoiceField(label=_("Category"), required=False)
    tax_code = forms.ChoiceField(label=_("Tax code"))
    list_price = NumberField(label=_("List price"), help_text=_("Net, in company currency, per unit."))
    price_floor = NumberField(
        label=_("Price floor"), required=False, help_text=_("No order is placed below it. Empty: no floor.")
    )
    active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, *args: Any, product: Product | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=_initial(product) if product else {"unit": "PC"}, **kwargs)
        self.product = product
        units, categories = Unit.objects.order_by("code"), Category.objects.order_by("name")
        taxes = TaxCode.objects.order_by("code", "-valid_from_date").distinct("code")
        self._choices("unit", [(unit.code, f"{unit.code} {unit_name(unit.name)}") for unit in units])
        self._choices("category", [("", "–"), *((category.code, category.name) for category in categories)])
        self._choices("tax_code", [(tax.code, f"{tax.code} {tax.name}") for tax in taxes])
        for name in ("kind", "unit") if product else ():
            self.fields[name].disabled = True

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def draft(self, units: list[ProductUnitDraft]) -> ProductDraft:
        """The product as the valid form says; what the form does not show stays."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in {"unit", "category"}}
        kept = (
            {"external_source": self.product.external_source, "external_ref": self.product.external_ref} if self.product else {}
        )
        return ProductDraft(
            id=self.product.pk if self.product else None,
            unit_code=self.cleaned_data["unit"],
            category_code=self.cleaned_data["category"],
            units=units,
            **kept,
            **data,
        )


class ProductForms:
    """The form with the list of further units: valid together, refused together."""

    def __init__(self, data: Any, *, product: Product | None) -> None:
        self.form = ProductForm(data, product=product)
        rows = list(product.units.order_by("id").values("code", "denominator", "numerator", "barcode")) if product else []
        made = forms.formset_factory(ProductUnitForm, extra=1, can_delete=True, can_delete_extra=False, max_num=100)
        self.units: Any = made(data, prefix="units", initial=rows)

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.units.is_valid()])

    @property
    def kept_units(self) -> list[Any]:
        """The rows of the list that are to stay, in order."""
        return [row for row in self.units.forms if row.cleaned_data and row not in self.units.deleted_forms]

    def draft(self) -> ProductDraft:
        rows = [{name: value for name, value in row.cleaned_data.items() if name != "DELETE"} for row in self.kept_units]
        return self.form.draft([ProductUnitDraft(**row) for row in rows])


def plain(value: Decimal | None) -> str:
    """A number as one types it: no exponent, no trailing zeros."""
    return "" if value is None else f"{value.normalize():f}"


def _initial(product: Product) -> dict[str, Any]:
    same = ("sku", "name", "barcode", "kind", "supply", "tax_code", "active")
    return {
        **{name: getattr(product, name) for name in same},
        "version": getattr(product, "version", ""),
        "unit": product.unit.code,
        "category": product.category.code if product.category else "",
        "list_price": plain(product.list_price),
        "price_floor": plain(product.price_floor),
    }
