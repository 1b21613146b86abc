"""Reports: rows that are computed, not stored; whole, without pages."""

import datetime
from collections.abc import Sequence
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from erp.core.clock import local_date
from erp.identity.queries import company_facts
from erp.identity.rest.pagination import KeysetPagination
from erp.identity.rest.serializers import InputSerializer, NoInput
from erp.identity.rest.views import ResourceView


class WholeReport(KeysetPagination):
    """The envelope of a list, with everything in it."""

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return []


class ReportOverDays(WholeReport):
    """The envelope of a report that says from which day to which day it reaches."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        envelope = super().get_paginated_response_schema(schema)
        for name in ("first_date", "last_date"):
            envelope["properties"][name] = {"type": "string", "format": "date"}
            envelope["required"].append(name)
        return envelope


class ReportView(ResourceView):
    """`rows(asked, today)` gives the rows, `envelope(asked, today)` what stands beside them; `query_class` reads the
    query parameters."""

    query_class: ClassVar[type[InputSerializer]] = NoInput
    pagination_class = WholeReport
    filter_backends: ClassVar = []

    def known_parameters(self) -> set[str]:
        return set(self.query_class().fields)

    def list(self, request: Request) -> Response:
        query = self.query_class(data=request.query_params.dict(), context=self.get_serializer_context())
        query.is_valid(raise_exception=True)
        today = local_date(self.at, company_facts(self.actor.company_id).time_zone)
        asked = query.validated_data
        rows = self.get_serializer(self.rows(asked, today), many=True).data
        return Response({**self.envelope(asked, today), "results": rows, "next": None})

    def envelope(self, asked: dict[str, Any], today: datetime.date) -> dict[str, Any]:
        return {}

    def rows(self, asked: dict[str, Any], today: datetime.date) -> Sequence[Any]:
        raise NotImplementedError
