"""Programs with keys of any role, calling the API through Django's own handlers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from erp.core import clock
from erp.identity.api_keys import create_api_key
from erp.identity.models import Company
from erp.identity.roles import Role
from tests.support.cast import acme, rival, system

__all__ = ["acme", "rival", "system"]


class Program(Client):
    """An outside program: JSON in, JSON out, its key in every request."""

    def __init__(self, key: str) -> None:
        super().__init__(headers={"Authorization": f"Bearer {key}"})

    def get(self, path: str, data: Any = None, **extra: Any) -> Any:
        return super().get(f"/api/v1/{path}", data, **extra)

    def post(self, path: str, data: Any = None, **extra: Any) -> Any:
        return super().post(f"/api/v1/{path}", {} if data is None else data, content_type="application/json", **extra)

    def patch(self, path: str, data: Any = None, **extra: Any) -> Any:
        return super().patch(f"/api/v1/{path}", data, content_type="application/json", **extra)


@pytest.fixture(autouse=True)
def no_rate_limit(settings: Any) -> None:
    settings.API_RATE_PER_SECOND = 0


@pytest.fixture
def program() -> Callable[..., Program]:
    """A program of a company with a role and, if given, scopes."""

    def make(company: Company, role: Role = Role.ADMINISTRATOR, **options: Any) -> Program:
        return Program(create_api_key(company=company, name="test", role=role, at=clock.now(), **options))

    return make


@pytest.fixture
def api(acme: Company, program: Callable[..., Program]) -> Program:
    """An administrator's program in acme."""
    return program(acme)
