"""A document that states a fact is dated today or before: what has not happened yet is in no stock and in no books."""

import datetime
from collections.abc import Sequence

from erp.core.actor import Actor
from erp.core.clock import local_date
from erp.core.errors import BusinessRuleViolation
from erp.documents.errors import DateInFuture
from erp.identity.queries import company_facts


def future_refusals(
    dates: Sequence[datetime.date | None], *, actor: Actor, at: datetime.datetime, field: str = "date"
) -> list[BusinessRuleViolation]:
    """A refusal for each document of a set whose date is after the company's today; None is a date that follows later.
    The field is numbered by its place in the set, unless the set is one."""
    today = local_date(at, company_facts(actor.company_id).time_zone)
    return [
        DateInFuture(field=f"{i}.{field}" if len(dates) > 1 else field, date=date.isoformat(), today=today.isoformat())
        for i, date in enumerate(dates)
        if date is not None and date > today
    ]
