"""Programs and people say over the API who answers for whom, and who of a supplier is let in."""

from collections.abc import Callable
from typing import Any

import pytest

from erp.identity.models import Company, Mail, Membership, User
from erp.identity.roles import Role
from tests.integration.api import trade
from tests.integration.api.conftest import Program

DAYS = {"first_date": "2026-03-02", "last_date": "2026-03-06"}


@pytest.fixture
def people(acme: Company) -> dict[str, User]:
    found = {name: User.objects.create_user(name, f"{name}@acme.example", display_name=name.title()) for name in ("ann", "bob")}
    for user in found.values():
        Membership.objects.create(user=user, company=acme, role=Role.BUYER)
    return found


@pytest.fixture
def orion(api: Program) -> str:
    trade.customer(api, "ORION", is_supplier=True)
    return "scm/suppliers/ORION"


def errors(answer: Any) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in answer.json()["errors"]]


def test_a_delegation_is_made_changed_and_ended(api: Program, people: dict[str, User]) -> None:
    made = trade.created(api.post("erp/delegations/", {"from_user": "Ann", "to_user": people["bob"].pk, **DAYS}))
    ann, bob = ({"id": people[name].pk, "name": name.title()} for name in ("ann", "bob"))
    assert (made["from_user"], made["to_user"], made["ended_at"]) == (ann, bob, None)
    path = f"erp/delegations/{made['id']}/"
    changed = trade.created(api.patch(path, {"last_date": "2026-03-09"}, headers={"If-Match": api.get(path)["ETag"]}))
    assert (changed["first_date"], changed["last_date"]) == ("2026-03-02", "2026-03-09")
    running = [len(api.get(f"erp/delegations/?date={day}").json()["results"]) for day in ("2026-03-09", "2026-03-10")]
    assert running == [1, 0]
    assert trade.created(api.post(f"{path}end/"))["ended_at"]
    assert api.get("erp/delegations/?date=2026-03-09").json()["results"] == []
    assert api.post(f"{path}end/").status_code == 409
    assert api.patch(path, {"reason": "x"}, headers={"If-Match": "*"}).status_code == 409


def test_every_fault_is_named_with_its_field(api: Program, people: dict[str, User], rival: Company) -> None:
    stranger = User.objects.create_user("eve", "eve@rival.example")
    Membership.objects.create(user=stranger, company=rival, role=Role.BUYER)
    for who in ("eve", stranger.pk, "", True, str(2**63)):
        answer = api.post("erp/delegations/", {"from_user": "ann", "to_user": who, **DAYS})
        assert (answer.status_code, errors(answer)[0][0]) == (400, "to_user"), who
    backwards = {"from_user": "ann", "to_user": "ann", "first_date": "2026-03-02", "last_date": "2026-03-01"}
    assert {field for field, _code in errors(api.post("erp/delegations/", backwards))} == {"to_user", "last_date"}


def test_a_program_that_keeps_no_policies_delegates_for_nobody(
    acme: Company, api: Program, people: dict[str, User], program: Callable[..., Program]
) -> None:
    made = trade.created(api.post("erp/delegations/", {"from_user": "ann", "to_user": "bob", **DAYS}))
    clerk = program(acme, Role.BUYER)
    assert errors(clerk.post("erp/delegations/", {"from_user": "ann", "to_user": "bob", **DAYS})) == [
        ("from_user", "invalid_value")
    ]
    assert errors(clerk.post(f"erp/delegations/{made['id']}/end/")) == [("", "not_your_delegation")]
    assert clerk.get(f"erp/delegations/{made['id']}/").json()["ended_at"] is None


def test_somebody_of_a_supplier_is_let_in_once_and_out_again(api: Program, orion: str) -> None:
    body = {"name": "Sue", "email": "Sue@orion.example", "language": "zh-hans"}
    sent = [api.post(f"{orion}/invite/", body, headers={"Idempotency-Key": "sue"}) for _ in range(2)]
    assert sent[0].content == sent[1].content and sent[1]["Idempotency-Replayed"] == "true"
    person = trade.created(sent[0])
    assert (person["name"], person["email"]) == ("Sue", "sue@orion.example")
    mail = Mail.objects.get()
    assert (mail.address, mail.language, mail.site) == ("sue@orion.example", "zh-hans", "http://testserver/")
    assert api.get(f"{orion}/people/").json() == {"people": [person]}
    assert errors(api.post(f"{orion}/invite/", body)) == [("email", "already_member")]
    trade.created(api.post(f"{orion}/end-person/", {"person": person["id"]}))
    assert api.get(f"{orion}/people/").json() == {"people": []}
    assert errors(api.post(f"{orion}/end-person/", {"person": person["id"]})) == [("person", "not_found")]


def test_who_works_here_is_no_suppliers_person_and_a_customer_has_none(api: Program, orion: str, people: dict[str, User]) -> None:
    answer = api.post(f"{orion}/invite/", {"name": "Ann", "email": "ann@acme.example"})
    assert [field for field, _code in errors(answer)] == ["email"]
    assert errors(api.post(f"{orion}/invite/", {"name": "x", "email": "no address"})) == [("email", "invalid")]
    trade.customer(api, "C9")
    assert api.post("scm/suppliers/C9/invite/", {"name": "x", "email": "x@x.example"}).status_code == 404


def test_only_who_keeps_the_keys_lets_people_in(acme: Company, orion: str, program: Callable[..., Program]) -> None:
    buyer = program(acme, Role.BUYER)
    assert buyer.get(f"{orion}/people/").status_code == 403
    assert buyer.post(f"{orion}/invite/", {"name": "x", "email": "x@x.example"}).status_code == 403
    assert buyer.post(f"{orion}/end-person/", {"person": 1}).status_code == 403
