"""A form's token: one press, one effect."""

import uuid
from typing import Any

import pytest

from erp.core.errors import BusinessRuleViolation
from erp.screens.submissions import AlreadyDone, new_token, run_once
from tests.screens.sample import CLERK

pytestmark = pytest.mark.django_db


def test_the_second_press_finds_the_first() -> None:
    token, effects = new_token(), []
    run_once(CLERK, token, lambda: effects.append(1))
    with pytest.raises(AlreadyDone) as first:
        run_once(CLERK, token, lambda: effects.append(2))
    assert effects == [1]
    assert first.value.by == "Ada Brandt"


def test_a_refused_verb_does_not_spend_the_token() -> None:
    token = new_token()

    def refuse() -> Any:
        raise BusinessRuleViolation

    with pytest.raises(BusinessRuleViolation):
        run_once(CLERK, token, refuse)
    assert run_once(CLERK, token, lambda: "done") == "done"


def test_a_missing_token_does_not_stop_the_verb() -> None:
    assert run_once(CLERK, "", lambda: 1) == run_once(CLERK, "not a token", lambda: 1) == 1


def test_another_token_is_another_press() -> None:
    assert [run_once(CLERK, str(uuid.uuid4()), lambda: 1) for _ in range(3)] == [1, 1, 1]
