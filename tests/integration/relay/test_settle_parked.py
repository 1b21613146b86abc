"""A person replays or skips a parked delivery, with a reason that stays in the log."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from erp.core.actor import Actor, system_actor
from erp.core.errors import InvalidValue, NotFound, Refusals, WrongState
from erp.core.models import EventRow
from erp.core.scope import company_scope
from erp.core.units import run_unit
from erp.identity.models import Company
from erp.identity.roles import Role
from integration.relay.operations.settle_parked import replay_deliveries, skip_deliveries
from integration.relay.queries import relay_status
from tests.integration.relay.things import Things, exactly_once
from tests.support.cast import AT, person

pytestmark = pytest.mark.django_db(transaction=True)
Fail = Callable[[Callable[[int, int], bool]], None]
VERBS = (replay_deliveries, skip_deliveries)


@pytest.fixture
def broken(things: Things, fail: Fail) -> set[int]:
    """The things that fail; (1, 0) is parked with (1, 1) behind it, 2 is done. Clear the set to mend them."""
    broken = {1}
    things.happen((1, 0), (1, 1), (2, 0))
    fail(lambda thing, step: thing in broken)
    things.work_off()
    assert things.duty(1).state == "parked"
    return broken


@pytest.fixture
def admin(acme: Company) -> Actor:
    return person(acme, Role.ADMINISTRATOR, user_id=7)


def settle(verb: Any, ids: Sequence[int], actor: Actor, reason: str = "mended") -> None:
    run_unit(actor, lambda: verb(delivery_ids=ids, reason=reason, actor=actor, at=AT))


def audited(things: Things) -> list[tuple[str, int, str, str]]:
    with company_scope(things.actor, read_only=True):
        rows = EventRow.objects.filter(aggregatetype="parked_event").order_by("id")
        return [(row.type, row.aggregateid, row.payload["reason"], row.actor) for row in rows]


def test_replayed_it_starts_afresh_has_its_effect_once_and_lets_the_others_go_on(
    things: Things, broken: set[int], admin: Actor
) -> None:
    parked = things.duty(1)
    broken.clear()
    settle(replay_deliveries, [parked.pk], admin, "the tax code exists now")
    assert (things.duty(1).state, things.duty(1).started_attempts) == ("pending", 0)
    things.work_off()
    exactly_once(things, [(1, 0), (1, 1), (2, 0)])
    assert [step for thing, step in things.effects() if thing == 1] == [0, 1]
    assert audited(things) == [("parked_event.replayed", parked.pk, "the tax code exists now", "user:7")]


def test_replayed_without_being_mended_it_is_parked_again(things: Things, broken: set[int], admin: Actor) -> None:
    settle(replay_deliveries, [things.duty(1).pk], admin)
    things.work_off()
    assert (things.duty(1).state, things.duty(1).finished_attempts) == ("parked", 5)


def test_skipped_it_has_no_effect_and_the_later_ones_of_its_key_go_on(things: Things, broken: set[int], admin: Actor) -> None:
    parked = things.duty(1)
    broken.clear()
    settle(skip_deliveries, [parked.pk], admin, "entered by hand")
    things.work_off()
    assert sorted(things.effects()) == [(1, 1), (2, 0)]
    assert things.duty(1).state == "skipped"
    assert things.duty(1).finished_at == AT
    assert "guilty" in things.duty(1).last_error
    assert audited(things) == [("parked_event.skipped", parked.pk, "entered by hand", "user:7")]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_without_a_reason_it_is_refused(things: Things, broken: set[int], admin: Actor, verb: Any, reason: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        settle(verb, [things.duty(1).pk], admin, reason)
    assert refused.value.field == "reason"
    assert (things.duty(1).state, audited(things)) == ("parked", [])


@pytest.mark.parametrize("verb", VERBS)
def test_what_is_not_parked_is_refused(things: Things, broken: set[int], admin: Actor, verb: Any) -> None:
    with pytest.raises(WrongState):
        settle(verb, [things.duty(2).pk], admin)
    with pytest.raises(Refusals) as refused:
        settle(verb, [things.duty(1).pk, things.duty(2).pk, 999_999_999], admin)
    assert {type(refusal) for refusal in refused.value.refusals} == {WrongState, NotFound}
    assert (things.duty(1).state, things.duty(2).state) == ("parked", "done")


@pytest.mark.parametrize("verb", VERBS)
def test_a_second_press_is_refused(things: Things, broken: set[int], admin: Actor, verb: Any) -> None:
    parked = things.duty(1).pk
    settle(verb, [parked], admin)
    with pytest.raises(WrongState):
        settle(verb, [parked], admin)
    assert len(audited(things)) == 1


@pytest.mark.parametrize("verb", VERBS)
def test_another_companys_is_not_there(things: Things, broken: set[int], rival: Company, verb: Any) -> None:
    parked = things.duty(1).pk
    with pytest.raises(NotFound):
        settle(verb, [parked], system_actor(rival.pk, "test"))
    assert things.duty(1).state == "parked"


def test_the_status_counts_what_is_parked_in_the_own_company_only(things: Things, broken: set[int], rival: Company) -> None:
    with company_scope(things.actor, read_only=True):
        own = relay_status()
    with company_scope(system_actor(rival.pk, "test"), read_only=True):
        other = relay_status()
    assert (own.parked, own.pending) == (1, 1)
    assert (other.parked, other.pending) == (0, 0)
