"""The one place that reads the clock. Only interface layers call it; operations get `at` as an argument."""

import datetime
import zoneinfo


def now() -> datetime.datetime:
    """The current instant in UTC."""
    return datetime.datetime.now(datetime.UTC)


def local_date(at: datetime.datetime, time_zone: str) -> datetime.date:
    """The calendar day of an instant in a company's time zone (IANA name)."""
    return at.astimezone(zoneinfo.ZoneInfo(time_zone)).date()
