"""A whole warehouse is planned in the background: asked for on a page or by a program, told when it is done."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from erp.core.scope import company_scope
from erp.identity.api_keys import create_api_key
from erp.identity.models import ApiKey, Company
from erp.identity.roles import Role
from erp.jobs.models import Job
from erp.jobs.tasks import run_bulk
from scm.planning.models import PlanRun
from tests.integration.api.conftest import Program
from tests.support.cast import AT
from tests.support.factory import Factory
from tests.support.trade import LogIn

URL = reverse("planning:warehouses")


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Any, ...]]]:
    """What a worker was asked to do instead of a worker."""
    found: list[tuple[Any, ...]] = []
    monkeypatch.setattr(run_bulk, "delay", lambda *arguments: found.append(arguments))
    yield found


@pytest.fixture
def program(factory: Factory) -> Program:
    company = Company.objects.get(pk=factory.making.trade.actor.company_id)
    return Program(create_api_key(company=company, name="planner", role=Role.PLANNER, at=AT))


def runs(factory: Factory) -> list[tuple[str, str]]:
    with company_scope(factory.making.trade.actor):
        return list(PlanRun.objects.order_by("id").values_list("kind", "actor"))


def press(client: Any, **data: Any) -> Any:
    return client.post(URL, {"verb": "plan", "all": "1", "query": "", **data}, headers={"HX-Request": "true"})


def test_a_planner_asks_for_the_plan_of_a_warehouse(factory: Factory, log_in: LogIn, asked: list[tuple[Any, ...]]) -> None:
    factory.policy("HERON")
    client = log_in(Role.PLANNER)
    assert "MAIN" in client.get(URL).content.decode()
    answer = press(client)
    page = answer.headers["HX-Redirect"]
    assert answer.status_code == 204 and runs(factory) == []
    run_bulk(*asked.pop())
    [(kind, actor)] = runs(factory)
    assert kind == "full" and actor.startswith("user:")
    assert "100 %" in client.get(page).content.decode()
    with company_scope(factory.making.trade.actor):
        number = PlanRun.objects.get().number
    assert number in client.get(URL).content.decode()


def test_who_may_only_look_asks_for_nothing(factory: Factory, log_in: LogIn, asked: list[tuple[Any, ...]]) -> None:
    factory.policy("HERON")
    client = log_in(Role.WAREHOUSE_CLERK)
    assert client.get(URL).status_code == 200
    press(client)
    assert asked == []


def test_a_program_asks_and_is_told_when_it_is_done(factory: Factory, program: Program, asked: list[tuple[Any, ...]]) -> None:
    factory.policy("HERON")
    answer = program.post("scm/plan-jobs/", {"warehouse": "MAIN"}, headers={"Idempotency-Key": "one"})
    again = program.post("scm/plan-jobs/", {"warehouse": "MAIN"}, headers={"Idempotency-Key": "one"})
    assert answer.status_code == 201 and answer.json() == again.json() and len(asked) == 1
    where = answer.headers["Location"].removeprefix("/api/v1/")
    assert program.get(where).json()["state"] == "running"
    run_bulk(*asked[0])
    done = program.get(where).json()
    assert (done["state"], done["report"]) == ("done", {"done": 1, "refused": 0})
    [(kind, actor)] = runs(factory)
    assert kind == "full" and actor.startswith("key:")


def test_a_key_that_was_revoked_plans_nothing(factory: Factory, program: Program, asked: list[tuple[Any, ...]]) -> None:
    factory.policy("HERON")
    program.post("scm/plan-jobs/", {"warehouse": "MAIN"})
    ApiKey.objects.update(revoked_at=AT)
    run_bulk(*asked[0])
    assert runs(factory) == []


def test_a_job_that_no_worker_took_says_so(factory: Factory, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_arguments: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(run_bulk, "delay", unreachable)
    factory.policy("HERON")
    answer = program.post("scm/plan-jobs/", {"warehouse": "MAIN"})
    where = answer.headers["Location"].removeprefix("/api/v1/")
    found = program.get(where).json()
    assert found["state"] == "failed" and "no worker" in found["error"]


def test_a_plan_run_over_the_api_names_its_products(factory: Factory, program: Program) -> None:
    refused = program.post("scm/plan-runs/", {"warehouse": "MAIN"})
    assert refused.status_code == 400 and "products" in refused.content.decode()
    with company_scope(factory.making.trade.actor):
        assert not Job.objects.exists()
