"""Every refusal as a problem document (RFC 9457), with all its errors at once.

`type` is `urn:weft:problem:<code>` and stable; `errors` lists {field, code, message} with the path of each field.
400 the input is wrong, 403 not allowed, 404 not there, 409 the record is in another state or held by others,
412 changed meanwhile, 422 a rule of the trade says no.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import DataError, Error, IntegrityError, OperationalError
from django.http import Http404, UnreadablePostError
from django.utils.translation import gettext as _
from psycopg import errors as pg
from rest_framework import exceptions
from rest_framework.response import Response

from erp.core.errors import (
    BusinessRuleViolation,
    Busy,
    ExternalRefTaken,
    InputError,
    NotFound,
    PermissionDenied,
    Refusals,
    StaleEdit,
    WrongState,
)

logger = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
_STATUS: tuple[tuple[type[BusinessRuleViolation], int], ...] = (
    (InputError, 400),
    (PermissionDenied, 403),
    (NotFound, 404),
    (WrongState, 409),
    (Busy, 409),
    (StaleEdit, 412),
    (BusinessRuleViolation, 422),
)
_GRAVEST = (403, 400, 404, 412, 409, 422)


class PreconditionRequired(exceptions.APIException):
    status_code = 428
    default_code = "precondition_required"

    def __init__(self) -> None:
        super().__init__(_("Send If-Match with the ETag of the version you read, so that no other change is overwritten."))


class KeyReused(exceptions.APIException):
    status_code = 422
    default_code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__(_("This Idempotency-Key was used for another request. Use a new key for each request."))


class StillRunning(exceptions.APIException):
    status_code = 409
    default_code = "idempotency_in_progress"

    def __init__(self) -> None:
        super().__init__(_("The first request with this Idempotency-Key is still running. Repeat it in a moment."))
        self.wait = 1


def status_of(refusal: BusinessRuleViolation) -> int:
    if isinstance(refusal, NotFound) and refusal.field:
        return 400  # what the body names is not there; the record in the URL was found
    return next(status for kind, status in _STATUS if isinstance(refusal, kind))


def error_of(refusal: BusinessRuleViolation) -> dict[str, Any]:
    """One refusal as an entry of `errors`."""
    entry = {"field": refusal.field, "code": refusal.code, "message": refusal.sentence}
    return {**entry, "document": refusal.document} if refusal.document else entry


def errors_of(error: Any) -> list[dict[str, Any]]:
    """The entries of `errors` for a refusal, a set of them, an error of the database or the detail of a validation."""
    if isinstance(error, Refusals):
        return [error_of(refusal) for refusal in error.refusals]
    if isinstance(error, BusinessRuleViolation):
        return [error_of(error)]
    if isinstance(error, Error):
        found = _of_database(error)
        return found.data["errors"] or [{"field": "", "code": "invalid_value", "message": found.data["detail"]}] if found else []
    return list(_flatten(error, ""))


@contextmanager
def moved(old: str, new: str) -> Iterator[None]:
    """Refusals raised inside name their fields as the body does: the prefix `old` becomes `new`."""
    try:
        yield
    except (BusinessRuleViolation, Refusals) as error:
        for refusal in error.refusals if isinstance(error, Refusals) else [error]:
            if refusal.field.startswith(old):
                refusal.field = (new + refusal.field.removeprefix(old)).rstrip(".")
        raise


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """Turn whatever a view raised into a problem document; only an error of the program itself becomes a 500."""
    if isinstance(error, Refusals):
        return _of_refusals(error.refusals)
    if isinstance(error, BusinessRuleViolation):
        return _of_refusals([error])
    if isinstance(error, Error):
        if _is_beyond_the_wall(error, context):
            return _of_refusals([PermissionDenied(permission=_("of the company itself"))])
        return _of_database(error) or _of_bug(error, context)
    if isinstance(error, InvalidOperation | OverflowError):
        return problem(400, "invalid_value", _("A value is too large or too long to be stored."))
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, DjangoPermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        error = exceptions.ParseError(str(error))
    if isinstance(error, exceptions.APIException):
        return _of_api_exception(error)
    return _of_bug(error, context)


def _is_beyond_the_wall(error: Error, context: dict[str, Any]) -> bool:
    """A supplier's program asked for what the database shows to nobody outside."""
    actor = getattr(context.get("request"), "user", None)
    return getattr(actor, "party_id", None) is not None and isinstance(error.__cause__, pg.InsufficientPrivilege)


def problem(status: int, code: str, detail: str, errors: Sequence[dict[str, Any]] = (), **headers: str) -> Response:
    titles = _titles()
    body = {"type": f"urn:weft:problem:{code}", "title": titles.get(status, titles[400]), "status": status, "detail": detail}
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response({**body, "errors": list(errors)}, status=status, content_type=CONTENT_TYPE, headers=names)


def _of_refusals(refusals: Sequence[BusinessRuleViolation]) -> Response:
    statuses = {status_of(refusal) for refusal in refusals}
    codes = {refusal.code for refusal in refusals}
    status = next(status for status in _GRAVEST if status in statuses)
    code = codes.pop() if len(codes) == 1 else "invalid_input" if status == 400 else "refused"
    detail = refusals[0].sentence if len(refusals) == 1 else _("%(n)s refusals; nothing was changed.") % {"n": len(refusals)}
    headers = {"Retry_After": "1"} if any(isinstance(refusal, Busy) for refusal in refusals) else {}
    return problem(status, code, detail, [error_of(refusal) for refusal in refusals], **headers)


def _of_api_exception(error: exceptions.APIException) -> Response:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW_Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry_After"] = str(max(1, round(wait)))
    if isinstance(error, exceptions.ValidationError):
        errors = list(_flatten(error.detail, ""))
        detail = errors[0]["message"] if len(errors) == 1 else _("%(n)s errors; nothing was changed.") % {"n": len(errors)}
        return problem(400, "invalid_input", detail, errors)
    if isinstance(error, exceptions.UnsupportedMediaType):
        error.detail = exceptions.ErrorDetail(
            _("%(reason)s Only JSON is read here. Send “Content-Type: application/json”.") % {"reason": error.detail},
            error.default_code,
        )
    code = error.get_codes()
    return problem(error.status_code, code if isinstance(code, str) else error.default_code, str(error.detail), **headers)


def _flatten(detail: Any, path: str) -> Iterator[dict[str, Any]]:
    if isinstance(detail, dict):
        for name, value in detail.items():
            own = str(name) not in {"non_field_errors", "__all__"}
            yield from _flatten(value, f"{path}.{name}".strip(".") if own else path)
    elif isinstance(detail, list):
        for i, value in enumerate(detail):
            nested = isinstance(value, dict | list)
            yield from _flatten(value, f"{path}.{i}".strip(".") if nested else path)
    else:
        yield {"field": path, "code": getattr(detail, "code", None) or "invalid", "message": str(detail)}


def _of_database(error: Error) -> Response | None:
    """What the database itself refused: named constraints are conflicts, values that do not fit are bad input."""
    cause = error.__cause__
    if isinstance(cause, pg.DeadlockDetected | pg.SerializationFailure | pg.LockNotAvailable):
        return _of_refusals([Busy()])
    if isinstance(error, IntegrityError):
        name = getattr(getattr(cause, "diag", None), "constraint_name", None) or "unnamed"
        text = _("The database refused this to keep the records consistent (%(name)s). Read the records again and repeat.")
        return problem(409, "conflict", text % {"name": name}, [{"field": "", "code": name, "message": text % {"name": name}}])
    if isinstance(error, DataError):
        return problem(400, "invalid_value", _("A value is too large or too long to be stored."))
    if isinstance(error, OperationalError):
        logger.error("database unavailable: %s", error)
        return problem(503, "unavailable", _("The database does not answer. Repeat in a moment."), Retry_After="5")
    return None


def taken_reference(error: Exception, body: Mapping[str, Any]) -> ExternalRefTaken | None:
    """A broken unique constraint of the references of outside systems, said as those operations say it that look before. The
    database does not tell the values, behind a wall; the body has them."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    if not isinstance(error, IntegrityError) or not name.endswith("_external_ref"):
        return None
    source, value = body.get("external_source") or _("The empty source"), body.get("external_ref", "")
    return ExternalRefTaken(field="external_ref", source=source, value=value)


def _of_bug(error: Exception, context: dict[str, Any]) -> Response:
    request = getattr(context.get("request"), "_request", None)
    logger.error("unexpected error in the API", exc_info=error)
    got_request_exception.send(sender=None, request=request)
    return problem(500, "internal_error", _("Something went wrong on our side; it was recorded."))


def _titles() -> dict[int, str]:
    return {
        400: _("The input is wrong"),
        401: _("Not logged in"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("The method is not possible here"),
        406: _("The format is not possible"),
        409: _("Conflict"),
        412: _("Changed meanwhile"),
        413: _("Too large"),
        415: _("The content type is not possible"),
        422: _("Refused by a rule"),
        428: _("A precondition is required"),
        429: _("Too many requests"),
        500: _("Error"),
        503: _("Not available"),
    }
