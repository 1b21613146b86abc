"""Keys: stored hashed, scoped, expiring, revocable, with their last use."""

import datetime
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from erp.core import clock
from erp.identity.models import ApiKey, Company
from erp.identity.roles import Role
from tests.integration.api.conftest import Program

DAY = datetime.timedelta(days=1)


def make_key(**options: Any) -> str:
    out = StringIO()
    call_command("create_api_key", stdout=out, **{"company": "acme", "role": "salesperson", **options})
    return out.getvalue().strip()


def test_the_command_prints_a_key_that_works(acme: Company) -> None:
    answer = Program(make_key(name="shop")).get("integration/whoami/")
    assert answer.status_code == 200
    assert answer.json()["label"] == "shop"
    assert answer.json()["company"]["code"] == "acme"
    assert "sales.place" in answer.json()["permissions"]


def test_only_the_digest_is_stored(acme: Company) -> None:
    key = make_key()
    row = ApiKey.objects.get()
    assert key.split("_", 2)[2] not in str(vars(row))
    assert len(row.digest) == 64


def test_scopes_narrow_the_role(acme: Company) -> None:
    api = Program(make_key(scopes="catalog.view,identity.be_here"))
    assert api.get("erp/products/").status_code == 200
    assert api.get("erp/sales-orders/").status_code == 403
    assert sorted(api.get("integration/whoami/").json()["permissions"]) == ["catalog.view", "identity.be_here"]


@pytest.mark.parametrize(
    "options",
    [{"company": "nobody"}, {"scopes": "no.such"}, {"scopes": "ledger.post"}, {"days": 0}],
    ids=["company", "unknown scope", "scope beyond the role", "days"],
)
def test_the_command_refuses_with_a_sentence(acme: Company, options: dict[str, Any]) -> None:
    with pytest.raises(CommandError, match=r"\w+ .*\."):
        make_key(**options)


def test_an_expired_key_is_refused(acme: Company, program: Callable[..., Program]) -> None:
    assert Program(make_key(days=3)).get("integration/whoami/").status_code == 200
    assert program(acme, expires_at=clock.now() - DAY).get("integration/whoami/").status_code == 401


def test_a_revoked_key_is_refused(acme: Company) -> None:
    api = Program(make_key())
    ApiKey.objects.update(revoked_at=clock.now())
    assert api.get("integration/whoami/").status_code == 401


def test_its_last_use_is_noted(acme: Company) -> None:
    api = Program(make_key())
    assert ApiKey.objects.get().last_used_at is None
    api.get("integration/whoami/")
    assert ApiKey.objects.get().last_used_at is not None


@pytest.mark.parametrize("key", ["", "nonsense", "weft_000000000000_x", "weft_é_ü"])
def test_a_wrong_key_is_401_with_a_challenge(acme: Company, key: str) -> None:
    answer = Program(key).get("erp/products/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_right_prefix_with_another_secret_is_refused(acme: Company) -> None:
    key = make_key()
    assert Program(key[:-1] + ("a" if key[-1] != "a" else "b")).get("integration/whoami/").status_code == 401


def test_a_role_bounds_the_key(acme: Company, program: Callable[..., Program]) -> None:
    clerk = program(acme, Role.WAREHOUSE_CLERK)
    refused = clerk.post("crm/quotations/", {"customer": "C1", "lines": []})
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:weft:problem:permission_denied"
