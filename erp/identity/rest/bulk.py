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

from erp.core.errors import BusinessRuleViolation, ExternalRefTaken, Refusals
from erp.core.rows import COMPANY, fetch
from erp.core.scope import company_scope
from erp.identity.rest.problems import errors_of, moved, taken_reference
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

    def taken(self, error: IntegrityError, data: dict[str, Any]) -> list[ExternalRefTaken]:
        """Every row whose reference another row or another record has."""
        if self.action != "bulk" or taken_reference(error, {}) is None:
            return super().taken(error, data)
        rows: Rows = data[self.rows_name]
        table = error.__cause__.diag.table_name  # type: ignore[union-attr]
        sql = (
            f'SELECT external_source, external_ref FROM "{table}" WHERE company_id = {COMPANY} AND external_ref = ANY(%s::text[])'  # noqa: S608
        )
        with company_scope(self.actor, read_only=True):
            held = set(fetch(sql, [[row["external_ref"] for row in rows if row.get("external_ref")]]))
        found = []
        for i, row in enumerate(rows):
            key = (row.get("external_source", ""), row.get("external_ref", ""))
            if key in held and (refusal := taken_reference(error, row)):
                refusal.field = f"{self.rows_name}.{i}.external_ref"
                found.append(refusal)
            held |= {key} if key[1] else set()
        return found

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
            blamed = _blame(error, [rows[i] for i in left])
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
            results[row] = {"status": "refused", "errors": _errors_of_row(error, rows[row])}
    return results


def _errors_of_row(error: Exception, row: dict[str, Any]) -> list[dict[str, Any]]:
    return errors_of(taken_reference(error, row) or error)


def _blame(error: Exception, rows: Rows) -> dict[int, list[dict[str, Any]]] | None:
    """Errors by row, or None when some error names no row."""
    if len(rows) == 1:
        return {0: _errors_of_row(error, rows[0])}
    if not isinstance(error, BusinessRuleViolation | Refusals):
        return None
    blamed: dict[int, list[dict[str, Any]]] = {}
    for entry in errors_of(error):
        found = _ROW.match(entry["field"])
        if found is None or int(found[1]) >= len(rows):
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
