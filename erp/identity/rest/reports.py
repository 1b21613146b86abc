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


class ReportView(ResourceView):
    """`rows(asked, today)` gives the rows; `query_class` reads the query parameters."""

    query_class: ClassVar[type[InputSerializer]] = NoInput
    pagination_class = WholeReport
    filter_backends: ClassVar = []

    def known_parameters(self) -> set[str]:
        return set(self.query_class().fields)

    def list(self, request: Request) -> Response:
        query = self.query_class(data=request.query_params.dict(), context=self.get_serializer_context())
        query.is_valid(raise_exception=True)
        today = local_date(self.at, company_facts(self.actor.company_id).time_zone)
        rows = self.get_serializer(self.rows(query.validated_data, today), many=True).data
        return Response({"results": rows, "next": None})

    def rows(self, asked: dict[str, Any], today: datetime.date) -> Sequence[Any]:
        raise NotImplementedError
