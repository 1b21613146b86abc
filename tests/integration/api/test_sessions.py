"""A logged-in person in the browser, and the limit of how much one caller may ask."""

from typing import Any

import pytest
import redis
from django.conf import settings as project
from django.test import Client

from erp.identity.models import Company, Membership, User
from erp.identity.roles import Role
from tests.integration.api.conftest import Program

BODY = {"sku": "P1", "name": "First", "unit": "PC", "tax_code": "STD", "list_price": "1"}
BACKEND = "django.contrib.auth.backends.ModelBackend"


def person(company: Company, role: Role) -> User:
    user = User.objects.create(username=role.value, email=f"{role.value}@example.com")
    Membership.objects.create(user=user, company=company, role=role)
    return user


def test_a_session_works_in_the_company_of_the_session(acme: Company, rival: Company) -> None:
    user = person(acme, Role.SALESPERSON)
    Membership.objects.create(user=user, company=rival, role=Role.BUYER)
    client = Client()
    client.force_login(user, backend=BACKEND)
    for company in (acme, rival):
        session = client.session
        session["company_id"] = company.pk
        session.save()
        assert client.get("/api/v1/integration/whoami/").json()["company"]["code"] == company.code


def test_a_session_needs_the_csrf_token_to_write(acme: Company) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person(acme, Role.BUYER), backend=BACKEND)
    assert client.get("/api/v1/erp/products/").status_code == 200
    refused = client.post("/api/v1/erp/products/", BODY, content_type="application/json")
    assert refused.status_code == 403
    token = "a" * 32
    client.cookies["csrftoken"] = token
    allowed = client.post("/api/v1/erp/products/", BODY, content_type="application/json", headers={"X-CSRFToken": token})
    assert allowed.status_code == 201, allowed.content


def test_without_a_membership_there_is_no_entry(acme: Company) -> None:
    client = Client()
    client.force_login(User.objects.create(username="outsider", email="o@example.com"), backend=BACKEND)
    assert client.get("/api/v1/erp/products/").status_code == 401


def test_too_many_requests_are_429_and_say_when(api: Program, settings: Any) -> None:
    try:
        redis.Redis.from_url(project.REDIS_URL, socket_connect_timeout=0.2).ping()
    except redis.RedisError:
        pytest.skip("no Redis here")
    settings.API_RATE_PER_SECOND, settings.API_RATE_BURST = 0.1, 2
    answers = [api.get("integration/whoami/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["type"] == "urn:weft:problem:throttled"
    assert 0 < int(answers[2]["Retry-After"]) <= 10


def test_without_redis_nobody_is_limited(api: Program, settings: Any) -> None:
    settings.API_RATE_PER_SECOND, settings.API_RATE_BURST = 1, 1
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert [api.get("integration/whoami/").status_code for _ in range(3)] == [200] * 3
