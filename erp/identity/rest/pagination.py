"""Keyset pages: newest first by id, stable while rows are added, the same cost on page one and page thousand."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from erp.identity.rest.references import as_id

DEFAULT_LIMIT, MAX_LIMIT = 50, 200


class KeysetPagination(BasePagination):
    """`{"results": [...], "next": url or null}`; `limit` up to 200, `cursor` as given in `next`."""

    parameters = ("limit", "cursor")

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> list[Any]:
        self.request = request
        limit, last = _limit(request.query_params.get("limit")), _read_cursor(request.query_params.get("cursor"))
        if last is not None:
            queryset = queryset.filter(pk__lt=last)
        rows = list(queryset.order_by("-pk")[: limit + 1])
        self.last = rows[limit - 1].pk if len(rows) > limit else None
        return rows[:limit]

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        return Response({"results": data, "next": self._next()})

    def _next(self) -> str | None:
        if self.last is None:
            return None
        return replace_query_param(self.request.build_absolute_uri(), "cursor", _cursor(self.last))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri", "description": "The next page; null on the last one."}
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {"results": schema, "next": link},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": "limit",
                "in": "query",
                "required": False,
                "description": "Rows per page.",
                "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
            },
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "From `next`; opaque.",
                "schema": {"type": "string"},
            },
        ]


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    number = as_id(text)
    if number is None or number > MAX_LIMIT:
        message = _("Enter a number from 1 to %(max)s.") % {"max": MAX_LIMIT}
        raise ValidationError({"limit": [ErrorDetail(message, "out_of_range")]})
    return number


def _cursor(last: int) -> str:
    return base64.urlsafe_b64encode(f"id:{last}".encode()).decode().rstrip("=")


def _read_cursor(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        kind, _colon, number = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition(":")
    except (ValueError, binascii.Error):
        kind, number = "", ""
    last = as_id(number)
    if kind != "id" or last is None:
        raise ValidationError({"cursor": [ErrorDetail(_("Take the cursor from `next` of the page before."), "invalid")]})
    return last
