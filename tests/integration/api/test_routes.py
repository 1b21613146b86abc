"""Deny by default; every verb of the product is a verb of the API; the contract says what the routes do."""

from typing import Any

import pytest
from django.urls import URLPattern, get_resolver

from crm.pipeline.api.promises import PromiseView
from erp.core.operation import OPERATIONS
from erp.identity.models import Company
from erp.identity.rest.views import ResourceView
from erp.identity.roles import PERMISSIONS
from integration.api.documents import document
from integration.api.problems import unknown_url
from integration.api.routes import APIS, resource_urls, resources
from tests.integration.api.conftest import Program

PUBLIC = {"schema", "docs"}
WITHOUT_ROUTE = {
    "decide_steps": "automation decides; a program may change the rules and settle the exceptions",
    "raise_exceptions": "automation raises them",
    "request_approvals": "flows ask for the documents they are about",
    "withdraw_approvals": "flows take it back when a document is out of the game",
    "await_approvals": "orders wait because a policy says so",
    "record_history": "loaders bring the orders of another system; an open order is placed",
    "promise_orders": "promises follow the plan",
    "forget_plans": "housekeeping",
    "settle_for": "automation closes what a person did by hand",
    "record_activities": "the customer's timeline is told by events",
    "link_sales_orders": "the flow of order entry links the order to its quotation",
    "invite_people": "a logged-in person invites: the mail carries a link of the site they are on",
    "send_invitations": "the mail carries a link of the site the inviting person is on",
    "end_memberships": "people are let in and out on the screen of people",
    "follow_documents": "people follow; a program reads the events",
    "unfollow_documents": "people follow; a program reads the events",
    "mark_news_seen": "people follow; a program reads the events",
    "start_bulk": "people tick rows of a list; a program sends its rows in bulk, and asks for plan jobs",
    "stop_jobs": "started on screens, stopped there",
    "start_job": "jobs are started by commands",
    "advance_job": "jobs move on by themselves",
    "finish_job": "jobs move on by themselves",
    "fail_job": "jobs move on by themselves",
    "post_entries": "entries come from documents; entering them by hand comes with the full books",
    "post_invoices": "invoices come from deliveries; free ones come with the full trade",
    "allocate_stock": "arriving stock is given to waiting orders by itself",
}


def actions() -> list[tuple[str, type[ResourceView], str]]:
    """(path, view, action) of every route."""
    found = []
    for pattern in resource_urls():
        view, routes = pattern.callback.cls, pattern.callback.actions
        found += [(str(pattern.pattern), view, name) for method, name in routes.items() if method != "head"]
    return found


def test_every_route_declares_a_permission_that_exists() -> None:
    for path, view, action in actions():
        assert view.permissions.get(action) in PERMISSIONS, f"{path} {action} declares no permission"


def test_no_url_below_the_api_escapes_the_frame(settings: Any) -> None:
    api = next(pattern for pattern in get_resolver().url_patterns if str(pattern.pattern) == "api/v1/")
    for pattern in api.url_patterns:
        assert isinstance(pattern, URLPattern)
        if pattern.callback is unknown_url or pattern.name in PUBLIC:
            continue
        assert issubclass(pattern.callback.cls, ResourceView), pattern


def test_every_operation_has_a_route_or_a_reason() -> None:
    routed = {name for _path, view, _action in actions() for name in view.operations.values()}
    known = {info.name for info in OPERATIONS.values()}
    assert routed <= known, f"routes to no operation: {routed - known}"
    assert known - routed == set(WITHOUT_ROUTE) & known - routed, f"no route and no reason: {known - routed - set(WITHOUT_ROUTE)}"
    assert not routed & set(WITHOUT_ROUTE), "a reason for an operation that has a route"


def test_every_unsafe_action_names_its_operation_and_asks_its_permission() -> None:
    permission = {info.name: info.permission for info in OPERATIONS.values()}
    for pattern in resource_urls():
        view = pattern.callback.cls
        for method, action in pattern.callback.actions.items():
            if method in {"post", "patch", "put", "delete"} and view not in QUESTIONS:
                assert permission[view.operations[action]] == view.permissions[action], (pattern, action)


def test_every_api_module_is_listed() -> None:
    from importlib.util import find_spec

    from django.apps import apps

    with_api = {f"{config.name}.api" for config in apps.get_app_configs() if _has_api(config.name, find_spec)}
    assert with_api - {"integration.api"} == {module.__name__ for module in APIS}


def _has_api(name: str, find_spec: Any) -> bool:
    return name.partition(".")[0] in {"erp", "crm", "scm", "integration"} and find_spec(f"{name}.api") is not None


QUESTIONS = {PromiseView}  # asked with a body; nothing is written
NAMES = {
    "erp": "products parties warehouses stock-levels stock-moves receipts sales-orders deliveries invoices payments"
    " journal-entries ledger-accounts",
    "crm": "opportunities quotations orders customers promises",
    "integration": "events parked-events exceptions",
}


def test_the_names_that_outside_programs_rely_on_are_there() -> None:
    wanted = {f"{suite}/{name}" for suite, names in NAMES.items() for name in names.split()}
    assert wanted <= set(resources())
    assert {"/api/v1/integration/whoami/", "/api/v1/crm/quotations/{id}/accept/", "/api/v1/erp/sales-orders/{id}/cancel/"} <= set(
        document("en")["paths"]
    )


def test_the_document_is_openapi_3_1_and_describes_every_route(client: Any, db: None) -> None:
    answer = client.get("/api/v1/schema/")
    assert answer["Content-Type"] == "application/json"
    body = answer.json()
    assert body["openapi"].startswith("3.1")
    described = {f"{method} {path}" for path, operations in body["paths"].items() for method in operations}
    assert len(described) == len(actions())
    ids = [operation["operationId"] for operations in body["paths"].values() for operation in operations.values()]
    assert len(ids) == len(set(ids))


def test_every_operation_documents_what_it_can_answer() -> None:
    for path, operations in document("en")["paths"].items():
        for method, operation in operations.items():
            codes = set(operation["responses"])
            assert {"400", "401", "403", "405", "406", "429"} <= codes
            assert method == "get" or {"409", "413", "415", "422"} <= codes, path
            assert method != "patch" or {"412", "428"} <= codes
            for code, response in operation["responses"].items():
                kind = "application/json" if code < "400" else "application/problem+json"
                assert list(response["content"]) == [kind]


def test_the_page_to_browse_it_has_no_inline_script(client: Any, db: None) -> None:
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "<style" not in text
    assert "<script>" not in text
    script = client.get("/api/v1/docs/?script=")
    assert "SwaggerUIBundle" in script.content.decode()


@pytest.mark.parametrize("path", ["erp/products/", "erp/trial-balance/", "integration/whoami/"])
def test_nothing_is_kept_by_caches(api: Program, acme: Company, path: str) -> None:
    assert api.get(path)["Cache-Control"] == "no-store"
