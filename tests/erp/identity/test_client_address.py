"""Log-ins are locked per user and client address; the address is read from a header only behind trusted proxies."""

from collections.abc import Iterator
from typing import Any

import pytest
from axes.utils import reset
from django.test import Client, RequestFactory

from erp.identity.client_address import client_address
from erp.identity.models import Company, Membership, User
from erp.identity.roles import Role

LOGIN = "/account/login/"
PASSWORD = "correct horse battery"


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        (0, None, "10.0.0.9"),
        (0, "203.0.113.7", "10.0.0.9"),  # no proxy is trusted: the header is the client's own invention
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "6.6.6.6, 203.0.113.7", "203.0.113.7"),  # what the client wrote before is not believed
        (2, "6.6.6.6, 203.0.113.7, 10.0.0.8", "203.0.113.7"),
        (2, "203.0.113.7", "10.0.0.9"),  # it came past a proxy
        (1, None, "10.0.0.9"),
        (1, "", "10.0.0.9"),
        (1, "unknown", "10.0.0.9"),
        (1, "203.0.113.7:4711", "203.0.113.7"),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "[2001:db8::7]:4711", "2001:db8::7"),
    ],
)
def test_the_address_is_the_one_the_outermost_trusted_proxy_saw(
    settings: Any, trusted: int, forwarded: str | None, expected: str
) -> None:
    settings.TRUSTED_PROXIES = trusted
    more = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", **more)) == expected


@pytest.fixture
def ann(acme: Company) -> Iterator[User]:
    user = User.objects.create_user(username="ann", email="ann@acme.example", password=PASSWORD)
    Membership.objects.create(user=user, company=acme, role=Role.SALESPERSON)
    reset()
    yield user
    reset()


def fail(address: str, times: int = 5) -> None:
    for _ in range(times):
        Client().post(LOGIN, {"username": "ann", "password": "wrong"}, HTTP_X_FORWARDED_FOR=address)


def can_enter(address: str) -> bool:
    return Client().post(LOGIN, {"username": "ann", "password": PASSWORD}, HTTP_X_FORWARDED_FOR=address).status_code == 302


def test_behind_a_trusted_proxy_only_the_address_that_guessed_is_locked(settings: Any, ann: User) -> None:
    settings.TRUSTED_PROXIES = 1
    fail("203.0.113.7")
    assert not can_enter("203.0.113.7")
    assert can_enter("198.51.100.2")


def test_without_a_trusted_proxy_a_new_header_for_each_guess_does_not_help(settings: Any, ann: User) -> None:
    settings.TRUSTED_PROXIES = 0
    for guess in range(5):
        fail(f"203.0.113.{guess}", 1)
    assert not can_enter("198.51.100.2")


def test_behind_a_trusted_proxy_what_the_client_writes_before_does_not_help(settings: Any, ann: User) -> None:
    settings.TRUSTED_PROXIES = 1
    for guess in range(5):
        fail(f"6.6.6.{guess}, 203.0.113.7", 1)
    assert not can_enter("6.6.6.99, 203.0.113.7")
