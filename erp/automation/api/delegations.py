"""Who answers for whom over the API."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.automation.models import Delegation
from erp.automation.operations.end_delegations import end_delegations
from erp.automation.operations.save_delegations import DelegationDraft, save_delegations
from erp.automation.permissions import ANSWER_APPROVALS, VIEW_APPROVALS
from erp.core.scope import current_company_id
from erp.identity.access import people_of, user_names_of
from erp.identity.rest.fields import Day, PlainText
from erp.identity.rest.problems import moved
from erp.identity.rest.references import as_id
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly, verb


class DelegationAnswer(ReadSerializer):
    from_user = serializers.SerializerMethodField(help_text="who is away: id and name, empty for one who works here no more")
    to_user = serializers.SerializerMethodField(help_text="who answers")

    class Meta:
        model = Delegation
        fields = names("id from_user to_user first_date last_date reason ended_at")

    def get_from_user(self, row: Delegation) -> dict[str, Any]:
        return self._person(row.from_user_id)

    def get_to_user(self, row: Delegation) -> dict[str, Any]:
        return self._person(row.to_user_id)

    def _person(self, user_id: int) -> dict[str, Any]:
        context: Any = self.context
        if "people" not in context:
            context["people"] = people_of(current_company_id())
        return {"id": user_id, "name": context["people"].get(user_id, "")}


class PersonField(serializers.Field[int, Any, Any, Any]):
    """Somebody who works in the company by their user name (a string) or the id of the user; gives the id."""

    default_error_messages: ClassVar = {
        "invalid": _("Enter a user name or an id."),
        "unknown_code": _("Nobody called “%(value)s” works in the company. Check the user name."),
    }

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, str | int):
            self.fail("invalid")
        company_id, number = current_company_id(), as_id(data)
        if isinstance(data, str) and "\0" not in data:
            found = user_names_of(company_id, {data.lower()}).get(data.lower())
            if found is not None:
                return found
        if number is None or number not in people_of(company_id):
            text = str(self.error_messages["unknown_code"]) % {"value": str(data)[:80]}
            raise serializers.ValidationError(text, code="unknown_code")
        return number


class DelegationInput(InputSerializer):
    from_user = PersonField(help_text="who is away: user name or id")
    to_user = PersonField(help_text="who answers: user name or id")
    first_date = Day()
    last_date = Day(help_text="it counts, too")
    reason = PlainText(max_length=200, required=False, allow_blank=True)


class DelegationFilters(FilterSet):
    from_user = django_filters.NumberFilter(field_name="from_user_id")
    to_user = django_filters.NumberFilter(field_name="to_user_id")
    date = django_filters.DateFilter(method="running_on", help_text="those by which somebody answers on this day")

    def running_on(self, rows: QuerySet[Any], _name: str, value: Any) -> QuerySet[Any]:
        return rows.filter(first_date__lte=value, last_date__gte=value, ended_at=None)


class DelegationView(ReadOnly):
    queryset: QuerySet[Any] = Delegation.objects.all()
    code_field = "id"
    versioned = True
    serializer_class = DelegationAnswer
    filterset_class = DelegationFilters
    permissions: ClassVar = {
        "list": VIEW_APPROVALS,
        "retrieve": VIEW_APPROVALS,
        "create": ANSWER_APPROVALS,
        "partial_update": ANSWER_APPROVALS,
        "end": ANSWER_APPROVALS,
    }
    inputs: ClassVar = {"create": DelegationInput, "partial_update": DelegationInput}
    operations: ClassVar = {"create": "save_delegations", "partial_update": "save_delegations", "end": "end_delegations"}

    def create(self, request: Request) -> HttpResponse:
        """Let somebody answer for somebody else: a person for themselves, who keeps the approval policies for all."""
        return self.perform(lambda call: _save(DelegationDraft(**_entered(call)), call))

    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change people, days or reason of a delegation that has not ended."""

        def run(call: Call) -> int:
            now = {name: getattr(call.target, name) for name in names("from_user_id to_user_id first_date last_date reason")}
            return _save(DelegationDraft(**{**now, **_entered(call), "id": call.target.pk}), call)

        return self.perform(run)

    @verb("end")
    def end(self, request: Request, pk: str) -> HttpResponse:
        """From now on nobody answers by it; what was answered stays."""
        return self.perform(lambda call: end_delegations(delegation_ids=[call.target.pk], **call.by)[0])


def _entered(call: Call) -> dict[str, Any]:
    return renamed(call.data, from_user="from_user_id", to_user="to_user_id")


def _save(draft: DelegationDraft, call: Call) -> int:
    with moved("delegations.0.", ""):
        return save_delegations(drafts=[draft], **call.by)[0]
