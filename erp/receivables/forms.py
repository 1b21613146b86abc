"""The forms of a payment that came in and of a credit that is given."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.ledger.models import OpenItem
from erp.parties.models import Party
from erp.receivables.models import Invoice
from erp.receivables.operations.post_credit_notes import CreditLineDraft, CreditNoteDraft
from erp.receivables.operations.receive_payments import PaymentDraft
from erp.reference.rules import Measure, state_quantity
from erp.screens import formats
from erp.screens.forms import unit_field
from erp.screens.numbers import NumberField
from erp.treasury.models import BankAccount


class CustomerForm(forms.Form):
    """Whose payment it is; asked first, because it decides which invoices are offered."""

    customer = forms.CharField(label=_("Customer code"), max_length=40, help_text=_("The code of the customer who paid."))

    def clean_customer(self) -> Party:
        customer = Party.objects.filter(code__iexact=self.cleaned_data["customer"].strip(), is_customer=True).first()
        if customer is None:
            raise forms.ValidationError(_("There is no customer with this code. Check it in the list of customers."))
        return customer


class PaymentForm(forms.Form):
    """Amount, day, account, and what it is for."""

    amount = NumberField(label=_("Amount"), max_digits=20, decimal_places=4)
    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))
    bank_account = forms.ChoiceField(label=_("Bank account"))
    invoices = forms.MultipleChoiceField(
        label=_("Invoices"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a choice the oldest open invoices are settled first; what is left stays on the customer's account."),
    )
    memo = forms.CharField(label=_("Memo"), max_length=200, required=False)

    def __init__(self, *args: Any, customer: Party, currency: str, items: Sequence[OpenItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer, self.currency = customer, currency
        accounts: Any = self.fields["bank_account"]
        accounts.choices = list(BankAccount.objects.order_by("pk").values_list("code", "name"))
        choice: Any = self.fields["invoices"]
        choice.choices = [(str(item.document_id), _item_label(item)) for item in items]
        self.fields["amount"].help_text = currency

    def draft(self) -> PaymentDraft:
        data = self.cleaned_data
        return PaymentDraft(
            customer_id=self.customer.pk,
            amount=data["amount"],
            date=data["date"],
            currency_code=self.currency,
            bank_account=data["bank_account"],
            invoice_ids=[int(pk) for pk in data["invoices"]],
            memo=data["memo"],
        )


def _item_label(item: OpenItem) -> str:
    return _("%(number)s, due %(due)s: %(open)s %(currency)s open") % {
        "number": item.document_number,
        "due": formats.date(item.due_date),
        "open": formats.money(item.residual, item.currency_code),
        "currency": item.currency_code,
    }


class CreditForm(forms.Form):
    """When and why; and per line of the invoice a quantity or a part of the price. Empty means nothing of it."""

    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))
    memo = forms.CharField(label=_("Why"), max_length=200, required=False)

    def __init__(self, *args: Any, invoice: Invoice, lines: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invoice = invoice
        self.open_lines = [line for line in lines if line.total_left > 0]
        for line in self.open_lines:
            self.fields[f"quantity_{line.pk}"] = _number(_("%(sku)s, quantity") % {"sku": line.product.sku}, 6)
            self.fields[f"unit_{line.pk}"] = unit_field(
                line.product.sku, line.unit, line.product.unit.code, initial=_left(line).unit
            )
            self.fields[f"amount_{line.pk}"] = _number(_("%(sku)s, amount") % {"sku": line.product.sku}, 4)

    @property
    def head(self) -> list[forms.BoundField]:
        return [self["date"], self["memo"]]

    @property
    def sheet(self) -> list[tuple[Any, Measure, Decimal, forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Each line with what is left of it and of its price, and its inputs."""
        inclusive = self.invoice.prices_include_tax
        return [
            (
                line,
                _left(line),
                line.total_left if inclusive else line.net_left,
                *(self[f"{name}_{line.pk}"] for name in ("quantity", "unit", "amount")),
            )
            for line in self.open_lines
        ]

    @property
    def names(self) -> dict[str, str]:
        """Which input an operation's field is: the lines that were filled, in order."""
        return {f"lines.{i}.{name}": f"{name}_{pk}" for i, (pk, name, _) in enumerate(self._filled())}

    def draft(self) -> CreditNoteDraft:
        return CreditNoteDraft(
            invoice_id=self.invoice.pk,
            date=self.cleaned_data["date"],
            memo=self.cleaned_data["memo"],
            lines=[
                CreditLineDraft(
                    invoice_line_id=pk,
                    quantity=value if name == "quantity" else None,
                    unit=self.cleaned_data[f"unit_{pk}"] if name == "quantity" else "",
                    amount=value if name == "amount" else None,
                )
                for pk, name, value in self._filled()
            ],
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not self._filled():
            raise forms.ValidationError(_("Enter a quantity or an amount for at least one line."))
        return data

    def _filled(self) -> list[tuple[int, str, Decimal]]:
        """(line, quantity or amount, how much) of what was typed; both of one line are two credits of it."""
        asked = [(line.pk, name) for line in self.open_lines for name in ("quantity", "amount")]
        return [(pk, name, value) for pk, name in asked if (value := self.cleaned_data.get(f"{name}_{pk}"))]


def _left(line: Any) -> Measure:
    """What is left to be credited, in the unit of the line where it comes out even."""
    return state_quantity(line.quantity_left, unit=line.unit, ratio=line.measure.ratio, base=line.product.unit.code)


def _number(label: str, places: int) -> NumberField:
    widget = forms.TextInput(attrs={"size": "8"})
    return NumberField(label=label, required=False, min_value=0, max_digits=20, decimal_places=places, widget=widget)
