"""The form of a product."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.catalog.drafts import ProductDraft
from erp.catalog.models import Category, Product
from erp.reference.models import TaxCode, Unit


class ProductForm(forms.Form):
    """Choices are read when the form is made, inside the scope of the request."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)
    sku = forms.CharField(label=_("SKU"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=200)
    barcode = forms.CharField(label=_("Barcode"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Product.Kind.choices)
    supply = forms.ChoiceField(label=_("Supply"), choices=Product.Supply.choices)
    unit = forms.ChoiceField(label=_("Unit"))
    category = forms.ChoiceField(label=_("Category"), required=False)
    tax_code = forms.ChoiceField(label=_("Tax code"))
    list_price = forms.DecimalField(label=_("List price"), help_text=_("Net, in company currency, per unit."))
    price_floor = forms.DecimalField(
        label=_("Price floor"), required=False, help_text=_("No order is placed below it. Empty: no floor.")
    )
    active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, *args: Any, product: Product | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=_initial(product) if product else {"unit": "PC"}, **kwargs)
        self.product = product
        units, categories = Unit.objects.order_by("code"), Category.objects.order_by("name")
        taxes = TaxCode.objects.order_by("code", "-valid_from_date").distinct("code")
        self._choices("unit", [(unit.code, f"{unit.code} {unit.name}") for unit in units])
        self._choices("category", [("", "–"), *((category.code, category.name) for category in categories)])
        self._choices("tax_code", [(tax.code, f"{tax.code} {tax.name}") for tax in taxes])
        for name in ("kind", "unit") if product else ():
            self.fields[name].disabled = True

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def draft(self) -> ProductDraft:
        """The product as the valid form says; what the form does not show stays."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in {"unit", "category"}}
        kept = (
            {"external_source": self.product.external_source, "external_ref": self.product.external_ref} if self.product else {}
        )
        return ProductDraft(
            id=self.product.pk if self.product else None,
            unit_code=self.cleaned_data["unit"],
            category_code=self.cleaned_data["category"],
            **kept,
            **data,
        )


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
