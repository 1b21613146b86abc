"""Opportunities over the API."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from crm.pipeline.drafts import OpportunityDraft, OpportunityMove
from crm.pipeline.models import Opportunity
from crm.pipeline.operations.move_opportunities import move_opportunities
from crm.pipeline.operations.save_opportunities import save_opportunities
from crm.pipeline.permissions import (
    EDIT_OPPORTUNITIES,
    VIEW_OPPORTUNITIES,
)
from crm.pipeline.states import OpportunityStage
from erp.identity.rest.fields import Day, PlainText, Ref, amount, fraction
from erp.identity.rest.filters import RefFilter, TextFilter
from erp.identity.rest.references import Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly, verb


class OpportunityAnswer(ReadSerializer):
    customer = Ref(name="name")
    joins: ClassVar = {"customer": ("customer",)}

    class Meta:
        model = Opportunity
        fields = names(
            "id number name customer stage expected_amount probability expected_date lost_reason "
            "external_source external_ref created_at"
        )


class OpportunityInput(InputSerializer):
    name = PlainText(max_length=200)
    customer = Reference("parties.Party", what=_("customer"))
    expected_amount = amount(min_value=0, required=False, help_text="company currency")
    probability = fraction(max_digits=5, decimal_places=4, required=False)
    expected_date = Day(required=False, allow_null=True)
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class MoveInput(InputSerializer):
    stage = serializers.ChoiceField(OpportunityStage.choices)
    lost_reason = PlainText(max_length=200, required=False, allow_blank=True, help_text="needed for stage lost")


class OpportunityFilters(FilterSet):
    number = TextFilter()
    customer = RefFilter("customer")
    stage = django_filters.ChoiceFilter(choices=OpportunityStage.choices)
    external_ref = TextFilter()


class OpportunityView(ReadOnly):
    queryset: QuerySet[Any] = Opportunity.objects.all()
    versioned = True
    serializer_class = OpportunityAnswer
    filterset_class = OpportunityFilters
    permissions: ClassVar = {
        "list": VIEW_OPPORTUNITIES,
        "retrieve": VIEW_OPPORTUNITIES,
        "create": EDIT_OPPORTUNITIES,
        "partial_update": EDIT_OPPORTUNITIES,
        "move": EDIT_OPPORTUNITIES,
    }
    inputs: ClassVar = {"create": OpportunityInput, "partial_update": OpportunityInput, "move": MoveInput}
    operations: ClassVar = {"create": "save_opportunities", "partial_update": "save_opportunities", "move": "move_opportunities"}

    def create(self, request: Request) -> HttpResponse:
        """Open an opportunity in the first stage."""

        def run(call: Call) -> int:
            return save_opportunities(opportunities=[OpportunityDraft(**renamed(call.data, customer="customer_id"))], **call.by)[
                0
            ]

        return self.perform(run)

    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change an opportunity: fields left out stay as they are."""

        def run(call: Call) -> int:
            now = {name: getattr(call.target, name) for name in OpportunityInput().fields if name != "customer"}
            data = {**now, "customer_id": call.target.customer_id, **renamed(call.data, customer="customer_id")}
            return save_opportunities(opportunities=[OpportunityDraft(**{**data, "id": call.target.pk})], **call.by)[0]

        return self.perform(run)

    @verb("move")
    def move(self, request: Request, pk: str) -> HttpResponse:
        """Move an opportunity into another stage."""

        def run(call: Call) -> int:
            return move_opportunities(moves=[OpportunityMove(id=call.target.pk, **call.data)], **call.by)[0]

        return self.perform(run)
