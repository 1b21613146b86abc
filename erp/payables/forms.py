"""The forms of a tolerance and of a reason."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.parties.models import Party
from erp.payables.models import MatchTolerance
from erp.payables.operations.save_tolerances import ToleranceDraft
from erp.payables.rules import STRICTER, WIDER
from erp.screens.numbers import NumberField

SHARES = ("quantity_over_fraction", "price_over_fraction", "price_under_fraction")
ABSOLUTE = ("quantity_over", "price_over", "price_under")


def _percent(label: Any) -> NumberField:
    return NumberField(label=label, required=False, min_value=0, max_value=100, max_digits=7, decimal_places=4)


def _figure(label: Any) -> NumberField:
    return NumberField(label=label, required=False, min_value=0, max_digits=20, decimal_places=6)


class ReasonForm(forms.Form):
    """Why a bill passes, or is turned down; it stays on the bill."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class ToleranceForm(forms.Form):
    """The limits of one supplier, or of all; shares are entered in percent."""

    supplier = forms.CharField(label=_("Supplier code"), max_length=40, required=False, help_text=_("Empty: all suppliers."))
    quantity_over_fraction = _percent(_("Quantity over, %"))
    quantity_over = _figure(_("Quantity over"))
    price_over_fraction = _percent(_("Price over, %"))
    price_over = _figure(_("Price over"))
    price_under_fraction = _percent(_("Price under, %"))
    price_under = _figure(_("Price under"))
    combine = forms.ChoiceField(
        label=_("Of both limits"), choices=[(STRICTER, _("the stricter")), (WIDER, _("the wider"))], required=False
    )

    def __init__(self, data: Any = None, *, row: MatchTolerance | None = None) -> None:
        self.row = row
        initial: dict[str, Any] = {}
        if row:
            initial = {name: _plain(getattr(row, name)) for name in ABSOLUTE}
            initial |= {name: _plain(value * 100 if (value := getattr(row, name)) is not None else None) for name in SHARES}
            initial |= {"supplier": row.supplier.code if row.supplier else "", "combine": row.combine}
        super().__init__(data, initial=initial)

    def clean_supplier(self) -> Party | None:
        code = self.cleaned_data["supplier"].strip()
        supplier = Party.objects.filter(code__iexact=code, is_supplier=True).first() if code else None
        if code and supplier is None:
            raise forms.ValidationError(_("There is no supplier with this code. Check it, or leave the field empty."))
        return supplier

    def draft(self) -> ToleranceDraft:
        typed = self.cleaned_data
        shares = {name: None if typed[name] is None else typed[name] / 100 for name in SHARES}
        supplier = typed["supplier"]
        return ToleranceDraft(
            id=self.row.pk if self.row else None,
            supplier_id=supplier.pk if supplier else None,
            combine=typed["combine"] or ToleranceDraft.combine,
            **shares,
            **{name: typed[name] for name in ABSOLUTE},
        )


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
