"""The forms of rules, approval policies and delegations, so that nobody writes JSON."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.automation.actions import approvable_kinds
from erp.automation.approval_tables import kind_words
from erp.automation.models import ApprovalPolicy, Delegation, Rule
from erp.automation.operations.save_approval_policies import ApprovalPolicyDraft
from erp.automation.operations.save_delegations import DelegationDraft
from erp.automation.operations.save_rules import RuleDraft
from erp.automation.queries import rule_choices
from erp.identity.roles import STAFF_CHOICES
from erp.screens.numbers import NumberField

MOST_STAGES = 3
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


class PolicyForm(forms.Form):
    """One policy with up to three stages."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Document"), choices=lambda: [(kind, kind_words(kind)) for kind in approvable_kinds()])
    from_amount = NumberField(
        label=_("From"), max_digits=20, decimal_places=4, help_text=_("Documents of this amount or more, in company currency.")
    )
    valid_from_date = forms.DateField(label=_("Valid from"), widget=forms.DateInput())
    valid_to_date = forms.DateField(label=_("Valid to"), required=False, widget=forms.DateInput())

    def __init__(self, data: Any = None, *, policy: ApprovalPolicy | None = None, **initial: Any) -> None:
        self.policy = policy
        if policy:
            initial = {name: getattr(policy, name) for name in ("name", "kind", "valid_from_date", "valid_to_date")}
            initial["from_amount"] = f"{policy.from_amount.normalize():f}"
            for n, stage in enumerate(policy.stages, 1):
                initial |= {f"roles_{n}": stage["roles"], f"needs_{n}": stage["needs"]}
        super().__init__(data, initial=initial)
        stages = max(MOST_STAGES, len(policy.stages) if policy else 0)
        for n in range(1, stages + 1):
            self.fields[f"roles_{n}"] = forms.MultipleChoiceField(
                label=_("Stage %(n)s") % {"n": n}, choices=STAFF_CHOICES, required=n == 1, widget=forms.CheckboxSelectMultiple
            )
            self.fields[f"needs_{n}"] = forms.ChoiceField(
                label=_("Of stage %(n)s") % {"n": n},
                required=False,
                choices=[("any", _("One of them is enough")), ("all", _("Each of them has to agree"))],
            )
        self.count = stages

    def draft(self) -> ApprovalPolicyDraft:
        typed = self.cleaned_data
        stages = [
            {"roles": typed[f"roles_{n}"], "needs": typed[f"needs_{n}"] or "any"}
            for n in range(1, self.count + 1)
            if typed[f"roles_{n}"]
        ]
        head = {name: typed[name] for name in ("name", "kind", "from_amount", "valid_from_date", "valid_to_date")}
        return ApprovalPolicyDraft(id=self.policy.pk if self.policy else None, stages=stages, **head)


class DelegationForm(forms.Form):
    """Who answers for whom, from when to when."""

    from_user = forms.TypedChoiceField(label=_("Who is away"), coerce=int)
    to_user = forms.TypedChoiceField(label=_("Who answers"), coerce=int)
    first_date = forms.DateField(label=_("First day"), widget=forms.DateInput())
    last_date = forms.DateField(label=_("Last day"), widget=forms.DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, data: Any = None, *, people: dict[int, str], delegation: Delegation | None = None, **initial: Any) -> None:
        self.delegation = delegation
        if delegation:
            initial = {name: getattr(delegation, name) for name in ("first_date", "last_date", "reason")}
            initial |= {"from_user": delegation.from_user_id, "to_user": delegation.to_user_id}
        super().__init__(data, initial=initial)
        for name in ("from_user", "to_user"):
            field: Any = self.fields[name]
            field.choices = list(people.items())

    def draft(self) -> DelegationDraft:
        typed = dict(self.cleaned_data)
        users = {f"{name}_id": typed.pop(name) for name in ("from_user", "to_user")}
        return DelegationDraft(id=self.delegation.pk if self.delegation else None, **users, **typed)


class RefusalForm(forms.Form):
    """Why something is not approved."""

    comment = forms.CharField(label=_("Why not?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
