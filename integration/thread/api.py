"""The thread over the API."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from erp.core.errors import NotFound
from erp.identity.rest.views import ResourceView
from erp.sales.models import SalesOrder
from erp.sales.permissions import VIEW_ORDERS
from integration.thread.queries import order_thread


class NodeAnswer(serializers.Serializer[Any]):
    id = serializers.CharField()
    type = serializers.CharField()
    number = serializers.CharField()
    status = serializers.CharField()
    at = serializers.DateTimeField()
    url = serializers.CharField(allow_null=True)
    lane = serializers.CharField()
    who = serializers.CharField()
    rule = serializers.CharField()


class EdgeAnswer(serializers.Serializer[Any]):
    source = serializers.CharField()
    target = serializers.CharField()
    cause = serializers.CharField(help_text="a type of event, or `serves`: by the plan the source serves the target")
    at = serializers.DateTimeField(allow_null=True, help_text="null for `serves`")


class ThreadAnswer(serializers.Serializer[Any]):
    nodes = NodeAnswer(many=True)
    edges = EdgeAnswer(many=True)
    elapsed = serializers.FloatField(help_text="seconds from the first event to the last")


class ThreadView(ResourceView):
    """The whole life of a sales order, from the causation of events, with what serves it by the plan."""

    queryset = SalesOrder.objects.all()
    serializer_class = ThreadAnswer
    pagination_class = None
    permissions: ClassVar = {"thread": VIEW_ORDERS}
    detail = True

    def thread(self, request: Request, pk: str) -> Response:
        """Documents of the order's thread, what led to what, and when."""
        order = self.get_object()
        found = order_thread(order.pk, self.actor.can)
        if found is None:
            raise NotFound(what="thread", value=order.number)
        return Response(self.get_serializer(found).data)


PATHS = {"erp/sales-orders/<str:pk>/thread": (ThreadView, {"get": "thread"})}
