"""One Idempotency-Key, one effect, one answer."""

import datetime
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from erp.core.scope import company_scope
from erp.core.units import run_unit
from erp.identity.models import Company, IdempotencyRecord
from erp.identity.rest import idempotency
from erp.sales.models import SalesOrder
from tests.integration.api import trade
from tests.integration.api.conftest import Program
from tests.support.cast import found

KEY = {"Idempotency-Key": "order-1"}


def orders(system: Any) -> int:
    with company_scope(system, read_only=True):
        return SalesOrder.objects.count()


def place(api: Program, quantity: str = "1", headers: dict[str, str] | None = None) -> Any:
    return api.post("erp/sales-orders/", {"customer": "C1", "lines": trade.lines(quantity)}, headers=headers or KEY)


def test_a_repeat_gets_the_first_answer_byte_for_byte(api: Program, system: Any) -> None:
    trade.masters(api)
    first, second = place(api), place(api)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first["Location"] == second["Location"]
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert orders(system) == 1


def test_the_same_body_written_otherwise_is_the_same_request(api: Program, system: Any) -> None:
    trade.masters(api)
    for raw in (
        b'{"customer":"C1","lines":[{"product":"P1","quantity":"1"}]}',
        b'{"lines": [{"quantity":"1","product":"P1"}], "customer": "C1"}',
    ):
        answer = api.generic("POST", "/api/v1/erp/sales-orders/", raw, content_type="application/json", headers=KEY)
        assert answer.status_code == 201, answer.content
    assert orders(system) == 1


@pytest.mark.parametrize("blank", ["", "  ", '""'])
def test_a_blank_key_is_refused_not_taken_as_none(api: Program, system: Any, blank: str) -> None:
    trade.masters(api)
    answer = place(api, headers={"Idempotency-Key": blank})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "Idempotency-Key")
    assert orders(system) == 0


def test_another_body_under_the_same_key_is_422(api: Program, system: Any) -> None:
    trade.masters(api)
    place(api)
    other = place(api, "2")
    assert (other.status_code, other.json()["type"]) == (422, "urn:weft:problem:idempotency_key_reused")
    assert orders(system) == 1


def test_another_url_under_the_same_key_is_422(api: Program) -> None:
    trade.masters(api)
    order = place(api).json()
    assert api.post(f"erp/sales-orders/{order['id']}/confirm/", headers=KEY).status_code == 422


def test_a_refused_request_leaves_the_key_free(api: Program, system: Any) -> None:
    trade.masters(api)
    assert place(api, "-1").status_code == 400
    with company_scope(system, read_only=True):
        assert IdempotencyRecord.objects.count() == 0
    assert place(api).status_code == 201


def test_two_programs_may_use_the_same_key(api: Program, program: Callable[..., Program], acme: Company, system: Any) -> None:
    trade.masters(api)
    place(api)
    assert "Idempotency-Replayed" not in place(program(acme))
    assert orders(system) == 2


def test_a_verb_pressed_twice_with_one_key_answers_twice(api: Program) -> None:
    trade.masters(api)
    order = trade.order(api)
    url = f"erp/sales-orders/{order['id']}/confirm/"
    assert [api.post(url, headers={"Idempotency-Key": "c"}).status_code for _ in range(2)] == [200, 200]
    assert api.post(url).status_code == 409


def test_after_a_day_the_key_is_new(api: Program, system: Any) -> None:
    trade.masters(api)
    place(api)
    with company_scope(system):
        record = IdempotencyRecord.objects.get()
        IdempotencyRecord.objects.update(created_at=record.created_at - datetime.timedelta(hours=25))
    assert "Idempotency-Replayed" not in place(api)
    assert orders(system) == 2


@pytest.mark.parametrize("key", ["a b", "x" * 201, "é"])
def test_a_malformed_key_is_400(api: Program, key: str) -> None:
    answer = place(api, headers={"Idempotency-Key": key})
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_twenty_at_once_have_one_effect_and_one_answer(self, program: Callable[..., Program]) -> None:
        acme = found("acme")
        api = program(acme)
        trade.masters(api)
        answers = _together(20, lambda: place(api))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert sum("Idempotency-Replayed" not in answer for answer in answers) == 1

    def test_ten_who_press_the_same_button_have_one_effect_and_clear_messages(self, program: Callable[..., Program]) -> None:
        api = program(found("acme"))
        trade.masters(api)
        order = trade.order(api)
        answers = _together(10, lambda: api.post(f"erp/sales-orders/{order['id']}/confirm/"))
        assert sorted(answer.status_code for answer in answers) == [200, *[409] * 9]
        assert {answer.json()["type"] for answer in answers if answer.status_code == 409} == {"urn:weft:problem:wrong_state"}

    def test_one_that_takes_too_long_is_409(self, program: Callable[..., Program], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(idempotency, "WAIT", 0.3)
        acme = found("acme")
        api = program(acme)
        trade.masters(api)
        release, held = threading.Event(), threading.Event()
        actor_name = f"key:{_key_id(acme)}"

        def hold() -> None:
            from erp.core.actor import Actor

            def work() -> None:
                with connection.cursor() as cursor:
                    cursor.execute(idempotency._LOCK, [actor_name, "order-1"])
                held.set()
                release.wait(5)

            run_unit(Actor(name=actor_name, company_id=acme.pk, permissions=None), work)
            connections.close_all()

        thread = threading.Thread(target=hold)
        thread.start()
        held.wait(5)
        started = time.monotonic()
        answer = place(api)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:weft:problem:idempotency_in_progress")
        assert answer["Retry-After"] == "1"
        assert time.monotonic() - started < 3
        release.set()
        thread.join()
        assert place(api).status_code == 201


def _key_id(company: Company) -> int:
    return company.api_keys.get().pk


def _together(count: int, work: Callable[[], Any]) -> list[Any]:
    answers: list[Any] = []
    barrier = threading.Barrier(count)

    def run() -> None:
        barrier.wait()
        answers.append(work())
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
