"""What was done long ago is forgotten; what waits or is parked never is, and `verify` knows the difference."""

import datetime
from collections.abc import Callable, Sequence

import pytest

from erp.core.actor import Actor, system_actor
from erp.core.invariants import all_invariants, check_company
from erp.core.models import Delivery, EventRow
from erp.core.scope import company_scope
from erp.identity.models import Company
from integration.relay.retention import KEPT, forget_done
from tests.integration.relay.things import Things
from tests.support.cast import AT

pytestmark = pytest.mark.django_db(transaction=True)
Fail = Callable[[Callable[[int, int], bool]], None]
OLD, YOUNG = AT - KEPT - datetime.timedelta(seconds=1), AT - KEPT


def finished(things: Sequence[int], at: datetime.datetime, known: Things) -> None:
    Delivery.objects.filter(pk__in=[known.duty(thing).pk for thing in things]).update(finished_at=at)


def left(actor: Actor) -> int:
    return Delivery.objects.filter(company_id=actor.company_id).count()


def duties_differ(actor: Actor) -> int:
    [found] = check_company(actor, [one for one in all_invariants() if one.name == "bus.duties"])
    return found.different


def test_old_done_deliveries_go_and_young_ones_and_all_events_stay(things: Things) -> None:
    things.happen((1, 0), (2, 0), (3, 0))
    things.work_off()
    finished([1, 2], OLD, things)
    finished([3], YOUNG, things)
    assert forget_done(at=AT, batch=1) == 2
    assert left(things.actor) == 1 and things.duty(3).state == "done"
    with company_scope(things.actor, read_only=True):
        assert EventRow.objects.filter(type="test_thing.happened").count() == 3


def test_a_second_time_there_is_nothing_to_forget(things: Things) -> None:
    things.happen((1, 0))
    things.work_off()
    finished([1], OLD, things)
    assert [forget_done(at=AT), forget_done(at=AT)] == [1, 0]


def test_what_is_pending_or_parked_stays_and_does_not_stop_the_walk(things: Things, fail: Fail) -> None:
    things.happen((1, 0), (2, 0))
    fail(lambda thing, step: thing == 1)
    things.work_off()
    assert things.duty(1).state == "parked"
    finished([2], OLD, things)
    things.happen((3, 0))
    assert forget_done(at=AT, batch=1) == 1
    assert (things.duty(1).state, things.duty(3).state) == ("parked", "pending")
    assert left(things.actor) == 2


def test_verify_misses_no_forgotten_delivery_but_every_lost_one(things: Things) -> None:
    things.happen((1, 0), (2, 0), (3, 0))
    things.work_off()
    finished([1], OLD, things)
    forget_done(at=AT)
    assert duties_differ(things.actor) == 0
    Delivery.objects.filter(pk=things.duty(3).pk).delete()
    assert duties_differ(things.actor) == 1


def test_each_company_has_its_own_mark(things: Things, rival: Company) -> None:
    things.happen((1, 0))
    Things(system_actor(rival.pk, "test")).happen((2, 0))
    things.work_off()
    finished([1], OLD, things)
    forget_done(at=AT)
    marks = dict(Company.objects.values_list("pk", "events_forgotten_to"))
    assert marks[things.actor.company_id] > 0
    assert marks[rival.pk] == 0
