"""An operation takes a set, and a set may be empty: then nothing is done and nothing is written."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from erp.core.operation import OperationInfo
from erp.core.rows import fetch_one
from erp.core.scope import company_scope
from tests.architecture.test_operations import operations
from tests.support.cast import AT, TODAY, acme
from tests.support.trade import Trade, trade

__all__ = ["acme", "trade"]

pytestmark = pytest.mark.django_db(transaction=True)
# What the operations ask for beside the set itself.
REST: Mapping[str, Any] = {
    "at": AT,
    "date": TODAY,
    "on": TODAY,
    "site": "https://weft.test",
    "max_mb": 1,
    "ledger": True,
    "stock": True,
    "reason": "nothing",
    "outcome": "dismissed",
    "verb": "confirm",
    "kind": "sales_order",
    "warehouse_id": 1,
    "accepted": True,
}
# One job for a set that somebody chose on a list: the job is made whatever becomes of the set.
OTHERWISE = frozenset({"start_bulk"})


def set_of(info: OperationInfo) -> str | None:
    """The parameter that takes the set; None for an operation on one thing."""
    parameters = inspect.signature(info.function).parameters.values()
    found = [p.name for p in parameters if p.default is p.empty and str(p.annotation).startswith("collections.abc.Sequence")]
    return found[0] if len(found) == 1 and info.name not in OTHERWISE else None


def call(info: OperationInfo, name: str, trade: Trade) -> Callable[[], Any]:
    parameters = inspect.signature(info.function).parameters
    rest = {key: REST[key] for key, p in parameters.items() if p.default is p.empty and key not in (name, "actor")}
    return lambda: info.function(**{name: []}, actor=trade.actor, **rest)


def test_an_empty_set_does_nothing_and_gives_nothing(trade: Trade) -> None:
    asked = {info: name for info in operations() if (name := set_of(info))}
    assert len(asked) > 40
    wrong = {}
    for info, name in asked.items():
        try:
            with company_scope(trade.actor):
                answer = call(info, name, trade)()
                [wrote] = fetch_one("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        except Exception as error:
            wrong[info.name] = repr(error)
        else:
            if answer or wrote:
                wrong[info.name] = f"{answer!r}, {'wrote' if wrote else 'wrote nothing'}"
    assert wrong == {}
