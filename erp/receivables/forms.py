"""The form of a payment that came in."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.ledger.models import OpenItem
from erp.parties.models import Party
from erp.receivables.operations.receive_payments import PaymentDraft
from erp.screens import formats
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

    amount = forms.DecimalField(label=_("Amount"), max_digits=20, decimal_places=4, localize=False)
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
