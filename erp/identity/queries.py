"""Facts about companies that never change and are therefore read once per process."""

import datetime
from dataclasses import dataclass
from functools import lru_cache

from erp.core import clock
from erp.core.scope import current_company_id
from erp.identity.models import Company


@dataclass(frozen=True)
class CompanyFacts:
    currency_code: str
    time_zone: str


@lru_cache(maxsize=10_000)
def company_facts(company_id: int) -> CompanyFacts:
    """Currency and time zone of a company; both are fixed when it is founded."""
    return CompanyFacts(*Company.objects.values_list("currency_code", "time_zone").get(pk=company_id))


def company_today() -> datetime.date:
    """The calendar day in the company of the open scope, for screens; operations are told their dates."""
    return clock.local_date(clock.now(), company_facts(current_company_id()).time_zone)
