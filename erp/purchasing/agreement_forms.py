"""The forms of an agreement: its head, and a line with its prices."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.catalog.models import Product
from erp.core.money import plain
from erp.parties.models import Party
from erp.purchasing.drafts import AgreementDraft, AgreementLineDraft, TierDraft
from erp.purchasing.forms import DATE
from erp.purchasing.models import Agreement, AgreementLine, PriceTier
from erp.reference.models import Currency, PaymentTerm
from erp.screens.forms import VersionField
from erp.screens.numbers import NumberField

FLAGS = ("preferred", "blocked", "shares_stock", "shares_demand", "shares_forecast")
SAME = ("valid_from_date", "valid_to_date", "memo", *FLAGS)
MORE_TIERS = 3


class AgreementForm(forms.Form):
    """With whom, from when to when, on which terms, and what the supplier may know."""

    version = VersionField()
    supplier = forms.CharField(label=_("Supplier code"), max_length=40)
    currency = forms.ModelChoiceField(label=_("Currency"), queryset=Currency.objects.none(), to_field_name="code")
    payment_term = forms.ModelChoiceField(
        label=_("Payment term"),
        queryset=PaymentTerm.objects.none(),
        to_field_name="code",
        required=False,
        help_text=_("Empty: the supplier's."),
    )
    valid_from_date = forms.DateField(label=_("Valid from"), widget=DATE)
    valid_to_date = forms.DateField(label=_("Valid to"), widget=DATE, required=False)
    over_percent = NumberField(
        label=_("May be over by, %"), min_value=0, max_value=100, max_digits=7, decimal_places=4, required=False
    )
    under_percent = NumberField(
        label=_("May be under by, %"), min_value=0, max_value=100, max_digits=7, decimal_places=4, required=False
    )
    preferred = forms.BooleanField(label=_("Preferred"), required=False, help_text=_("Chosen before cheaper ones."))
    blocked = forms.BooleanField(label=_("Blocked"), required=False, help_text=_("Nothing is bought by it for now."))
    shares_stock = forms.BooleanField(label=_("The supplier sees the stock of these items"), required=False)
    shares_demand = forms.BooleanField(label=_("The supplier sees what is wanted of them"), required=False)
    shares_forecast = forms.BooleanField(label=_("The supplier sees what will be ordered"), required=False)
    memo = forms.CharField(label=_("Memo"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = {
            "currency": Currency.objects.order_by("code"),
            "payment_term": PaymentTerm.objects.order_by("code"),
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    @classmethod
    def of(cls, found: Agreement, data: Any = None) -> "AgreementForm":
        initial: dict[str, Any] = {name: getattr(found, name) for name in SAME}
        initial |= {"version": getattr(found, "version", ""), "supplier": found.supplier.code, "currency": found.currency_code}
        initial |= {"payment_term": found.payment_term.code if found.payment_term else ""}
        initial |= {f"{side}_percent": plain(getattr(found, f"{side}_fraction") * 100) for side in ("over", "under")}
        return cls(data, initial=initial)

    @property
    def names(self) -> dict[str, str]:
        return {"over_fraction": "over_percent", "under_fraction": "under_percent"}

    def clean_supplier(self) -> Party:
        supplier = Party.objects.filter(code__iexact=self.cleaned_data["supplier"].strip(), is_supplier=True).first()
        if supplier is None:
            raise forms.ValidationError(_("There is no supplier with this code. Check it in the list of parties."))
        return supplier

    def draft(self, found: Agreement | None) -> AgreementDraft:
        typed = self.cleaned_data
        return AgreementDraft(
            id=found.pk if found else None,
            version=typed["version"],
            supplier_id=typed["supplier"].pk,
            currency_code=typed["currency"].code,
            payment_term_code=typed["payment_term"].code if typed["payment_term"] else "",
            over_fraction=(typed["over_percent"] or Decimal(0)) / 100,
            under_fraction=(typed["under_percent"] or Decimal(0)) / 100,
            external_source=found.external_source if found else "",
            external_ref=found.external_ref if found else "",
            **{name: typed[name] for name in SAME},
        )


def _number(label: Any, *, required: bool = False, places: int = 6, help_text: Any = "") -> NumberField:
    return NumberField(label=label, min_value=0, max_digits=20, decimal_places=places, required=required, help_text=help_text)


class AgreementLineForm(forms.Form):
    """A product, how it is bought, and its prices from so many on; empty prices are none."""

    version = VersionField()
    product = forms.CharField(label=_("Product"), max_length=60)
    unit = forms.CharField(label=_("Purchase unit"), max_length=12, required=False, help_text=_("Empty: the product's own."))
    lead_days = forms.IntegerField(label=_("Lead days"), min_value=0, max_value=3650, initial=0)
    min_quantity = _number(_("Minimum"), help_text=_("In the purchase unit, as the other limits."))
    max_quantity = _number(_("Maximum of an order line"))
    multiple = _number(_("In multiples of"))
    supplier_sku = forms.CharField(label=_("Supplier's code"), max_length=60, required=False)
    active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, *args: Any, tiers: list[PriceTier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tiers: list[PriceTier | None] = [*tiers, *([None] * MORE_TIERS)]
        for n, tier in enumerate(self.tiers):
            about = {"n": n + 1}
            self.fields[f"from_{n}"] = _number(_("Price %(n)s, from quantity") % about)
            self.fields[f"price_{n}"] = _number(_("Price %(n)s") % about, places=8, required=n == 0)
            self.fields[f"since_{n}"] = forms.DateField(label=_("Price %(n)s, from day") % about, widget=DATE, required=False)
            if tier is not None:
                self.initial[f"from_{n}"] = plain(tier.from_quantity) if tier.from_quantity else ""
                self.initial.update({f"price_{n}": plain(tier.price), f"since_{n}": tier.valid_from_date})

    @classmethod
    def of(cls, found: Agreement, line: AgreementLine | None, data: Any = None) -> "AgreementLineForm":
        initial: dict[str, Any] = {"version": getattr(found, "version", "")}
        if line is None:
            return cls(data, initial=initial, tiers=[])
        tiers = sorted(line.tiers.all(), key=lambda tier: (tier.from_quantity, tier.valid_from_date))
        initial |= {"product": line.product.sku, "unit": line.unit, "lead_days": line.lead_days, "active": line.active}
        initial |= {"supplier_sku": line.supplier_sku}
        for name in ("min_quantity", "max_quantity", "multiple"):
            value = getattr(line, name)
            initial[name] = plain(value) if value else ""
        return cls(data, initial=initial, tiers=tiers)

    def clean_product(self) -> Product:
        product = Product.objects.filter(sku__iexact=self.cleaned_data["product"].strip()).first()
        if product is None:
            raise forms.ValidationError(_("There is no product with this code."))
        return product

    def draft(self, line: AgreementLine | None) -> AgreementLineDraft:
        typed = self.cleaned_data
        return AgreementLineDraft(
            id=line.pk if line else None,
            product_id=typed["product"].pk,
            unit=typed["unit"].strip(),
            lead_days=typed["lead_days"],
            min_quantity=typed["min_quantity"] or Decimal(0),
            max_quantity=typed["max_quantity"],
            multiple=typed["multiple"] or Decimal(1),
            supplier_sku=typed["supplier_sku"],
            active=typed["active"],
            tiers=[self._tier(n) for n in self._priced()],
        )

    def names_at(self, place: int) -> dict[str, str]:
        """The fields of the form by those of refusals about the line at its place in the list."""
        prefix, plain_names = f"lines.{place}.", ("product", "unit", "lead_days", "min_quantity", "max_quantity", "multiple")
        found = {f"{prefix}{name}": name for name in plain_names}
        for i, n in enumerate(self._priced()):
            found[f"{prefix}tiers.{i}"] = f"price_{n}"
        return found

    def _priced(self) -> list[int]:
        return [n for n in range(len(self.tiers)) if self.cleaned_data.get(f"price_{n}") is not None]

    def _tier(self, n: int) -> TierDraft:
        typed, before = self.cleaned_data, self.tiers[n]
        since: datetime.date | None = typed[f"since_{n}"]
        return TierDraft(
            from_quantity=typed[f"from_{n}"] or Decimal(0),
            price=typed[f"price_{n}"],
            valid_from_date=since,
            valid_to_date=before.valid_to_date if before else None,
        )
