"""The form of a rule: its condition as fields, so that nobody writes JSON."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.automation.models import Rule
from erp.automation.operations.save_rules import RuleDraft
from erp.automation.queries import rule_choices
from erp.screens.numbers import NumberField

CONDITIONS = ("customer", "warehouse", "currency")
FIELDS = ("verb", "name", "limit_amount", "valid_from_date", "valid_to_date", "priority")


class RuleForm(forms.Form):
    """One rule. Conditions the form has no field for (set over the API) stay as they are."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Stands on the timeline of what Weft did by it."))
    verb = forms.ChoiceField(label=_("Step"), choices=rule_choices)
    limit_amount = NumberField(
        label=_("Up to"),
        required=False,
        max_digits=20,
        decimal_places=4,
        help_text=_("Largest amount of the order in company currency. Empty: any amount."),
    )
    customer = forms.CharField(label=_("Only for customer"), required=False, max_length=40, help_text=_("Code; empty: all."))
    warehouse = forms.CharField(label=_("Only from warehouse"), required=False, max_length=40, help_text=_("Code; empty: all."))
    currency = forms.CharField(
        label=_("Only in currency"), required=False, max_length=3, help_text=_("Such as EUR; orders only.")
    )
    valid_from_date = forms.DateField(label=_("Valid from"), widget=forms.DateInput())
    valid_to_date = forms.DateField(
        label=_("Valid to"), required=False, widget=forms.DateInput(), help_text=_("Last day. To end a rule, fill it in.")
    )
    priority = forms.IntegerField(
        label=_("Priority"),
        required=False,
        min_value=-32768,
        max_value=32767,
        help_text=_("Of the rules that fit, those of the highest priority decide."),
    )

    def __init__(self, data: Any = None, *, rule: Rule | None = None, **initial: Any) -> None:
        self.rule = rule
        if rule:
            initial = {name: getattr(rule, name) for name in FIELDS}
            initial |= {name: rule.condition.get(name, "") for name in CONDITIONS}
            initial["limit_amount"] = "" if rule.limit_amount is None else f"{rule.limit_amount.normalize():f}"
        super().__init__(data, initial=initial)

    def draft(self) -> RuleDraft:
        entered = {name: self.cleaned_data[name].strip() for name in CONDITIONS if self.cleaned_data[name].strip()}
        kept = {name: value for name, value in self.rule.condition.items() if name not in CONDITIONS} if self.rule else {}
        values = {name: self.cleaned_data[name] for name in FIELDS}
        values["priority"] = values["priority"] or 0
        return RuleDraft(id=self.rule.pk if self.rule else None, condition={**kept, **entered}, **values)
