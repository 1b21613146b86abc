"""How values travel: decimals as strings without float, instants in UTC, references as {id, code}."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from erp.core.errors import UnknownCode
from erp.reference.queries import is_currency

MONEY_PLACES = frozenset({4, 8})
FRACTION_DIGITS = 7
EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2200, 12, 31)


def decimal_text(value: Decimal, shown: int = 0) -> str:
    """The value without trailing zeros, but at least `shown` decimals: 12.5000 -> "12.50", 3.000000 -> "3"."""
    whole, _point, part = f"{value if value else abs(value):f}".partition(".")
    part = part.rstrip("0").ljust(shown, "0")
    return f"{whole}.{part}" if part else whole


class DecimalText(serializers.DecimalField):
    """A decimal as a string; amounts and prices show at least two decimals."""

    def __init__(self, **kwargs: Any) -> None:
        limits = {name: Decimal(kwargs[name]) for name in ("min_value", "max_value") if kwargs.get(name) is not None}
        super().__init__(**{**kwargs, **limits})

    def to_representation(self, value: Any) -> str:
        is_money = self.decimal_places in MONEY_PLACES and (self.max_digits or 0) > FRACTION_DIGITS
        return decimal_text(Decimal(value), 2 if is_money else 0)

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str | int | Decimal):
            self.fail("invalid")
        return super().to_internal_value(data)


def amount(**kwargs: Any) -> DecimalText:
    return DecimalText(**{"max_digits": 20, "decimal_places": 4, **kwargs})


def price(**kwargs: Any) -> DecimalText:
    return DecimalText(**{"max_digits": 24, "decimal_places": 8, **kwargs})


def quantity(**kwargs: Any) -> DecimalText:
    return DecimalText(**{"max_digits": 20, "decimal_places": 6, **kwargs})


def above_zero(**kwargs: Any) -> DecimalText:
    """A quantity that something is done with."""
    return quantity(min_value="0.000001", **kwargs)


def fraction(**kwargs: Any) -> DecimalText:
    """A share such as a discount: 0.1 is ten per cent."""
    return DecimalText(**{"max_digits": 7, "decimal_places": 6, "min_value": 0, "max_value": 1, **kwargs})


class Instant(serializers.DateTimeField):
    """A point in time, written in UTC with a Z."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"default_timezone": datetime.UTC, **kwargs})


class Day(serializers.DateField):
    """A calendar day a business could mean; dates far outside would overflow later arithmetic."""

    default_error_messages = {"out_of_range": _("Enter a date between %(first)s and %(last)s.")}  # noqa: RUF012

    def to_internal_value(self, value: Any) -> datetime.date:
        day = super().to_internal_value(value)
        if not EARLIEST <= day <= LATEST:
            text = self.error_messages["out_of_range"] % {"first": EARLIEST, "last": LATEST}
            raise ValidationError(text, code="out_of_range")
        return day


class PlainText(serializers.CharField):
    """Text on one line or more; null characters and half surrogates are refused by DRF's own validators."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class CurrencyCode(PlainText):
    """A currency there is; judged with the other references of a body, so that all that is wrong comes at once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 3, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if code and not is_currency(code):
            raise ValidationError(UnknownCode(what=_("currency"), value=code).sentence, code="unknown_code")
        return code


class Ref(serializers.Field):
    """Another record in an answer: its id, its natural code and, when asked, its name."""

    def __init__(self, *, code: str = "code", name: str = "", **kwargs: Any) -> None:
        self.code, self.shown_name = code, name
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Any) -> dict[str, Any]:
        found = {"id": value.pk, self.code: getattr(value, self.code)}
        return {**found, self.shown_name: getattr(value, self.shown_name)} if self.shown_name else found


class FreeObject(serializers.DictField):
    """A JSON object of plain values: strings, numbers, booleans."""

    def run_child_validation(self, data: Mapping[str, Any]) -> dict[str, Any]:
        errors = {}
        for key, value in data.items():
            if "\0" in str(key) or not isinstance(value, str | int | bool | None) or (isinstance(value, str) and "\0" in value):
                errors[str(key)] = [_("Only texts, whole numbers and true or false are possible here.")]
        if errors:
            raise ValidationError(errors)
        return dict(data)
