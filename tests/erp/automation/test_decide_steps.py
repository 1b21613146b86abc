"""Decisions on sets of documents: remembered, never doubled, and the refused ones in the inbox."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from erp.automation.models import AutomaticStep, ExceptionItem, Rule
from erp.automation.operations.decide_steps import Case, decide_steps
from erp.automation.operations.save_rules import RuleDraft, save_rules
from erp.automation.rules import reevaluate
from erp.core.actor import Actor
from erp.core.errors import PermissionDenied
from erp.identity.models import Company
from erp.identity.roles import Role
from tests.support.cast import AT, TODAY, counted_statements, person


def allow(actor: Actor, verb: str = "confirm", limit: str | None = "1000", **more: Any) -> int:
    draft = RuleDraft(
        verb=verb, name=verb.title(), valid_from_date=TODAY, limit_amount=None if limit is None else Decimal(limit), **more
    )
    return save_rules(drafts=[draft], actor=actor, at=AT)[0]


def case(number: int = 1, amount: str = "1000", event_id: int = 100, **inputs: Any) -> Case:
    return Case(
        kind="sales_order",
        document_id=number,
        number=f"SO-{number}",
        event_id=event_id + number,
        amount=Decimal(amount),
        owner_role=Role.SALES_MANAGER,
        inputs=inputs,
    )


def decide(actor: Actor, *cases: Case, verb: str = "confirm", on: datetime.date = TODAY) -> list[bool]:
    return [decision.allowed for decision in decide_steps(verb=verb, cases=cases, on=on, actor=actor, at=AT)]


def test_the_limit_passes_and_one_cent_above_waits_in_the_inbox(in_acme: Actor) -> None:
    allow(in_acme)
    assert decide(in_acme, case(1, "1000.00"), case(2, "1000.01")) == [True, False]
    item = ExceptionItem.objects.get()
    assert (item.number, item.owner_role, item.state) == ("SO-2", Role.SALES_MANAGER, "open")
    assert item.reason == {"code": "over_limit", "params": {"amount": "1000.01", "limit": "1000.00"}}


def test_each_stored_decision_is_found_again_from_its_row(in_acme: Actor) -> None:
    allow(in_acme)
    allow(in_acme, limit=None, condition={"customer": "C1"}, priority=1)
    decide(in_acme, case(1, "9999", customer="C1"), case(2, "9999", customer="C2"), case(3, "5"))
    decide(in_acme, case(4, "5"), verb="deliver")
    Rule.objects.update(limit_amount=0)
    steps = AutomaticStep.objects.order_by("id")
    assert [step.allowed for step in steps] == [True, False, True, False]
    for step in steps:
        again = reevaluate(inputs=step.inputs, rules_seen=step.rules_seen)
        assert (again.allowed, again.rule_id, again.reason) == (step.allowed, step.rule_id, step.reason)


def test_a_replay_keeps_the_first_answer_and_doubles_nothing(in_acme: Actor) -> None:
    allow(in_acme)
    first = decide(in_acme, case(1), case(2, "2000"))
    ExceptionItem.objects.update(state="dismissed")
    Rule.objects.update(limit_amount=0)
    assert decide(in_acme, case(1), case(2, "2000")) == first == [True, False]
    assert AutomaticStep.objects.count() == 2
    assert not ExceptionItem.objects.filter(state="open").exists()


def test_the_same_cause_twice_in_one_set_is_one_step(in_acme: Actor) -> None:
    assert decide(in_acme, case(1), case(1)) == [False, False]
    assert (AutomaticStep.objects.count(), ExceptionItem.objects.count()) == (1, 1)


def test_a_document_refused_again_keeps_its_age_and_gets_the_new_reason(in_acme: Actor) -> None:
    decide(in_acme, case(1, event_id=100))
    allow(in_acme, limit="1")
    later = AT + datetime.timedelta(hours=1)
    decide_steps(verb="confirm", cases=[case(1, event_id=200)], on=TODAY, actor=in_acme, at=later)
    item = ExceptionItem.objects.get()
    assert (item.raised_at, item.reason["code"], item.event_id) == (AT, "over_limit", 201)


@pytest.mark.parametrize("count", [1, 200])
def test_the_number_of_statements_does_not_depend_on_the_number_of_cases(in_acme: Actor, count: int) -> None:
    allow(in_acme)
    with counted_statements() as statements:
        answers = decide(in_acme, *(case(n, "1000" if n % 2 else "1001") for n in range(count)))
        assert statements() == 3
    assert len(answers) == count


def test_nobody_but_the_system_decides(acme: Company, in_acme: Actor) -> None:
    with pytest.raises(PermissionDenied):
        decide(person(acme, Role.SALES_MANAGER), case())


def test_no_case_is_no_statement(in_acme: Actor) -> None:
    with counted_statements() as statements:
        assert decide(in_acme) == []
        assert statements() == 0
