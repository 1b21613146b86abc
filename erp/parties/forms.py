"""The form of a party, with its contacts and addresses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.parties.drafts import AddressDraft, ContactDraft, PartyDraft
from erp.parties.models import Address, Party
from erp.parties.permissions import SET_CREDIT_LIMIT
from erp.reference.models import Currency, PaymentTerm
from erp.screens.forms import VersionField
from erp.screens.numbers import NumberField


class PartyForm(forms.Form):
    """Choices are read when the form is made, inside the scope of the request."""

    version = VersionField()
    code = forms.CharField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=200)
    is_customer = forms.BooleanField(label=_("Customer"), required=False)
    is_supplier = forms.BooleanField(label=_("Supplier"), required=False)
    tax_number = forms.CharField(label=_("Tax number"), max_length=40, required=False)
    email = forms.EmailField(label=_("Email"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    currency_code = forms.ChoiceField(label=_("Currency"))
    payment_term_code = forms.ChoiceField(label=_("Payment term"))
    credit_limit = NumberField(label=_("Credit limit"), required=False, help_text=_("In company currency. Empty: no limit."))
    active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, *args: Any, actor: Actor, party: Party | None = None, initial: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, initial=initial | (_initial(party) if party else {}), **kwargs)
        self.party = party
        self._choices("currency_code", [(c.code, f"{c.code} {c.name}") for c in Currency.objects.order_by("code")])
        self._choices("payment_term_code", [(term.code, term.name) for term in PaymentTerm.objects.order_by("days", "code")])
        if not actor.can(SET_CREDIT_LIMIT):
            self.fields["credit_limit"].disabled = True
            self.fields["credit_limit"].help_text = _("A sales manager or the finance department sets it.")

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def draft(self, contacts: list[ContactDraft], addresses: list[AddressDraft]) -> PartyDraft:
        """The party as the valid form says; what the form does not show stays."""
        kept = {"external_source": self.party.external_source, "external_ref": self.party.external_ref} if self.party else {}
        return PartyDraft(
            id=self.party.pk if self.party else None, contacts=contacts, addresses=addresses, **kept, **self.cleaned_data
        )


class ContactForm(forms.Form):
    id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Name"), max_length=120)
    position = forms.CharField(label=_("Position"), max_length=80, required=False)
    email = forms.EmailField(label=_("Email"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)


class AddressForm(forms.Form):
    id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Address.Purpose.choices, initial=Address.Purpose.BILLING)
    street = forms.CharField(label=_("Street"), max_length=200, required=False)
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20, required=False)
    country = forms.CharField(label=_("Country"), max_length=60, required=False)


class PartyForms:
    """The form with its two lists: valid together, refused together."""

    def __init__(self, data: Any, *, actor: Actor, party: Party | None, currency_code: str, customer: bool) -> None:
        initial = {
            "currency_code": currency_code,
            "payment_term_code": "NET30",
            "is_customer": customer,
            "is_supplier": not customer,
        }
        self.form = PartyForm(data, actor=actor, party=party, initial=initial)
        self.contacts = _formset(ContactForm, "contacts", data, list(party.contacts.order_by("id").values()) if party else [])
        self.addresses = _formset(AddressForm, "addresses", data, list(party.addresses.order_by("id").values()) if party else [])

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.contacts.is_valid(), self.addresses.is_valid()])

    def draft(self) -> PartyDraft:
        contacts = [ContactDraft(**_without_delete(row.cleaned_data)) for row in _kept(self.contacts)]
        addresses = [AddressDraft(**_without_delete(row.cleaned_data)) for row in _kept(self.addresses)]
        return self.form.draft(contacts, addresses)


def _formset(form: type[forms.Form], prefix: str, data: Any, initial: list[dict[str, Any]]) -> Any:
    """The rows that are there and one empty row more."""
    made = forms.formset_factory(form, extra=1, can_delete=True, can_delete_extra=False, max_num=50)
    return made(data, prefix=prefix, initial=initial)


def _kept(formset: Any) -> list[Any]:
    return [row for row in formset.forms if row.has_changed() | bool(row.initial) and row not in formset.deleted_forms]


def _without_delete(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "DELETE"}


def _initial(party: Party) -> dict[str, Any]:
    same = ("code", "name", "is_customer", "is_supplier", "tax_number", "email", "phone", "active")
    limit = party.credit_limit
    return {
        **{name: getattr(party, name) for name in same},
        "version": getattr(party, "version", ""),
        "currency_code": party.currency_id,
        "payment_term_code": party.payment_term.code,
        "credit_limit": None if limit is None else f"{limit.normalize():f}",
    }
