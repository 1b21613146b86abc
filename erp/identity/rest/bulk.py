"""Many documents in one call: all or nothing, or each for itself with a result per row.

Either way the operation gets the whole set, so the cost does not grow with the number of statements. Rows at fault
are taken out and the rest is tried again as a set; only a refusal that names no row is narrowed down one by one.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError

from erp.core.errors import BusinessRuleViolation, Refusals
from erp.identity.rest.problems import errors_of, moved
from erp.identity.rest.views import Call, ResourceView

Rows = Sequence[dict[str, Any]]
RunRows = Callable[[Rows, Call], Sequence[Any]]
_ROW = re.compile(r"(\d+)\.(.*)", re.DOTALL)
_REFUSED = (BusinessRuleViolation, Refusals, IntegrityError, DataError)


class RowError(serializers.Serializer[Any]):
    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class RowResult(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="position in the request, from 0")
    status = serializers.ChoiceField(["created", "refused"])
    id = serializers.IntegerField(required=False)
    number = serializers.CharField(required=False)
    errors = RowError(many=True, required=False)


class BulkAnswer(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = RowResult(many=True)


def bulk_verb(function: Callable[..., Any]) -> Callable[..., Any]:
    """`POST /bulk/`; an Idempotency-Key is required."""
    return action(detail=False, methods=["post"], url_path="bulk", url_name="bulk")(function)


class BulkMixin(ResourceView):
    """Adds `perform_bulk`. The input has `mode` and a list named `rows_name`."""

    def perform_bulk(self, rows_name: str, run: RunRows) -> HttpResponse:
        self.rows_name = rows_name
        self.wrong: dict[int, list[dict[str, Any]]] = {}

        def work(call: Call) -> list[dict[str, Any]]:
            rows = call.data[rows_name]
            if call.data["mode"] == "atomic":
                with moved("", f"{rows_name}." if len(rows) > 1 else f"{rows_name}.0."):
                    return [_created(i, made) for i, made in enumerate(run(rows, call))]
            positions = [i for i in range(len(rows) + len(self.wrong)) if i not in self.wrong]
            results = {positions[i]: result for i, result in _each(rows, lambda some: run(some, call)).items()}
            results |= {i: {"status": "refused", "errors": errors} for i, errors in self.wrong.items()}
            return [{"row": i, **results[i]} for i in sorted(results)]

        return self.perform(work, answer=_counted, key_required=True)

    def read_input(self, target: Any) -> dict[str, Any]:
        """In mode per_row, wrong rows are set aside and the others validated."""
        if self.action != "bulk" or not isinstance(self.request.data, dict) or self.request.data.get("mode") != "per_row":
            return super().read_input(target)
        try:
            return super().read_input(target)
        except ValidationError as error:
            details = _by_row(error.detail, self.rows_name)
            if details is None:
                raise
            self.wrong = {i: errors_of(detail) for i, detail in details.items() if detail}
        right = [row for i, row in enumerate(self.request.data[self.rows_name]) if i not in self.wrong]
        if not right:
            return {"mode": "per_row", self.rows_name: []}
        kind = self.inputs["bulk"]
        serializer = kind(data={**self.request.data, self.rows_name: right}, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data  # type: ignore[no-any-return]


def _by_row(detail: Any, name: str) -> dict[int, Any] | None:
    """The errors of each row, or None when something else than rows is wrong."""
    rows = detail.get(name) if isinstance(detail, dict) and len(detail) == 1 else None
    if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
        return dict(enumerate(rows))
    if isinstance(rows, dict) and all(isinstance(row, int) for row in rows):
        return rows
    return None


def _each(rows: Rows, run: Callable[[Rows], Sequence[Any]]) -> dict[int, dict[str, Any]]:
    results: dict[int, dict[str, Any]] = {}
    left = list(range(len(rows)))
    while left:
        try:
            with transaction.atomic():
                made = run([rows[i] for i in left])
        except _REFUSED as error:
            blamed = _blame(error, len(left))
            if blamed is None:
                return results | _one_by_one(rows, left, run)
            results |= {left[i]: {"status": "refused", "errors": errors} for i, errors in blamed.items()}
            left = [row for i, row in enumerate(left) if i not in blamed]
        else:
            return results | {row: _fields(each) for row, each in zip(left, made, strict=True)}
    return results


def _one_by_one(rows: Rows, left: Sequence[int], run: Callable[[Rows], Sequence[Any]]) -> dict[int, dict[str, Any]]:
    results: dict[int, dict[str, Any]] = {}
    for row in left:
        try:
            with transaction.atomic():
                results[row] = _fields(run([rows[row]])[0])
        except _REFUSED as error:
            results[row] = {"status": "refused", "errors": errors_of(error)}
    return results


def _blame(error: Exception, count: int) -> dict[int, list[dict[str, Any]]] | None:
    """Errors by row, or None when some error names no row."""
    if count == 1:
        return {0: errors_of(error)}
    if not isinstance(error, BusinessRuleViolation | Refusals):
        return None
    blamed: dict[int, list[dict[str, Any]]] = {}
    for entry in errors_of(error):
        found = _ROW.match(entry["field"])
        if found is None or int(found[1]) >= count:
            return None
        blamed.setdefault(int(found[1]), []).append({**entry, "field": found[2]})
    return blamed


def _created(row: int, made: Any) -> dict[str, Any]:
    return {"row": row, **_fields(made)}


def _fields(made: Any) -> dict[str, Any]:
    return {"status": "created", "id": made.id, "number": made.number}


def _counted(results: list[dict[str, Any]]) -> dict[str, Any]:
    created = sum(1 for result in results if result["status"] == "created")
    return {"created": created, "refused": len(results) - created, "results": results}
