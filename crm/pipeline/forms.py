"""Forms of the pipeline; the lines editor has its own adapter in `editor.py`."""

from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from crm.pipeline.drafts import OpportunityDraft
from crm.pipeline.editor import EXCLUSIVE, INCLUSIVE
from crm.pipeline.models import Opportunity
from crm.pipeline.states import OPEN_STAGES
from erp.inventory.models import Warehouse
from erp.parties.models import Party
from erp.screens.forms import VersionField
from erp.screens.numbers import NumberField

HUNDRED = Decimal(100)
DAY = {"type": "date"}


def customer_field() -> forms.CharField:
    """A customer by code, with suggestions: htmx fills the datalist as one types."""
    asks = {
        "list": "customer-options",
        "hx-get": reverse_lazy("pipeline:customer_options"),
        "hx-trigger": "input changed delay:200ms, focus once",
        "hx-target": "#customer-options",
        "autocomplete": "off",
    }
    return forms.CharField(
        label=_("Customer"), help_text=_("Type the code or part of the name, then pick one."), widget=forms.TextInput(attrs=asks)
    )


class CustomerChoice(forms.Form):
    """Who it is for: asked first, because prices and currency follow from it."""

    customer = customer_field()


class QuotationHeader(forms.Form):
    """The inputs above the lines. Only drawn; what is typed is read by `editor.read_sent`."""

    customer = forms.CharField(widget=forms.HiddenInput)
    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs=DAY))
    promised_date = forms.DateField(label=_("Promised"), required=False, widget=forms.DateInput(attrs=DAY))
    valid_until_date = forms.DateField(label=_("Valid until"), required=False, widget=forms.DateInput(attrs=DAY))
    warehouse = forms.ChoiceField(label=_("Warehouse"))
    partial_delivery = forms.ChoiceField(
        label=_("Delivery terms"), choices=[("no", _("Only complete")), ("yes", _("Partial deliveries allowed"))]
    )
    prices = forms.ChoiceField(label=_("Prices"), choices=[(EXCLUSIVE, _("Without tax")), (INCLUSIVE, _("Tax included"))])
    priority = forms.IntegerField(label=_("Priority"), required=False, help_text=_("Higher is served first."))
    reference = forms.CharField(label=_("Customer's reference"), max_length=80, required=False)
    opportunity = forms.ChoiceField(label=_("Opportunity"), required=False)

    def __init__(self, *, customer: Party, initial: dict[str, Any]) -> None:
        super().__init__(initial=initial, auto_id="head-%s")
        warehouses = Warehouse.objects.filter(active=True).order_by("id")
        self._choices("warehouse", [(str(w.pk), w.name) for w in warehouses])
        mine = Opportunity.objects.filter(customer=customer).order_by("-id")
        shown = [o for o in mine[:100] if o.stage in OPEN_STAGES or str(o.pk) == initial.get("opportunity")]
        if shown:
            self._choices("opportunity", [("", "–"), *((str(o.pk), str(o)) for o in shown)])
        else:
            del self.fields["opportunity"]

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class OpportunityForm(forms.Form):
    version = VersionField()
    customer = customer_field()
    name = forms.CharField(label=_("Subject"), max_length=200)
    expected_amount = NumberField(label=_("Expected amount"), required=False, help_text=_("In company currency."))
    chance = NumberField(label=_("Probability in %"), min_value=0, max_value=100, initial=20)
    expected_date = forms.DateField(label=_("Expected by"), required=False, widget=forms.DateInput(attrs=DAY))

    def draft(self, *, customer_id: int, opportunity: Opportunity | None) -> OpportunityDraft:
        """The opportunity as the valid form says; what the form does not show stays."""
        data = self.cleaned_data
        kept = {"external_source": opportunity.external_source, "external_ref": opportunity.external_ref} if opportunity else {}
        return OpportunityDraft(
            id=opportunity.pk if opportunity else None,
            version=data["version"],
            name=data["name"],
            customer_id=customer_id,
            expected_amount=data["expected_amount"] or Decimal(0),
            probability=data["chance"] / HUNDRED,
            expected_date=data["expected_date"],
            **kept,
        )


class LostForm(forms.Form):
    """Why an opportunity was lost."""

    lost_reason = forms.CharField(label=_("Why was it lost?"), max_length=200)
