"""Bills of materials over the API."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from erp.core.money import round_half_up
from erp.identity.queries import company_today
from erp.identity.rest.fields import Day, PlainText, Ref, above_zero, decimal_text, fraction, price, quantity
from erp.identity.rest.filters import FlagFilter, RefFilter, TextFilter
from erp.identity.rest.references import Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly
from erp.inventory.permissions import VIEW_VALUE
from erp.manufacturing.drafts import (
    BomDraft,
    BomLineDraft,
)
from erp.manufacturing.models import (
    BillOfMaterials,
    BillOfMaterialsLine,
)
from erp.manufacturing.operations.save_bills import save_bills
from erp.manufacturing.permissions import SAVE_BOMS, VIEW_BOMS
from erp.manufacturing.queries import roll_up_costs
from erp.manufacturing.rules import PLACES, CostNode, CostSource


class BomLineAnswer(ReadSerializer):
    component = Ref(code="sku", name="name")
    base_quantity = quantity(source="quantity", read_only=True, help_text="in the component's unit")
    quantity = quantity(source="entered_quantity", read_only=True, help_text="in the unit of the line")
    cost = serializers.SerializerMethodField(help_text="of one of the component today, in company currency; null if nobody knows")
    cost_from = serializers.SerializerMethodField(help_text="where it comes from")
    hidden: ClassVar = {"cost": VIEW_VALUE, "cost_from": VIEW_VALUE}

    class Meta:
        model = BillOfMaterialsLine
        fields = names(
            "sequence component quantity unit base_quantity scrap_fraction valid_from_date valid_to_date cost cost_from"
        )

    @extend_schema_field(price(allow_null=True))
    def get_cost(self, line: BillOfMaterialsLine) -> str | None:
        node = self._costs()[line.component_id]
        return decimal_text(round_half_up(node.each, PLACES), 2) if node.known else None

    @extend_schema_field(serializers.ChoiceField([source.value for source in CostSource]))
    def get_cost_from(self, line: BillOfMaterialsLine) -> str:
        return self._costs()[line.component_id].source.value

    def _costs(self) -> Mapping[int, CostNode]:
        """The cost of every component of the answer, worked out at once."""
        context: Any = self.context
        if "costs" not in context:
            shown = self.root.instance
            boms = [shown] if isinstance(shown, BillOfMaterials) else list(shown)
            components = {line.component_id for bom in boms for line in bom.lines.all()}
            context["costs"] = roll_up_costs(sorted(components), on=company_today())
        return context["costs"]  # type: ignore[no-any-return]


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
