"""Bills of materials and manufacturing orders over the API."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.identity.rest.fields import Day, PlainText, Ref, above_zero, fraction, quantity
from erp.identity.rest.filters import FlagFilter, RefFilter, TextFilter
from erp.identity.rest.references import BIGINT, Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly, verb
from erp.inventory.models import Warehouse
from erp.inventory.permissions import VIEW_VALUE
from erp.manufacturing.drafts import (
    BomDraft,
    BomLineDraft,
    CalendarDayDraft,
    CalendarDraft,
    CompletionDraft,
    ComponentPart,
    ManufacturingDraft,
    ProductionMove,
    ReturnDraft,
)
from erp.manufacturing.models import (
    BillOfMaterials,
    BillOfMaterialsLine,
    CalendarDay,
    ComponentLine,
    ManufacturingOrder,
    WorkingCalendar,
)
from erp.manufacturing.operations.complete_production import complete_production
from erp.manufacturing.operations.end_production import cancel_production, close_production, move_production
from erp.manufacturing.operations.issue_components import issue_components
from erp.manufacturing.operations.place_production import place_production
from erp.manufacturing.operations.release_production import release_production
from erp.manufacturing.operations.return_components import return_components
from erp.manufacturing.operations.save_bills import save_bills
from erp.manufacturing.operations.save_calendars import save_calendars
from erp.manufacturing.permissions import CLOSE, OPERATE, PLAN, RELEASE, SAVE_BOMS, SAVE_CALENDARS, VIEW, VIEW_BOMS
from erp.manufacturing.states import ManufacturingOrderState


class BomLineAnswer(ReadSerializer):
    component = Ref(code="sku", name="name")
    base_quantity = quantity(source="quantity", read_only=True, help_text="in the component's unit")
    quantity = quantity(source="entered_quantity", read_only=True, help_text="in the unit of the line")

    class Meta:
        model = BillOfMaterialsLine
        fields = names("sequence component quantity unit base_quantity scrap_fraction valid_from_date valid_to_date")


class BomAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    lines = BomLineAnswer(many=True, read_only=True)
    joins: ClassVar = {"product": ("product",)}
    prefetches: ClassVar = {"lines": ("lines__component",)}

    class Meta:
        model = BillOfMaterials
        fields = names(
            "id product code quantity yield_fraction phantom lead_days valid_from_date valid_to_date active lines "
            "external_source external_ref"
        )


class BomLineInput(InputSerializer):
    component = Reference("catalog.Product", code="sku", what=_("component"))
    quantity = above_zero()
    unit = PlainText(max_length=12, required=False, allow_blank=True, help_text="the component's, if left out")
    scrap_fraction = fraction(required=False)
    valid_from_date = Day(required=False, allow_null=True, help_text="as long as the head, if left out")
    valid_to_date = Day(required=False, allow_null=True)


class BomInput(InputSerializer):
    product = Reference("catalog.Product", code="sku", what=_("product"))
    code = PlainText(max_length=40, required=False, allow_blank=True, help_text="of another than the standard one")
    quantity = above_zero(required=False, help_text="what the lines make; 1, if left out")
    yield_fraction = fraction(required=False, help_text="what of it is expected to be good")
    phantom = serializers.BooleanField(required=False)
    lead_days = serializers.IntegerField(min_value=0, max_value=3650, required=False)
    valid_from_date = Day()
    valid_to_date = Day(required=False, allow_null=True)
    active = serializers.BooleanField(required=False)
    lines = BomLineInput(many=True, allow_empty=False, max_length=2000)
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class BomFilters(FilterSet):
    product = RefFilter("product", code="sku")
    component = RefFilter("lines__component", code="sku", distinct=True)
    active = FlagFilter()
    external_ref = TextFilter()


class BomView(ReadOnly):
    queryset: QuerySet[Any] = BillOfMaterials.objects.all()
    code_field = "id"
    versioned = True
    serializer_class = BomAnswer
    filterset_class = BomFilters
    permissions: ClassVar = {
        "list": VIEW_BOMS,
        "retrieve": VIEW_BOMS,
        "create": SAVE_BOMS,
        "partial_update": SAVE_BOMS,
    }
    inputs: ClassVar = {"create": BomInput, "partial_update": BomInput}
    operations: ClassVar = {"create": "save_bills", "partial_update": "save_bills"}

    def create(self, request: Request) -> HttpResponse:
        """Write down what a product is made of."""
        return self.perform(lambda call: save_bills(bills=[_bom(call.data)], **call.by)[0])

    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change a bill of materials: fields left out stay as they are, the lines given replace those that are there."""
        return self.perform(lambda call: save_bills(bills=[_changed(call)], **call.by)[0])


def _bom(data: Mapping[str, Any], pk: int | None = None) -> BomDraft:
    lines = [BomLineDraft(**renamed(line, component="component_id")) for line in data["lines"]]
    return BomDraft(**{"id": pk, **renamed(data, product="product_id"), "lines": lines})


def _changed(call: Call) -> BomDraft:
    bom = call.target
    now: dict[str, Any] = {name: getattr(bom, name) for name in BomInput().fields if name not in {"product", "lines"}}
    lines = [
        {
            "component": line.component_id,
            "quantity": line.entered_quantity,
            "unit": line.unit,
            "scrap_fraction": line.scrap_fraction,
            "valid_from_date": line.valid_from_date,
            "valid_to_date": line.valid_to_date,
        }
        for line in bom.lines.order_by("sequence")
    ]
    return _bom({**now, "product": bom.product_id, "lines": lines, **call.data}, bom.pk)


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


class CalendarDayAnswer(ReadSerializer):
    class Meta:
        model = CalendarDay
        fields = names("date works name")


class WorkingCalendarAnswer(ReadSerializer):
    warehouse = Ref()
    weekdays = serializers.SerializerMethodField(help_text="1 is Monday, 7 Sunday")
    days = CalendarDayAnswer(many=True, read_only=True)
    joins: ClassVar = {"warehouse": ("warehouse",)}
    prefetches: ClassVar = {"days": ("days",)}

    class Meta:
        model = WorkingCalendar
        fields = names("id warehouse weekdays days")

    def get_weekdays(self, row: WorkingCalendar) -> list[int]:
        return [n + 1 for n in range(7) if row.weekdays >> n & 1]


class CalendarDayInput(InputSerializer):
    date = Day()
    works = serializers.BooleanField(required=False, help_text="worked beside the usual days; a holiday, if left out")
    name = PlainText(max_length=60, required=False, allow_blank=True)


class WorkingCalendarInput(InputSerializer):
    warehouse = Reference("inventory.Warehouse", what=_("warehouse"))
    weekdays = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=7), allow_empty=False, max_length=7)
    days = CalendarDayInput(many=True, required=False, max_length=2000, help_text="the whole list of days unlike their weekday")


class WorkingCalendarFilters(FilterSet):
    warehouse = RefFilter("warehouse")


class WorkingCalendarView(ReadOnly):
    queryset: QuerySet[Any] = WorkingCalendar.objects.all()
    code_field = "id"
    serializer_class = WorkingCalendarAnswer
    filterset_class = WorkingCalendarFilters
    permissions: ClassVar = {"list": VIEW, "retrieve": VIEW, "create": SAVE_CALENDARS}
    inputs: ClassVar = {"create": WorkingCalendarInput}
    operations: ClassVar = {"create": "save_calendars"}

    def create(self, request: Request) -> HttpResponse:
        """Say when production of a warehouse works; what was said before is replaced."""

        def run(call: Call) -> int:
            weekdays = sum(1 << (n - 1) for n in set(call.data["weekdays"]))
            days = [CalendarDayDraft(**day) for day in call.data.get("days", ())]
            draft = CalendarDraft(warehouse_id=call.data["warehouse"], weekdays=weekdays, days=days)
            return save_calendars(calendars=[draft], **call.by)[0]

        return self.perform(run)


ROUTES = {
    "erp/boms": BomView,
    "erp/manufacturing-orders": ManufacturingOrderView,
    "erp/working-calendars": WorkingCalendarView,
}
