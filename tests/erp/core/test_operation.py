"""An operation: permission first, a writable scope of the actor's company, its events written together."""

import datetime

import pytest

from erp.core import bus
from erp.core.actor import Actor, system_actor
from erp.core.errors import BusinessRuleViolation, PermissionDenied, Refusals, raise_refusals
from erp.core.models import EventRow
from erp.core.operation import OPERATIONS, operation
from erp.core.scope import ScopeError, company_scope
from erp.identity.models import Company
from erp.identity.roles import Role
from tests.erp.core.test_bus import Happened
from tests.support.cast import AT, counted_statements, person


@operation("test.do")
def do_things(*, count: int, actor: Actor, at: datetime.datetime) -> int:
    for number in range(count):
        bus.publish([Happened(id=number)], at=at)
    return count


OPERATIONS.pop(f"{__name__}.do_things")  # every test file is imported by every worker: others must not meet it


def test_the_permission_is_checked_before_anything_else(acme: Company) -> None:
    actor = person(acme, Role.SALESPERSON)
    with company_scope(actor), pytest.raises(PermissionDenied, match=r"test\.do"):
        do_things(count=1, actor=actor, at=AT)


def test_it_refuses_to_work_outside_a_writable_scope_of_its_company(rival: Company, system: Actor) -> None:
    with pytest.raises(ScopeError):
        do_things(count=1, actor=system, at=AT)
    with company_scope(system, read_only=True), pytest.raises(ScopeError, match="writable"):
        do_things(count=1, actor=system, at=AT)
    with company_scope(system), pytest.raises(ScopeError):
        do_things(count=1, actor=system_actor(rival.pk, "test"), at=AT)


def test_all_events_of_an_operation_are_one_statement(in_acme: Actor) -> None:
    with counted_statements() as statements:
        assert do_things(count=5, actor=in_acme, at=AT) == 5
        assert statements() == 1
    assert EventRow.objects.count() == 5


def test_refusals_are_raised_alone_or_together() -> None:
    one, two = BusinessRuleViolation(), BusinessRuleViolation(field="lines.2.quantity")
    raise_refusals([])
    with pytest.raises(BusinessRuleViolation):
        raise_refusals([one])
    with pytest.raises(Refusals) as both:
        raise_refusals([one, two])
    assert both.value.refusals == [one, two]
