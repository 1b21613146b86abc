"""The calendar day where the company is: a test that asks UTC for it fails between two midnights."""

import datetime

from erp.core import clock
from erp.identity.queries import company_facts


def day_in(company_id: int, at: datetime.datetime | None = None) -> datetime.date:
    """The company's day of an instant, by default of now."""
    return clock.local_date(at or clock.now(), company_facts(company_id).time_zone)
