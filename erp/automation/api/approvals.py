"""Approvals, what needs them, over the API."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.automation.models import ApprovalAnswer, ApprovalPolicy, ApprovalRequest
from erp.automation.operations.answer_approvals import ApprovalReply, answer_approvals
from erp.automation.operations.save_approval_policies import ApprovalPolicyDraft, save_approval_policies
from erp.automation.permissions import ANSWER_APPROVALS, MANAGE_APPROVALS, VIEW_APPROVALS
from erp.identity.rest.fields import Day, PlainText, amount
from erp.identity.rest.filters import TextFilter
from erp.identity.rest.problems import moved
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names
from erp.identity.rest.views import Call, ReadOnly, verb
from erp.identity.roles import STAFF_CHOICES, Role


class ApprovalAnswerAnswer(ReadSerializer):
    class Meta:
        model = ApprovalAnswer
        fields = names("stage role approved comment at")


class StageAnswer(serializers.Serializer[Any]):
    roles = serializers.ListField(child=serializers.CharField())
    needs = serializers.ChoiceField(["any", "all"])


class ApprovalRequestAnswer(ReadSerializer):
    policy = serializers.CharField(source="policy.name", read_only=True)
    stages = StageAnswer(many=True, read_only=True)
    answers = ApprovalAnswerAnswer(many=True, read_only=True)
    joins: ClassVar = {"policy": ("policy",)}
    prefetches: ClassVar = {"answers": ("answers",)}

    class Meta:
        model = ApprovalRequest
        fields = names("id number state kind document_id document_number amount policy stages stage answers asked_at ended_at")


class ApproveInput(InputSerializer):
    comment = PlainText(max_length=500, required=False, allow_blank=True)


class RefuseInput(InputSerializer):
    comment = PlainText(max_length=500, help_text="why it is not approved")


class ApprovalFilters(FilterSet):
    state = django_filters.ChoiceFilter(choices=ApprovalRequest.State.choices)
    kind = TextFilter()
    number = TextFilter()
    document_number = TextFilter()


class ApprovalView(ReadOnly):
    queryset: QuerySet[Any] = ApprovalRequest.objects.all()
    serializer_class = ApprovalRequestAnswer
    filterset_class = ApprovalFilters
    permissions: ClassVar = {
        "list": VIEW_APPROVALS,
        "retrieve": VIEW_APPROVALS,
        "approve": ANSWER_APPROVALS,
        "refuse": ANSWER_APPROVALS,
    }
    inputs: ClassVar = {"approve": ApproveInput, "refuse": RefuseInput}
    operations: ClassVar = {"approve": "answer_approvals", "refuse": "answer_approvals"}

    @verb("approve")
    def approve(self, request: Request, pk: str) -> HttpResponse:
        """Agree, for a role that the present stage asks."""
        return self.perform(lambda call: _reply(call, approved=True))

    @verb("refuse")
    def refuse(self, request: Request, pk: str) -> HttpResponse:
        """Do not agree: the request ends, and whoever made the document learns why."""
        return self.perform(lambda call: _reply(call, approved=False))


def _reply(call: Call, *, approved: bool) -> int:
    reply = ApprovalReply(request_id=call.target.pk, approved=approved, comment=call.data.get("comment", ""))
    return answer_approvals(replies=[reply], **call.by)[0]


class StageInput(InputSerializer):
    roles = serializers.ListField(child=serializers.ChoiceField(STAFF_CHOICES), allow_empty=False, max_length=len(Role))
    needs = serializers.ChoiceField(["any", "all"], required=False, help_text="one of the roles, or each; any, if left out")


class ApprovalPolicyAnswer(ReadSerializer):
    stages = StageAnswer(many=True, read_only=True)

    class Meta:
        model = ApprovalPolicy
        fields = names("id kind name from_amount stages valid_from_date valid_to_date")


class ApprovalPolicyInput(InputSerializer):
    kind = PlainText(max_length=40, help_text="of the documents, such as purchase_order")
    name = PlainText(max_length=120)
    from_amount = amount(min_value=0, help_text="documents of this amount or more, in company currency")
    stages = StageInput(many=True, allow_empty=False, max_length=10)
    valid_from_date = Day()
    valid_to_date = Day(required=False, allow_null=True)


class ApprovalPolicyFilters(FilterSet):
    kind = TextFilter()


class ApprovalPolicyView(ReadOnly):
    queryset: QuerySet[Any] = ApprovalPolicy.objects.all()
    code_field = "id"
    versioned = True
    serializer_class = ApprovalPolicyAnswer
    filterset_class = ApprovalPolicyFilters
    permissions: ClassVar = {
        "list": VIEW_APPROVALS,
        "retrieve": VIEW_APPROVALS,
        "create": MANAGE_APPROVALS,
        "partial_update": MANAGE_APPROVALS,
    }
    inputs: ClassVar = {"create": ApprovalPolicyInput, "partial_update": ApprovalPolicyInput}
    operations: ClassVar = {"create": "save_approval_policies", "partial_update": "save_approval_policies"}

    def create(self, request: Request) -> HttpResponse:
        """Say what needs approval, and whose."""
        return self.perform(lambda call: _save_policy(ApprovalPolicyDraft(**call.data), call))

    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change a policy; to end it, give it a `valid_to_date`."""

        def run(call: Call) -> int:
            now = {name: getattr(call.target, str(name)) for name in ApprovalPolicyInput().fields}
            return _save_policy(ApprovalPolicyDraft(**{**now, **call.data, "id": call.target.pk}), call)

        return self.perform(run)


def _save_policy(draft: ApprovalPolicyDraft, call: Call) -> int:
    with moved("policies.0.", ""):
        return save_approval_policies(drafts=[draft], **call.by)[0]
