"""From which period to which."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.ledger.models import Period


class PeriodRangeForm(forms.Form):
    """Whole periods, first and last included."""

    first = forms.ChoiceField(label=_("From period"))
    last = forms.ChoiceField(label=_("To period"))

    def __init__(self, data: Any, periods: list[Period]) -> None:
        super().__init__(data)
        self.periods = {period.code: period for period in periods}
        for name in ("first", "last"):
            field: Any = self.fields[name]
            field.choices = [(code, code) for code in self.periods]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "first" in data and "last" in data:
            first, last = self.periods[data["first"]], self.periods[data["last"]]
            if last.first_date < first.first_date:
                raise forms.ValidationError(_("The last period is before the first. Exchange them."))
            data |= {"first": first, "last": last}
        return data


class AgeingForm(forms.Form):
    """The day at whose end debts are looked at, and the page of the parties."""

    on = forms.DateField(label=_("As of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    page = forms.IntegerField(min_value=1, max_value=100_000, widget=forms.HiddenInput)
