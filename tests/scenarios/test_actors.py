"""The demo's outside world with keys of its own: an order of lamps is bought, made and shipped with no person, and every step
that is asked for twice happens once."""

import json
from typing import Any

import pytest

from erp.core import clock
from erp.identity.api_keys import create_api_key
from erp.identity.models import Company
from erp.identity.roles import Role
from erp.ledger.models import OpenItem
from erp.payables.models import VendorBill
from erp.purchasing.models import Advice, PurchaseOrder, SupplierAnswer
from erp.treasury.models import Payment
from integration.demo.actors import CUSTOMER, GOODS_IN, OPERATOR, SUPPLIER, Actors
from integration.demo.client import ApiError, Client
from integration.relay.drain import drain
from tests.integration.api.conftest import Program
from tests.support.market import VERBS, verify
from tests.support.works import Works

pytestmark = pytest.mark.django_db(transaction=True)


class Hands(Client):
    """Calls the API in this process. The answer of a call in `lost` never arrives, although it was done."""

    lost: list[str]

    def __init__(self, key: str) -> None:
        super().__init__("", key)
        self.program, self.calls, self.lost = Program(key), [], []  # type: ignore[var-annotated]

    def _call(self, method: str, path: str, body: Any, key: str = "") -> tuple[Any, bool]:
        if method == "GET":
            answer = self.program.get(path)
        else:
            answer = self.program.post(path, body, headers={"Idempotency-Key": key})
            self.calls.append(path)
        if answer.status_code >= 400:
            raise ApiError(f"{method} {path}: {answer.status_code} {answer.content.decode()}")
        if any(verb in path and method == "POST" for verb in self.lost):
            self.lost = [verb for verb in self.lost if verb not in path]
            raise OSError("the line went dead")
        return json.loads(answer.content), answer.headers.get("Idempotency-Replayed") == "true"


@pytest.fixture
def works(db: None, settings: Any) -> Works:
    settings.API_RATE_PER_SECOND = 0
    return Works(rules=(*VERBS, "accept", "issue", "release", "pay"))


def make_actors(works: Works) -> tuple[Actors, list[str]]:
    company, at = Company.objects.get(pk=works.market.actor.company_id), clock.now()

    def key(name: str, role: Role, party: int | None = None) -> str:
        return create_api_key(company=company, name=name, role=role, party_id=party, at=at)

    keys = {
        GOODS_IN: key("clerk", Role.WAREHOUSE_CLERK),
        OPERATOR: key("operator", Role.PRODUCTION_OPERATOR),
        f"{SUPPLIER}WIRES": key("wires", Role.SUPPLIER, works.supplier),
        f"{CUSTOMER}ZEN": key("bank", Role.ACCOUNTANT),
    }
    said: list[str] = []
    return Actors(keys, said.append, connect=Hands), said


def test_an_order_is_bought_made_and_shipped_by_programs_that_see_only_what_is_theirs(works: Works) -> None:
    actors, said = make_actors(works)
    [order] = works.market.place([{"LAMP": "4"}])
    drain()
    rounds = 0
    while actors.act():
        drain()
        rounds += 1
        assert rounds < 20
    assert works.market.states(order) == ["invoiced"]
    with works.market.looking():
        assert (SupplierAnswer.objects.count(), Advice.objects.count()) == (1, 1)
        assert [(b.state, b.net) for b in VendorBill.objects.all()] == [("posted", 20)]
        assert list(OpenItem.objects.filter(is_open=True, kind="invoice")) == []
    assert [line for line in said if line.startswith("refused")] == []
    assert "0 differ" in verify()


def test_every_step_whose_answer_is_lost_is_done_again_and_happens_once(works: Works) -> None:
    actors, _said = make_actors(works)
    for one in actors.all:
        one.client.lost = ["advise", "confirm", "receive", "vendor-bills", "complete", "payments"]  # type: ignore[attr-defined]
    [order] = works.market.place([{"LAMP": "4"}])
    drain()
    broken = rounds = 0
    while rounds < 40:
        rounds += 1
        try:
            if not actors.act() and works.market.states(order) == ["invoiced"]:
                break
        except OSError:
            broken += 1
        drain()
    assert works.market.states(order) == ["invoiced"] and broken == 6
    with works.market.looking():
        assert (SupplierAnswer.objects.count(), Advice.objects.count(), VendorBill.objects.count()) == (1, 1, 1)
        assert PurchaseOrder.objects.get().state == "received"
        assert Payment.objects.filter(direction=Payment.Direction.IN).count() == 1
    assert "0 differ" in verify()
