"""May Weft do this by itself? The arithmetic of the answer."""

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp.automation.rules import RuleFacts, decide, from_stored, reevaluate, to_stored

MARCH, DAY = datetime.date(2026, 3, 1), datetime.timedelta(days=1)


def rule(number: int = 1, **facts: Any) -> RuleFacts:
    return RuleFacts(**{"id": number, "valid_from_date": MARCH, **facts})


def ask(*rules: RuleFacts, amount: str = "10.00", on: datetime.date = MARCH, **inputs: Any) -> Any:
    return decide(inputs={"amount": amount, **inputs}, rules=rules, on=on)


def test_without_a_rule_nothing_happens_by_itself() -> None:
    assert (ask().allowed, ask().reason_code) == (False, "no_rule")


@pytest.mark.parametrize("places", [0, 2, 3])
def test_the_limit_is_allowed_and_one_minor_unit_above_it_is_not(places: int) -> None:
    limit, unit = Decimal(1000), Decimal(1).scaleb(-places)
    assert ask(rule(limit_amount=limit), amount=str(limit)).allowed
    refused = ask(rule(7, limit_amount=limit), amount=str(limit + unit))
    assert (refused.allowed, refused.rule_id, refused.reason_code) == (False, 7, "over_limit")
    assert Decimal(refused.params["limit"]) == limit
    assert Decimal(refused.params["amount"]) == limit + unit


def test_a_rule_counts_from_its_first_to_its_last_day() -> None:
    only_march = rule(valid_to_date=datetime.date(2026, 3, 31))
    assert not ask(only_march, on=MARCH - DAY).allowed
    assert ask(only_march, on=MARCH).allowed
    assert ask(only_march, on=datetime.date(2026, 3, 31)).allowed
    assert not ask(only_march, on=datetime.date(2026, 4, 1)).allowed


def test_a_condition_holds_when_each_named_input_is_equal() -> None:
    only_c1 = rule(condition={"customer": "C1", "partial": False})
    assert ask(only_c1, customer="C1", partial=False, warehouse="MAIN").allowed
    assert ask(only_c1, customer="C1", partial=True).reason_code == "not_matching"
    assert ask(only_c1, customer="C1").reason_code == "not_matching"


def test_an_input_that_is_missing_does_not_equal_nothing() -> None:
    assert not ask(rule(condition={"customer": None})).allowed


def test_the_highest_priority_that_matches_decides_even_against_a_wider_rule() -> None:
    general, strict = rule(1), rule(2, condition={"customer": "C1"}, limit_amount=Decimal(0), priority=5)
    assert ask(general, strict, customer="C2").rule_id == 1
    assert (ask(general, strict, customer="C1").allowed, ask(general, strict, customer="C1").rule_id) == (False, 2)


def test_among_equals_the_widest_limit_speaks() -> None:
    narrow, wide, boundless = rule(1, limit_amount=Decimal(5)), rule(2, limit_amount=Decimal(50)), rule(3)
    assert ask(narrow, wide).rule_id == 2
    assert ask(narrow, wide, boundless).rule_id == 3
    assert ask(narrow, wide, amount="51").params["limit"] == "50.00"


amounts = st.decimals(min_value=0, max_value=10**9, places=2)
dates = st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
conditions = st.dictionaries(st.sampled_from(["customer", "warehouse"]), st.sampled_from(["A", "B"]), max_size=2)


@st.composite
def rule_facts(draw: st.DrawFn) -> RuleFacts:
    first = draw(dates)
    return RuleFacts(
        id=draw(st.integers(1, 50)),
        condition=draw(conditions),
        limit_amount=draw(st.none() | amounts),
        valid_from_date=first,
        valid_to_date=draw(st.none() | dates.filter(lambda day: day >= first)),
        priority=draw(st.integers(-1, 2)),
    )


@given(rules=st.lists(rule_facts(), max_size=6), inputs=conditions, amount=amounts, on=dates)
def test_a_decision_is_found_again_from_what_its_row_stores(
    rules: list[RuleFacts], inputs: dict[str, str], amount: Decimal, on: datetime.date
) -> None:
    stored_inputs = {**inputs, "amount": str(amount), "date": on.isoformat()}
    decision = decide(inputs=stored_inputs, rules=rules, on=on)
    row = json.loads(json.dumps({"inputs": stored_inputs, "rules_seen": to_stored([r for r in rules if r.is_valid(on)])}))
    assert reevaluate(**row) == decision
    assert from_stored(json.loads(json.dumps(to_stored(rules)))) == rules


@given(rules=st.lists(rule_facts(), max_size=6), inputs=conditions, amount=amounts, on=dates)
def test_what_is_allowed_stays_allowed_for_a_smaller_amount(
    rules: list[RuleFacts], inputs: dict[str, str], amount: Decimal, on: datetime.date
) -> None:
    if decide(inputs={**inputs, "amount": str(amount)}, rules=rules, on=on).allowed:
        assert decide(inputs={**inputs, "amount": str(amount / 2)}, rules=rules, on=on).allowed


def test_no_limit_covers_what_nobody_knows_the_amount_of() -> None:
    limited, open_ended = rule(7, limit_amount=Decimal(100)), rule(8)
    refused = decide(inputs={"amount": None}, rules=[limited], on=MARCH)
    assert (refused.allowed, refused.reason_code, refused.params) == (False, "no_amount", {"limit": "100.00"})
    assert decide(inputs={"amount": None}, rules=[open_ended], on=MARCH).allowed
