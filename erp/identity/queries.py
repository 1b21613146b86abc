"""Facts about companies that never change and are therefore read once per process."""

from dataclasses import dataclass
from functools import lru_cache

from erp.identity.models import Company


@dataclass(frozen=True)
class CompanyFacts:
    currency_code: str
    time_zone: str


@lru_cache(maxsize=10_000)
def company_facts(company_id: int) -> CompanyFacts:
    """Currency and time zone of a company; both are fixed when it is founded."""
    return CompanyFacts(*Company.objects.values_list("currency_code", "time_zone").get(pk=company_id))
