"""From which day on goods can be had, over the API. Writes nothing."""

from itertools import compress
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from crm.pipeline.ports import Ask, Promise, promise_answer
from erp.catalog.models import Product
from erp.identity.rest.fields import Day, above_zero, quantity
from erp.identity.rest.references import Reference
from erp.identity.rest.serializers import InputSerializer
from erp.identity.rest.views import Call, ResourceView
from erp.inventory.models import Warehouse
from erp.inventory.permissions import VIEW_STOCK

MAX_LINES = 500


class AskInput(InputSerializer):
    product = Reference("catalog.Product", code="sku", what=_("product"))
    quantity = above_zero(help_text="in the product's unit")
    date = Day(required=False, help_text="today, if left out")


class PromisesInput(InputSerializer):
    warehouse = Reference("inventory.Warehouse", what=_("warehouse"), required=False, help_text="the first one, if left out")
    lines = AskInput(many=True, allow_empty=False, max_length=MAX_LINES)


class CoverAnswer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="stock, purchase_order, manufacturing_order, or proposal: what is planned only")
    number = serializers.CharField()
    date = serializers.DateField()
    quantity = quantity()


class PromiseLineAnswer(serializers.Serializer[Any]):
    product = serializers.CharField()
    now = quantity(help_text="how much of it can be had today")
    quantity = quantity(help_text="as asked")
    date = serializers.DateField(allow_null=True, help_text="when all of it can be had; null where no supply is in sight")
    covered_by = CoverAnswer(many=True)


class PromisesAnswer(serializers.Serializer[Any]):
    lines = PromiseLineAnswer(many=True)


class PromiseView(ResourceView):
    queryset = Warehouse.objects.all()
    serializer_class = PromisesAnswer
    pagination_class = None
    permissions: ClassVar = {"create": VIEW_STOCK}
    inputs: ClassVar = {"create": PromisesInput}
    statuses: ClassVar = {"create": 200}

    def create(self, request: Request) -> HttpResponse:
        """Ask from which day on so much of products can be had. Lines for one product share what there is, in their order."""
        return self.perform(_promise, answer=lambda found: PromisesAnswer({"lines": found}).data)


def _promise(call: Call) -> list[dict[str, Any]]:
    answer = promise_answer()
    assert answer is not None, "bound at start-up"
    warehouse = call.data.get("warehouse") or Warehouse.objects.order_by("pk").values_list("pk", flat=True)[0]
    asks = [
        Ask(product_id=line["product"], quantity=line["quantity"], date=line.get("date") or call.today)
        for line in call.data["lines"]
    ]
    products = Product.objects.in_bulk({ask.product_id for ask in asks})
    stocked = [products[ask.product_id].kind == Product.Kind.STOCKED for ask in asks]
    promised = iter(answer.promise(list(compress(asks, stocked)), warehouse_id=warehouse, today=call.today))
    made = [
        next(promised) if is_stocked else Promise(max(ask.date, call.today), ask.quantity)
        for ask, is_stocked in zip(asks, stocked, strict=True)
    ]
    return [
        {"product": products[ask.product_id].sku, "quantity": ask.quantity, **vars(promise)}
        for ask, promise in zip(asks, made, strict=True)
    ]
