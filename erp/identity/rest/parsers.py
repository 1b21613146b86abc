"""JSON in, strictly: UTF-8 only, decimals kept exact, nothing that could not be stored or echoed."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

MAX_BODY = 16 * 1024 * 1024
MAX_NUMBER = 1000


class BodyTooLarge(APIException):
    status_code = 413
    default_code = "body_too_large"

    def __init__(self) -> None:
        super().__init__(
            _("The body is larger than %(mb)s MB. Send fewer records at a time, or a smaller file.") % {"mb": MAX_BODY // 2**20}
        )


class StrictJsonParser(BaseParser):
    """`application/json`. Numbers with a point become Decimal, never float."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        raw = stream.read(MAX_BODY + 1)
        if len(raw) > MAX_BODY:
            raise BodyTooLarge
        if not raw.strip():
            return {}
        try:
            data = json.loads(raw.decode(), parse_float=_decimal, parse_int=_integer, parse_constant=_refuse_constant)
            if b"\\ud" in raw.lower():
                json.dumps(data, ensure_ascii=False, default=str).encode()
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not valid JSON in UTF-8: %(reason)s") % {"reason": _reason(error)}) from error
        return data


class MergePatchParser(StrictJsonParser):
    """`application/merge-patch+json` (RFC 7396): fields left out stay, null clears."""

    media_type = "application/merge-patch+json"


def _decimal(text: str) -> Decimal:
    if len(text) > MAX_NUMBER:
        raise ValueError("a number is too long")
    return Decimal(text)


def _integer(text: str) -> int:
    if len(text) > MAX_NUMBER:
        raise ValueError("a number is too long")
    return int(text)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeEncodeError):
        return "a character is half of a surrogate pair"
    return str(error)
