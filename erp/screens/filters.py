"""Filters that many lists share."""

from typing import Any

import django_filters
from django_filters.widgets import DateRangeWidget


def dates(label: Any, field: str) -> django_filters.DateFromToRangeFilter:
    """A range of days, both ends included; in the address `<name>_after` and `<name>_before`."""
    return django_filters.DateFromToRangeFilter(label=label, field_name=field, widget=DateRangeWidget(attrs={"type": "date"}))
