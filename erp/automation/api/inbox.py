"""The exception inbox and the rules of automation over the API."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.automation.models import ExceptionItem, Rule
from erp.automation.operations.reopen_exceptions import reopen_exceptions
from erp.automation.operations.run_exceptions import run_exceptions
from erp.automation.operations.save_rules import RuleDraft, save_rules
from erp.automation.operations.settle_exceptions import settle_exceptions
from erp.automation.permissions import MANAGE_RULES, SETTLE, VIEW
from erp.automation.queries import sentence_of
from erp.identity.rest.fields import Day, FreeObject, PlainText, amount
from erp.identity.rest.filters import TextFilter
from erp.identity.rest.problems import moved
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names
from erp.identity.rest.views import Call, ReadOnly, verb
from erp.identity.roles import STAFF_CHOICES


class ExceptionAnswer(ReadSerializer):
    message = serializers.SerializerMethodField(help_text="the reason as a sentence in the reader's language")
    reason_code = serializers.CharField(source="reason.code", read_only=True)

    class Meta:
        model = ExceptionItem
        fields = names("id verb kind document_id number reason_code message owner_role state raised_at settled_at")

    def get_message(self, item: ExceptionItem) -> str:
        return sentence_of(item.reason)


class ExceptionFilters(FilterSet):
    state = django_filters.ChoiceFilter(choices=ExceptionItem.State.choices)
    verb = TextFilter()
    kind = TextFilter()
    number = TextFilter(help_text="number of the document")
    owner_role = django_filters.ChoiceFilter(choices=STAFF_CHOICES)


class ExceptionView(ReadOnly):
    queryset: QuerySet[Any] = ExceptionItem.objects.all()
    code_field = "id"
    serializer_class = ExceptionAnswer
    filterset_class = ExceptionFilters
    permissions: ClassVar = {"list": VIEW, "retrieve": VIEW, "run": SETTLE, "settle": SETTLE, "dismiss": SETTLE, "reopen": SETTLE}
    operations: ClassVar = {
        "run": "run_exceptions",
        "settle": "settle_exceptions",
        "dismiss": "settle_exceptions",
        "reopen": "reopen_exceptions",
    }

    @verb("run")
    def run(self, request: Request, pk: str) -> HttpResponse:
        """Do the verb on the document, as yourself, and close the exception."""
        return self.perform(_run)

    @verb("settle")
    def settle(self, request: Request, pk: str) -> HttpResponse:
        """Close an exception that was dealt with elsewhere."""
        return self.perform(lambda call: _settle(call, ExceptionItem.State.DONE))

    @verb("dismiss")
    def dismiss(self, request: Request, pk: str) -> HttpResponse:
        """Close an exception: nothing is to be done."""
        return self.perform(lambda call: _settle(call, ExceptionItem.State.DISMISSED))

    @verb("reopen")
    def reopen(self, request: Request, pk: str) -> HttpResponse:
        """Take back a dismissal."""
        return self.perform(_reopen)


def _run(call: Call) -> int:
    run_exceptions(exception_ids=[call.target.pk], **call.by)
    return int(call.target.pk)


def _reopen(call: Call) -> int:
    reopen_exceptions(exception_ids=[call.target.pk], **call.by)
    return int(call.target.pk)


def _settle(call: Call, outcome: str) -> int:
    settle_exceptions(exception_ids=[call.target.pk], outcome=outcome, **call.by)
    return int(call.target.pk)


class RuleAnswer(ReadSerializer):
    condition = FreeObject(read_only=True)

    class Meta:
        model = Rule
        fields = names("id verb name condition limit_amount valid_from_date valid_to_date priority")


class RuleInput(InputSerializer):
    verb = PlainText(max_length=40)
    name = PlainText(max_length=120)
    condition = FreeObject(required=False, help_text='equal values of the case, such as {"customer": "C001"}')
    limit_amount = amount(min_value=0, required=False, allow_null=True, help_text="company currency; any amount, if left out")
    valid_from_date = Day()
    valid_to_date = Day(required=False, allow_null=True)
    priority = serializers.IntegerField(min_value=-32768, max_value=32767, required=False)


class RuleFilters(FilterSet):
    verb = TextFilter()


class RuleView(ReadOnly):
    queryset: QuerySet[Any] = Rule.objects.all()
    code_field = "id"
    versioned = True
    serializer_class = RuleAnswer
    filterset_class = RuleFilters
    permissions: ClassVar = {"list": VIEW, "retrieve": VIEW, "create": MANAGE_RULES, "partial_update": MANAGE_RULES}
    inputs: ClassVar = {"create": RuleInput, "partial_update": RuleInput}
    operations: ClassVar = {"create": "save_rules", "partial_update": "save_rules"}

    def create(self, request: Request) -> HttpResponse:
        """Allow a verb to run by itself."""
        return self.perform(lambda call: _save(RuleDraft(**call.data), call))

    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change a rule; to end it, give it a `valid_to_date`."""

        def run(call: Call) -> int:
            now = {name: getattr(call.target, name) for name in RuleInput().fields}
            return _save(RuleDraft(**{**now, **call.data, "id": call.target.pk}), call)

        return self.perform(run)


def _save(draft: RuleDraft, call: Call) -> int:
    with moved("rules.0.", ""):
        return save_rules(drafts=[draft], **call.by)[0]
