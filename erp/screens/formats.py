"""How figures and times read on screen. Pure; units and currency are separate so that they can be set small and grey."""

import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

MINUS = "−"
DATE_PATTERNS = {"en": "j M Y"}  # other languages: 2026-03-02
NO_DECIMALS = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF"})
THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def as_decimal(value: Any) -> Decimal | None:
    """The value as a Decimal, None for nothing."""
    if value is None or value == "":
        return None
    return value if isinstance(value, Decimal) else Decimal(str(value))


def number(value: Any, places: int | None = None) -> str:
    """Grouped digits: 12,345.50. Without `places` trailing zeros go, so that 3.000000 pieces read 3."""
    amount = as_decimal(value)
    if amount is None:
        return ""
    if places is None:
        text = f"{amount:,f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,f}"
    return MINUS + text[1:] if text.startswith("-") else text


def money(value: Any, currency: str = "") -> str:
    """An amount with the decimals of its currency, without the currency code."""
    places = 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2
    return number(value, places)


def date(value: datetime.date | datetime.datetime | None) -> str:
    if not value:
        return ""
    local = _local(value)
    return _day(local.year, local.month, local.day, (get_language() or "en").partition("-")[0])


@lru_cache(4096)
def _day(year: int, month: int, day: int, language: str) -> str:
    return date_format(datetime.date(year, month, day), DATE_PATTERNS.get(language, "Y-m-d"))


def date_and_time(value: datetime.datetime | None) -> str:
    if not value:
        return ""
    return f"{date(value)} {clock_time(value)}"


def clock_time(value: datetime.datetime | None) -> str:
    return _local(value).strftime("%H:%M") if value else ""


def duration(seconds: float | Decimal | None) -> str:
    """How long something took, in at most two units: 340 ms, 2.4 s, 3 min 5 s, 2 h 10 min, 4 days 6 h."""
    if seconds is None:
        return ""
    value = float(seconds)
    if value < 1:
        return gettext("%(n)s ms") % {"n": round(value * 1000)}
    if value < 60:
        return gettext("%(n)s s") % {"n": f"{value:.1f}".rstrip("0").rstrip(".")}
    if value < 3600:
        return _two(gettext("%(n)s min"), value // 60, gettext("%(n)s s"), value % 60)
    if value < 86400:
        return _two(gettext("%(n)s h"), value // 3600, gettext("%(n)s min"), value % 3600 // 60)
    days = int(value // 86400)
    return _two(ngettext("%(n)s day", "%(n)s days", days), days, gettext("%(n)s h"), value % 86400 // 3600)


def _two(large: str, n: float, small: str, rest: float) -> str:
    text = large % {"n": int(n)}
    return f"{text} {small % {'n': int(rest)}}" if int(rest) else text


def _local(value: Any) -> Any:
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value
