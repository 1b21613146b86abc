"""Tables that are read before the company is known have no wall, but a fence: in a company's scope nothing of another one is
written, and nobody changes what a row is about. As the application's log-in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from erp.core import clock
from erp.core.actor import Actor
from erp.core.rows import execute, fetch_one
from erp.identity.api_keys import create_api_key, find_api_key
from erp.identity.models import ApiKey, Company, Mail, Membership, User
from erp.identity.roles import Role

OURS_AND_THEIRS = [
    ("identity_company", "id", "events_forgotten_to = 1"),
    ("identity_apikey", "company_id", "last_used_at = now()"),
    ("identity_membership", "company_id", "active = false"),
    ("identity_mail", "company_id", "attempts = 1"),
]
FIXED = [
    ("identity_company", "name = 'x'"),
    ("identity_company", "id = id + 1"),
    ("identity_apikey", "role = 'administrator'"),
    ("identity_apikey", "digest = 'x'"),
    ("identity_membership", "role = 'administrator'"),
    ("identity_membership", "company_id = company_id + 1"),
    ("identity_mail", "address = 'x'"),
    ("core_delivery", "company_id = company_id + 1"),
    ("core_delivery", "consumer = 'x'"),
]


def mail(company: Company) -> Mail:
    at = clock.now()
    return Mail(kind="invitation", address="a@b.example", site="x", company=company, available_at=at, created_at=at)


def entry(company: Company) -> None:
    """A key, a person and a mail of a company."""
    create_api_key(company=company, name="key", role=Role.SALESPERSON, at=clock.now())
    user, _made = User.objects.get_or_create(username="ann", defaults={"email": "ann@acme.example"})
    Membership.objects.create(user=user, company=company, role=Role.SALESPERSON)
    Mail.objects.bulk_create([mail(company)])


@pytest.fixture(autouse=True)
def both(acme: Company, rival: Company) -> None:
    """Something of two companies, made outside of all scopes."""
    for company in (acme, rival):
        entry(company)


@pytest.mark.parametrize(("table", "column", "change"), OURS_AND_THEIRS)
def test_in_a_scope_only_rows_of_the_company_are_changed(
    in_acme: Actor, table: str, column: str, change: str, rival: Company
) -> None:
    assert fetch_one("SELECT current_user::text") == ("weft_app",)
    assert execute(f"UPDATE {table} SET {change} WHERE {column} = {rival.pk}") == 0
    assert execute(f"UPDATE {table} SET {change}") == 1


@pytest.mark.parametrize(("table", "change"), FIXED)
def test_what_a_row_is_about_is_not_changed_at_all(in_acme: Actor, table: str, change: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        execute(f"UPDATE {table} SET {change}")


@pytest.mark.parametrize("table", ["identity_company", "identity_apikey", "identity_membership"])
def test_nothing_of_them_is_deleted(in_acme: Actor, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        execute(f"DELETE FROM {table}")


def test_mails_are_forgotten_in_a_scope_only_those_of_the_company(in_acme: Actor, rival: Company) -> None:
    assert execute("DELETE FROM identity_mail") == 1
    assert list(Mail.objects.values_list("company_id", flat=True)) == [rival.pk]


@pytest.mark.parametrize(
    "made",
    [
        lambda rival: create_api_key(company=rival, name="door", role=Role.ADMINISTRATOR, at=clock.now()),
        lambda rival: Membership.objects.create(user_id=1, company=rival, role=Role.ADMINISTRATOR),
        lambda rival: Mail.objects.bulk_create([mail(rival)]),
        lambda rival: Company.objects.create(code="third", name="x", currency_code="EUR", created_at=clock.now()),
    ],
    ids=["key", "membership", "mail", "company"],
)
def test_in_a_scope_nothing_is_made_for_another_company(in_acme: Actor, rival: Company, made: Callable[[Company], Any]) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        made(rival)


def test_outside_of_all_scopes_a_key_is_still_found_and_its_use_noted(acme: Company) -> None:
    token = create_api_key(company=acme, name="used", role=Role.SALESPERSON, at=clock.now())
    assert find_api_key(token, clock.now()) is not None
    assert ApiKey.objects.get(name="used").last_used_at is not None
