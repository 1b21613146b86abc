"""A key of one company never reaches another company's records, by any route."""

import itertools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from erp.core.models import Delivery
from erp.core.scope import company_scope
from erp.identity.models import Company, Membership, User
from erp.identity.roles import Role
from integration.api.routes import resources
from tests.integration.api import trade
from tests.integration.api.conftest import Program
from tests.integration.api.world_factory import make_one_of_each

OF_A_DOCUMENT = {"erp/attachments", "erp/tasks"}  # lists that want to know of which document


@pytest.fixture
def busy_rival(rival: Company, program: Callable[..., Program]) -> Program:
    """A rival with at least one record of every kind."""
    theirs = program(rival)
    trade.masters(theirs)
    trade.stock(theirs)
    trade.quotation(theirs)
    trade.created(theirs.post("crm/opportunities/", {"name": "x", "customer": "C1"}))
    trade.created(theirs.post("erp/product-categories/", {"code": "K", "name": "Kit"}))
    trade.created(theirs.post("integration/rules/", {"verb": "confirm", "name": "all", "valid_from_date": "2026-01-01"}))
    trade.created(theirs.post("erp/stock-counts/", {"warehouse": "MAIN", "lines": [{"product": "P1", "found": "9"}]}))
    lost = {"warehouse": "MAIN", "reason": "lost", "lines": [{"product": "P1", "quantity": "1"}]}
    trade.created(theirs.post("erp/stock-adjustments/", lost))
    done = trade.delivery(theirs)
    trade.created(theirs.post(f"erp/deliveries/{done['id']}/invoice/"))
    back = trade.came_back(theirs, done["id"])
    trade.created(theirs.post(f"erp/sales-returns/{back['id']}/credit/"))
    trade.created(theirs.post("erp/payments/", {"customer": "C1", "amount": "5"}))
    order = {"kind": "sales_order", "document": str(newest_order(theirs))}
    trade.created(theirs.post("erp/attachments/", {**order, "name": "a.txt", "content": "YQ=="}))
    worker = User.objects.create_user("worker", "worker@example.com")
    Membership.objects.create(user=worker, company=rival, role=Role.SALESPERSON)
    trade.created(theirs.post("erp/tasks/", {**order, "subject": "x", "due_date": "2026-03-02", "owner_id": worker.pk}))
    serial = itertools.count()
    make_one_of_each(SimpleNamespace(api=theirs, company=rival, name=lambda prefix: f"{prefix}{next(serial)}"))
    return theirs


def newest_order(program: Program) -> int:
    return trade.created(program.get("erp/sales-orders/"))["results"][0]["id"]  # type: ignore[no-any-return]


def test_nothing_of_the_rival_is_found_by_id_or_verb(api: Program, acme: Company, busy_rival: Program, rival: Company) -> None:
    park_one(rival)
    raise_one(rival)
    for path, view in resources().items():
        if "retrieve" not in view.permissions:
            continue
        query = f"?kind=sales_order&document={newest_order(busy_rival)}" if path in OF_A_DOCUMENT else ""
        rows = trade.created(busy_rival.get(f"{path}/{query}"))["results"]
        mine = api.get(f"{path}/{query}")
        owned = mine.json().get("results", [])
        codes = {str(own.get("code")) for own in owned}  # an account may go by the number that is an id of the rival's
        pk = next((row["id"] for row in rows if str(row["id"]) not in codes), None)
        assert pk, f"the rival has no {path} to try"
        assert busy_rival.get(f"{path}/{pk}/").status_code == 200
        assert api.get(f"{path}/{pk}/").status_code == 404, path
        assert mine.status_code in ({200, 400, 404} if query else {200}), (path, mine.content)
        assert pk not in [own["id"] for own in owned], path
        for verb in view.get_extra_actions():
            if verb.detail:
                body = {"reason": "x"} if "reason" in str(view.inputs.get(verb.__name__, "")) else {}
                answer = api.post(f"{path}/{pk}/{verb.url_path}/", body)
                assert answer.status_code == 404, (path, verb.url_path, answer.content)
        if "partial_update" in view.permissions:
            assert api.patch(f"{path}/{pk}/", {}, headers={"If-Match": "*"}).status_code == 404


def test_a_reference_to_the_rivals_record_is_unknown(api: Program, busy_rival: Program) -> None:
    theirs = {
        path: busy_rival.get(f"erp/{path}/").json()["results"][0]["id"]
        for path in ("parties", "products", "invoices", "warehouses", "deliveries")
    }
    trade.masters(api)
    bodies: list[tuple[str, dict[str, Any], str]] = [
        ("erp/sales-orders/", {"customer": theirs["parties"], "lines": trade.lines()}, "customer"),
        ("erp/sales-orders/", {"customer": "C1", "lines": trade.lines(sku=theirs["products"])}, "lines.0.product"),
        ("erp/sales-orders/", {"customer": "C1", "warehouse": theirs["warehouses"], "lines": trade.lines()}, "warehouse"),
        ("erp/sales-returns/", {"delivery": theirs["deliveries"], "reason": "other", "lines": [{"quantity": "1"}]}, "delivery"),
        ("erp/credit-notes/", {"invoice": theirs["invoices"], "lines": [{"amount": "1"}]}, "invoice"),
        ("erp/payments/", {"customer": "C1", "amount": "1", "invoices": [theirs["invoices"]]}, "invoices.0"),
    ]
    for path, body, field in bodies:
        answer = api.post(path, body)
        assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [field]), answer.content


def test_the_same_codes_live_side_by_side(api: Program, busy_rival: Program) -> None:
    trade.masters(api)
    assert api.get("erp/products/P1/").json()["id"] != busy_rival.get("erp/products/P1/").json()["id"]
    assert api.get("erp/sales-orders/").json()["results"] == []


def park_one(company: Company) -> None:
    Delivery.objects.create(
        company_id=company.pk, consumer="test.parked", event_id=1, key="x:1", state="parked", available_at=company.created_at
    )


def raise_one(company: Company, document_id: int = 1) -> None:
    from erp.automation.operations.raise_exceptions import Refused, raise_exceptions
    from erp.core.actor import system_actor

    actor = system_actor(company.pk, "test")
    item = Refused(
        verb="confirm",
        kind="sales_order",
        document_id=document_id,
        number="SO-1",
        event_id=1,
        owner_role="salesperson",
        reason={"code": "x", "params": {}},
    )
    with company_scope(actor):
        raise_exceptions(items=[item], actor=actor, at=company.created_at)
