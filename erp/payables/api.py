"""How far bills may be off, over the API."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.identity.rest.fields import Ref, fraction, price, quantity
from erp.identity.rest.filters import RefFilter
from erp.identity.rest.problems import moved
from erp.identity.rest.references import Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import ReadOnly
from erp.payables.models import MatchTolerance
from erp.payables.operations.save_tolerances import ToleranceDraft, save_tolerances
from erp.payables.permissions import RELEASE, VIEW_TOLERANCES
from erp.payables.rules import STRICTER, WIDER


class ToleranceAnswer(ReadSerializer):
    supplier = Ref(name="name")
    joins: ClassVar = {"supplier": ("supplier",)}

    class Meta:
        model = MatchTolerance
        fields = names(
            "id supplier quantity_over_fraction quantity_over price_over_fraction price_over price_under_fraction price_under "
            "combine"
        )


class ToleranceInput(InputSerializer):
    supplier = Reference(
        "parties.Party",
        what=_("supplier"),
        required=False,
        allow_null=True,
        help_text="all that have none of their own, if left out",
    )
    quantity_over_fraction = fraction(required=False, allow_null=True, help_text="0.02 is 2 %")
    quantity_over = quantity(min_value=0, required=False, allow_null=True)
    price_over_fraction = fraction(required=False, allow_null=True)
    price_over = price(min_value=0, required=False, allow_null=True)
    price_under_fraction = fraction(required=False, allow_null=True)
    price_under = price(min_value=0, required=False, allow_null=True)
    combine = serializers.ChoiceField([STRICTER, WIDER], required=False, help_text="which of share and amount decides")


class ToleranceFilters(FilterSet):
    supplier = RefFilter("supplier")


class ToleranceView(ReadOnly):
    queryset: QuerySet[Any] = MatchTolerance.objects.all()
    code_field = "id"
    serializer_class = ToleranceAnswer
    filterset_class = ToleranceFilters
    permissions: ClassVar = {"list": VIEW_TOLERANCES, "retrieve": VIEW_TOLERANCES, "create": RELEASE}
    inputs: ClassVar = {"create": ToleranceInput}
    operations: ClassVar = {"create": "save_tolerances"}

    def create(self, request: Request) -> HttpResponse:
        """Say how far bills may be off; what was said before about the supplier, or about all, is replaced."""

        def run(call: Any) -> int:
            draft = ToleranceDraft(**renamed(call.data, supplier="supplier_id"))
            with moved("tolerances.0.", ""):
                return save_tolerances(drafts=[draft], **call.by)[0]

        return self.perform(run)


ROUTES = {"erp/match-tolerances": ToleranceView}
