"""How the inbox and the rules can be narrowed. The words are what home and the dashboard link to."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from erp.automation.models import ApprovalPolicy, ApprovalRequest, Delegation, ExceptionItem, Rule
from erp.automation.queries import rule_choices, verb_choices
from erp.identity.roles import STAFF_CHOICES
from erp.screens.filters import dates
from erp.screens.lists import EVERYTHING

ITEM_STATES = (*ExceptionItem.State.choices, (EVERYTHING, _("All")))
APPROVAL_STATES = (*ApprovalRequest.State.choices, (EVERYTHING, _("All")))
RULE_STATES = (("in_force", _("In force")), ("planned", _("Planned")), ("ended", _("Ended")))


class ExceptionFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=ITEM_STATES, empty_label=None, method="filter_state")
    owner = django_filters.MultipleChoiceFilter(label=_("Owner"), field_name="owner_role", choices=STAFF_CHOICES)
    verb = django_filters.ChoiceFilter(label=_("To do"), choices=verb_choices)
    since = dates(_("Since"), "raised_at")

    class Meta:
        model = ExceptionItem
        fields: list[str] = []

    def filter_state(self, rows: QuerySet[ExceptionItem], _name: str, value: str) -> QuerySet[ExceptionItem]:
        return rows if value == EVERYTHING else rows.filter(state=value)


class RuleFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=RULE_STATES)
    verb = django_filters.ChoiceFilter(label=_("Step"), choices=rule_choices)

    class Meta:
        model = Rule
        fields: list[str] = []


class ApprovalFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=APPROVAL_STATES, empty_label=None, method="filter_state")
    asked = dates(_("Asked at"), "asked_at")

    class Meta:
        model = ApprovalRequest
        fields: list[str] = []

    def filter_state(self, rows: QuerySet[ApprovalRequest], _name: str, value: str) -> QuerySet[ApprovalRequest]:
        return rows if value == EVERYTHING else rows.filter(state=value)


class PolicyFilter(django_filters.FilterSet):
    valid = dates(_("Valid from"), "valid_from_date")

    class Meta:
        model = ApprovalPolicy
        fields: list[str] = []


class DelegationFilter(django_filters.FilterSet):
    last = dates(_("Last day"), "last_date")

    class Meta:
        model = Delegation
        fields: list[str] = []
