"""Manufacturing orders over the API."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.identity.rest.fields import Day, PlainText, Ref, above_zero, quantity
from erp.identity.rest.filters import RefFilter, TextFilter
from erp.identity.rest.references import BIGINT, Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly, verb
from erp.inventory.models import Warehouse
from erp.inventory.permissions import VIEW_VALUE
from erp.manufacturing.drafts import (
    CompletionDraft,
    ComponentPart,
    ManufacturingDraft,
    ProductionMove,
    ReturnDraft,
)
from erp.manufacturing.models import (
    ComponentLine,
    ManufacturingOrder,
)
from erp.manufacturing.operations.complete_production import complete_production
from erp.manufacturing.operations.end_production import cancel_production, close_production, move_production
from erp.manufacturing.operations.issue_components import issue_components
from erp.manufacturing.operations.place_production import place_production
from erp.manufacturing.operations.release_production import release_production
from erp.manufacturing.operations.return_components import return_components
from erp.manufacturing.permissions import CLOSE, OPERATE, PLAN, RELEASE, VIEW
from erp.manufacturing.states import ManufacturingOrderState


class ComponentAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")

    class Meta:
        model = ComponentLine
        fields = names("id sequence product required reserved issued")


class ManufacturingOrderAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    warehouse = Ref()
    components = ComponentAnswer(many=True, read_only=True)
    joins: ClassVar = {"product": ("product",), "warehouse": ("warehouse",)}
    prefetches: ClassVar = {"components": ("components__product",)}
    hidden: ClassVar = {"wip": VIEW_VALUE}

    class Meta:
        model = ManufacturingOrder
        fields = names(
            "id number state product warehouse quantity completed scrapped wip date start_date due_date first_due_date priority "
            "source_kind source_id components placed_at released_at closed_at"
        )


class ManufacturingOrderInput(InputSerializer):
    product = Reference("catalog.Product", code="sku", what=_("product"))
    quantity = above_zero()
    warehouse = Reference("inventory.Warehouse", what=_("warehouse"), required=False, help_text="the first one, if left out")
    date = Day(required=False, help_text="today, if left out")
    start_date = Day(required=False, allow_null=True, help_text="the lead days before it is due, if left out")
    due_date = Day()
    priority = serializers.IntegerField(min_value=-32768, max_value=32767, required=False)


class DayInput(InputSerializer):
    date = Day(required=False, help_text="today, if left out")


class ComponentPartInput(InputSerializer):
    component = serializers.IntegerField(min_value=1, max_value=BIGINT - 1, help_text="the id of the order's component")
    quantity = above_zero(help_text="in the component's unit")


class IssueInput(DayInput):
    lines = ComponentPartInput(
        many=True, required=False, allow_empty=False, max_length=1000, help_text="all that is reserved, if left out"
    )


class ReturnComponentsInput(DayInput):
    lines = ComponentPartInput(many=True, allow_empty=False, max_length=1000)


class CompleteInput(DayInput):
    good = quantity(min_value=0)
    scrapped = quantity(min_value=0, required=False)
    expected_scrap = serializers.BooleanField(required=False, help_text="the good units carry its cost")
    reason = PlainText(max_length=200, required=False, allow_blank=True)


class MoveInput(InputSerializer):
    start_date = Day()
    due_date = Day()


class ManufacturingOrderFilters(FilterSet):
    number = TextFilter()
    product = RefFilter("product", code="sku")
    component = RefFilter("components__product", code="sku", distinct=True)
    warehouse = RefFilter("warehouse")
    state = django_filters.ChoiceFilter(choices=ManufacturingOrderState.choices)


class ManufacturingOrderView(ReadOnly):
    queryset: QuerySet[Any] = ManufacturingOrder.objects.all()
    serializer_class = ManufacturingOrderAnswer
    filterset_class = ManufacturingOrderFilters
    permissions: ClassVar = {
        "list": VIEW,
        "retrieve": VIEW,
        "create": PLAN,
        "move": PLAN,
        "release": RELEASE,
        "issue": OPERATE,
        "return_components": OPERATE,
        "complete": OPERATE,
        "close": CLOSE,
        "cancel": PLAN,
    }
    inputs: ClassVar = {
        "create": ManufacturingOrderInput,
        "move": MoveInput,
        "issue": IssueInput,
        "return_components": ReturnComponentsInput,
        "complete": CompleteInput,
    }
    operations: ClassVar = {
        "create": "place_production",
        "move": "move_production",
        "release": "release_production",
        "issue": "issue_components",
        "return_components": "return_components",
        "complete": "complete_production",
        "close": "close_production",
        "cancel": "cancel_production",
    }

    def create(self, request: Request) -> HttpResponse:
        """Plan to make something by its bill of materials."""
        return self.perform(lambda call: place_production(orders=[_order(call)], **call.by)[0].id)

    @verb("move")
    def move(self, request: Request, pk: str) -> HttpResponse:
        """Give the order another start and due day."""

        def run(call: Call) -> int:
            move_production(moves=[ProductionMove(order_id=call.target.pk, **call.data)], **call.by)
            return int(call.target.pk)

        return self.perform(run)

    @verb("release")
    def release(self, request: Request, pk: str) -> HttpResponse:
        """Keep all components for the order and let it begin."""
        return self.perform(lambda call: (release_production(order_ids=[call.target.pk], **call.by), call.target.pk)[1])

    @verb("issue")
    def issue(self, request: Request, pk: str) -> HttpResponse:
        """Issue the components that are kept for the order, or those that are named."""

        def run(call: Call) -> int:
            parts = _parts(call) if "lines" in call.data else None
            issue_components(order_ids=[call.target.pk], date=call.data.get("date") or call.today, parts=parts, **call.by)
            return int(call.target.pk)

        return self.perform(run)

    @verb("return-components")
    def return_components(self, request: Request, pk: str) -> HttpResponse:
        """Put components that were issued back on the shelf, at the cost they went in with."""

        def run(call: Call) -> int:
            draft = ReturnDraft(order_id=call.target.pk, date=call.data.get("date") or call.today, lines=_parts(call))
            return_components(returns=[draft], **call.by)
            return int(call.target.pk)

        return self.perform(run)

    @verb("complete")
    def complete(self, request: Request, pk: str) -> HttpResponse:
        """Report what came out of the order."""

        def run(call: Call) -> int:
            data = {"date": call.today, **call.data}
            complete_production(completions=[CompletionDraft(order_id=call.target.pk, **data)], **call.by)
            return int(call.target.pk)

        return self.perform(run)

    @verb("close")
    def close(self, request: Request, pk: str) -> HttpResponse:
        """Close the order; the cost that is left in it is a variance."""
        return self.perform(lambda call: (close_production(order_ids=[call.target.pk], **call.by), call.target.pk)[1])

    @verb("cancel")
    def cancel(self, request: Request, pk: str) -> HttpResponse:
        """Give up an order that has not begun."""
        return self.perform(lambda call: (cancel_production(order_ids=[call.target.pk], **call.by), call.target.pk)[1])


def _parts(call: Call) -> list[ComponentPart]:
    return [ComponentPart(component_id=line["component"], quantity=line["quantity"]) for line in call.data["lines"]]


def _order(call: Call) -> ManufacturingDraft:
    usual: dict[str, Any] = {"date": call.today}
    if "warehouse" not in call.data:
        usual["warehouse_id"] = Warehouse.objects.filter(active=True).order_by("id").values_list("id", flat=True).first()
    return ManufacturingDraft(**{**usual, **renamed(call.data, product="product_id", warehouse="warehouse_id")})
