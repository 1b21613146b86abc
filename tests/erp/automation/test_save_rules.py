"""Rules are written by the management, all or none."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from erp.automation.models import Rule
from erp.automation.operations.save_rules import RuleDraft, save_rules
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, PermissionDenied, Refusals
from erp.documents.models import History
from erp.identity.models import Company
from erp.identity.roles import Role
from tests.support.cast import AT, TODAY, person

DRAFT = RuleDraft(
    verb="confirm", name="Small orders", valid_from_date=TODAY, limit_amount=Decimal("500"), condition={"customer": "C1"}
)


def test_rules_are_made_and_changed_in_one_call_with_history(in_acme: Actor) -> None:
    [first] = save_rules(drafts=[DRAFT], actor=in_acme, at=AT)
    changed = replace(DRAFT, id=first, limit_amount=Decimal("700"))
    ids = save_rules(drafts=[replace(DRAFT, verb="deliver"), changed], actor=in_acme, at=AT)
    assert ids[1] == first
    assert dict(Rule.objects.values_list("verb", "limit_amount")) == {"confirm": Decimal("700"), "deliver": Decimal("500")}
    assert Rule.objects.get(pk=ids[0]).condition == {"customer": "C1"}
    assert History.objects.get(table_name="automation_rule").changes == {"limit_amount": [500, 700]}


def test_everything_wrong_is_named_at_once_and_nothing_is_written(in_acme: Actor) -> None:
    wrong = RuleDraft(
        id=99,
        verb=" ",
        name="",
        valid_from_date=TODAY,
        valid_to_date=TODAY - datetime.timedelta(days=1),
        limit_amount=Decimal("-0.01"),
        condition={"customer": {"not": "plain"}},
    )
    with pytest.raises(Refusals) as refused:
        save_rules(drafts=[DRAFT, wrong], actor=in_acme, at=AT)
    fields = [refusal.field for refusal in refused.value.refusals]
    assert fields == [f"rules.1.{name}" for name in ("id", "verb", "name", "limit_amount", "valid_to_date", "condition")]
    assert not Rule.objects.exists()


def test_a_step_and_a_condition_that_no_flow_declares_are_named_with_those_there_are(in_acme: Actor) -> None:
    drafts = [replace(DRAFT, verb="conform"), replace(DRAFT, verb="invoice", condition={"currency": "EUR", "customer": "C1"})]
    with pytest.raises(Refusals) as refused:
        save_rules(drafts=drafts, actor=in_acme, at=AT)
    step, condition = refused.value.refusals
    assert (step.field, condition.field) == ("rules.0.verb", "rules.1.condition.currency")
    assert (
        "accept, confirm, credit, deliver, invoice, issue, pay, release, reserve" in step.sentence
        and "customer, warehouse" in condition.sentence
    )
    assert not Rule.objects.exists()


@pytest.mark.parametrize("limit", ["NaN", "Infinity"])
def test_a_limit_is_a_number(in_acme: Actor, limit: str) -> None:
    with pytest.raises(BusinessRuleViolation):
        save_rules(drafts=[replace(DRAFT, limit_amount=Decimal(limit))], actor=in_acme, at=AT)


def test_a_salesperson_does_not_write_rules(acme: Company, in_acme: Actor) -> None:
    with pytest.raises(PermissionDenied):
        save_rules(drafts=[DRAFT], actor=person(acme, Role.SALESPERSON), at=AT)
