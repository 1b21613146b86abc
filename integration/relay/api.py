"""The event log and the parked events over the API."""

from typing import Any, ClassVar

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.core.models import Delivery, EventRow
from erp.identity.rest.fields import Instant, PlainText
from erp.identity.rest.filters import TextFilter
from erp.identity.rest.references import as_id
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names
from erp.identity.rest.views import Call, ReadOnly, verb
from integration.relay.operations.settle_parked import replay_deliveries, skip_deliveries
from integration.relay.permissions import MONITOR, REPAIR, VIEW_EVENTS


class EventAnswer(ReadSerializer):
    payload = serializers.DictField(read_only=True, help_text="ids and plain values, never names")

    class Meta:
        model = EventRow
        fields = names("id type aggregatetype aggregateid schema_version payload correlation_id causation_id actor occurred_at")


class EventFilters(FilterSet):
    type = TextFilter(help_text="such as sales_order.placed")
    aggregatetype = TextFilter(help_text="kind of the document")
    aggregateid = TextFilter(help_text="id of the document", method="about")
    correlation_id = TextFilter(help_text="the chain of events", method="about")
    actor = TextFilter()

    def about(self, rows: QuerySet[EventRow], name: str, value: str) -> QuerySet[EventRow]:
        number = as_id(value)
        return rows.filter(**{name: number}) if number else rows.none()


class EventView(ReadOnly):
    queryset: QuerySet[Any] = EventRow.objects.defer("xid")
    code_field = "id"
    serializer_class = EventAnswer
    filterset_class = EventFilters
    permissions: ClassVar = {"list": VIEW_EVENTS, "retrieve": VIEW_EVENTS}


class ParkedEventAnswer(ReadSerializer):
    type = serializers.CharField(read_only=True, help_text="of the event")
    aggregatetype = serializers.CharField(read_only=True)
    aggregateid = serializers.IntegerField(read_only=True)
    occurred_at = Instant(read_only=True)

    class Meta:
        model = Delivery
        fields = names(
            "id consumer event_id type aggregatetype aggregateid occurred_at state started_attempts finished_attempts last_error"
        )


class ParkedEventFilters(FilterSet):
    consumer = TextFilter()
    type = TextFilter(help_text="of the event")


class ReasonInput(InputSerializer):
    reason = PlainText(max_length=500, help_text="for those who look later")


class ParkedEventView(ReadOnly):
    """Deliveries that failed for good. The table spans companies, so the company is asked for here."""

    queryset: QuerySet[Any] = Delivery.objects.all()
    code_field = "id"
    serializer_class = ParkedEventAnswer
    filterset_class = ParkedEventFilters
    permissions: ClassVar = {"list": MONITOR, "retrieve": MONITOR, "replay": REPAIR, "skip": REPAIR}
    inputs: ClassVar = {"replay": ReasonInput, "skip": ReasonInput}
    operations: ClassVar = {"replay": "replay_deliveries", "skip": "skip_deliveries"}

    def get_queryset(self) -> QuerySet[Any]:
        event = EventRow.objects.filter(company_id=OuterRef("company_id"), pk=OuterRef("event_id"))
        facts = {name: Subquery(event.values(name)) for name in ("type", "aggregatetype", "aggregateid", "occurred_at")}
        rows = super().get_queryset().annotate(**facts).filter(company_id=self.actor.company_id)
        return rows.filter(state=Delivery.State.PARKED) if self.action == "list" else rows

    @verb("replay")
    def replay(self, request: Request, pk: str) -> HttpResponse:
        """Give a parked event back to its consumer."""
        return self.perform(_repaired(replay_deliveries))

    @verb("skip")
    def skip(self, request: Request, pk: str) -> HttpResponse:
        """Give a parked event up, so that later ones of the same document go on."""
        return self.perform(_repaired(skip_deliveries))


def _repaired(operation: Any) -> Any:
    def run(call: Call) -> int:
        operation(delivery_ids=[call.target.pk], reason=call.data["reason"], **call.by)
        return int(call.target.pk)

    return run


ROUTES = {"integration/events": EventView, "integration/parked-events": ParkedEventView}
