"""Schemathesis against every operation: no 5xx, no undocumented status, answers as described, writes that succeed.

The first request of a write is right. Of the examples half are random as the schema allows, a quarter break the schema;
the others are random around a record or body that is right, so that what lies behind the validation is reached too.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from erp.core import clock
from erp.core.actor import system_actor
from erp.core.invariants import all_invariants, check_company
from erp.identity.api_keys import create_api_key
from erp.identity.roles import Role
from integration.api.documents import document
from tests.integration.api.conftest import Program
from tests.integration.api.world import PREPARE, World
from tests.support.cast import found
from tests.support.story import empty_all_tables

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES, OF_READS = 50, 25
OPERATIONS = {
    operation["operationId"]: (path, method.upper())
    for path, operations in document("en")["paths"].items()
    for method, operation in operations.items()
}
QUIET: dict[str, Any] = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "print_blob": False,
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock():
        empty_all_tables()
        try:
            company = found("acme")
            key = create_api_key(company=company, name="schemathesis", role=Role.ADMINISTRATOR, at=clock.now())
            made = World(company=company, api=Program(key), key=key)
            made.settle_in()
            yield made
        finally:
            empty_all_tables()


@pytest.fixture(scope="module")
def contract(world: World) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())


@pytest.mark.long
@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_the_operation_keeps_its_contract(world: World, contract: Any, operation_id: str, django_db_blocker: Any) -> None:
    path, method = OPERATIONS[operation_id]
    operation = contract[path][method]
    quiet = settings(max_examples=OF_READS if method == "GET" else EXAMPLES, **QUIET)

    @quiet
    @given(case=operation.as_strategy(GenerationMode.POSITIVE), mix=st.sampled_from(["random", "random", "around", "right"]))
    def as_described(case: Case, mix: str) -> None:
        if mix != "random":
            steer(world, operation_id, case, exactly=mix == "right")
        send(world, operation_id, case)

    @quiet
    @given(case=operation.as_strategy(GenerationMode.NEGATIVE))
    def broken(case: Case) -> None:
        send(world, operation_id, case)

    with django_db_blocker.unblock():
        if operation_id in PREPARE:
            right = operation.Case(headers={"Idempotency-Key": ""}, body={}, media_type="application/json")
            steer(world, operation_id, right, exactly=True)
            send(world, operation_id, right)
        as_described()
        broken()
    seen = world.statuses[operation_id]
    assert method == "GET" or any(200 <= status < 300 for status in seen), f"{operation_id} never succeeded: {dict(seen)}"


@pytest.mark.long
def test_after_all_that_every_stored_total_is_right(world: World, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        findings = list(check_company(system_actor(world.company.pk, "verify"), all_invariants()))
    assert [finding for finding in findings if not finding.ok] == []


def steer(world: World, operation_id: str, case: Case, *, exactly: bool) -> None:
    """Put a record that is there into the URL and what is needed into the body; the rest stays random."""
    if operation_id in PREPARE:
        pk, body = PREPARE[operation_id](world)
        if case.method != "GET" and (body or isinstance(case.body, dict)):
            random = case.body if isinstance(case.body, dict) and not exactly else {}
            case.body = {**random, **body}
    else:
        pk = world.any_of("/".join(case.path.split("/")[3:5])) if "{id}" in case.path else None
    if "{id}" in case.path:
        case.path_parameters["id"] = str(pk)
    if exactly:
        case.query.clear()
    if "Idempotency-Key" in case.headers or operation_id.endswith("bulk"):
        case.headers["Idempotency-Key"] = world.name("key-")
    if case.method == "PATCH" or "If-Match" in case.headers:
        case.headers["If-Match"] = "*"


def send(world: World, operation_id: str, case: Case) -> None:
    response = case.call(headers={"Authorization": f"Bearer {world.key}"})
    world.statuses[operation_id][response.status_code] += 1
    some = "fields" in case.query  # the schema describes whole records
    case.validate_response(response, checks=[check for check in CHECKS if not (some and check is response_schema_conformance)])


def test_every_write_operation_is_prepared() -> None:
    writes = {operation_id for operation_id, (_path, method) in OPERATIONS.items() if method != "GET"}
    assert writes - set(PREPARE) == set(), "say in PREPARE how these succeed"
    assert set(PREPARE) - set(OPERATIONS) == set(), "PREPARE speaks of operations that are not there"
