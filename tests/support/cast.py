"""The cast of the tests: two companies founded like real ones, and people of any role in them."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from erp.core.actor import Actor, system_actor
from erp.core.scope import company_scope
from erp.identity.models import Company
from erp.identity.roles import Role, permissions_of
from integration.founding import CompanyPlan, found_company

AT = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)
TODAY = AT.date()
ZONE = "Europe/Berlin"


def found(code: str = "acme", **changes: Any) -> Company:
    """A company with reference data, number series, chart of accounts, periods of 2025-2027 and warehouse MAIN."""
    plan: dict[str, Any] = {
        "code": code,
        "name": code.title(),
        "currency_code": "EUR",
        "time_zone": ZONE,
        "country": "DE",
        "chart": "international",
        "taxes": (("STD", "Standard rate", Decimal("0.13")), ("ZERO", "Zero rate", Decimal(0))),
        "warehouses": (("MAIN", "Main warehouse"),),
        "first_year": 2025,
        "last_year": 2027,
    }
    company, _ = found_company(CompanyPlan(**(plan | changes)), at=AT)
    return company


def person(company: Company, *roles: Role, user_id: int = 1) -> Actor:
    """Somebody with these roles in the company, without a row in the user table."""
    return Actor(name=f"user:{user_id}", company_id=company.pk, permissions=permissions_of(list(roles)), user_id=user_id)


@pytest.fixture
def acme(db: None) -> Company:
    return found("acme")


@pytest.fixture
def rival(db: None) -> Company:
    """Another company, which must never be seen from acme."""
    return found("rival")


@pytest.fixture
def system(acme: Company) -> Actor:
    return system_actor(acme.pk, "test")


@pytest.fixture
def in_acme(system: Actor) -> Iterator[Actor]:
    """Inside a writable scope of acme, as the system."""
    with company_scope(system):
        yield system


@contextmanager
def counted_statements() -> Iterator[Callable[[], int]]:
    """How many statements were sent so far, savepoints left out."""
    with CaptureQueriesContext(connection) as captured:
        yield lambda: sum(1 for q in captured.captured_queries if "SAVEPOINT" not in q["sql"])
