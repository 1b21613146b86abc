"""Stock counts over the API."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from erp.identity.rest.fields import Ref, quantity
from erp.identity.rest.references import Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly
from erp.inventory.api.documents import MAX_LINES, READ, StockDocumentFilters, StockDocumentInput, unit_of_line
from erp.inventory.models import Count, CountLine
from erp.inventory.operations.count_stock import CountDraft, FoundDraft, count_stock
from erp.inventory.permissions import COUNT_STOCK, VIEW_VALUE


class CountLineAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    unit = serializers.CharField(source="product.unit.code", read_only=True, help_text="the product's, in which counts are kept")
    hidden: ClassVar = {"value": VIEW_VALUE}

    class Meta:
        model = CountLine
        fields = names("sequence product found unit expected value")


class CountAnswer(ReadSerializer):
    warehouse = Ref()
    lines = CountLineAnswer(many=True, read_only=True)
    hidden: ClassVar = {"value": VIEW_VALUE}
    joins: ClassVar = {"warehouse": ("warehouse",)}
    prefetches: ClassVar = {"lines": ("lines__product__unit",)}

    class Meta:
        model = Count
        fields = names("id number warehouse date value lines external_source external_ref posted_at")


class CountLineInput(InputSerializer):
    product = Reference("catalog.Product", code="sku", what=_("product"))
    found = quantity(min_value=0)
    unit = unit_of_line()
    expected = quantity(
        required=False,
        allow_null=True,
        help_text="what you were told to lie there, in the product's unit; refused if that moved since",
    )


class CountInput(StockDocumentInput):
    lines = CountLineInput(many=True, allow_empty=False, max_length=MAX_LINES)


class CountView(ReadOnly):
    queryset: QuerySet[Any] = Count.objects.all()
    serializer_class = CountAnswer
    filterset_class = StockDocumentFilters
    permissions: ClassVar = {**READ, "create": COUNT_STOCK}
    inputs: ClassVar = {"create": CountInput}
    operations: ClassVar = {"create": "count_stock"}

    def create(self, request: Request) -> HttpResponse:
        """Enter what was found on the shelf; the variance is posted at once."""
        return self.perform(lambda call: count_stock(counts=[_count(call)], **call.by)[0].id)


def _count(call: Call) -> CountDraft:
    found = [FoundDraft(**renamed(line, product="product_id", found="quantity")) for line in call.data["lines"]]
    data = renamed(call.data, warehouse="warehouse_id", lines="found")
    return CountDraft(**{"date": call.today, **data, "found": found})
