"""Whether Weft may do one verb on many documents by itself."""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from erp.automation.operations.raise_exceptions import Refused, write_exceptions
from erp.automation.permissions import DECIDE
from erp.automation.rules import AMOUNT, DATE, Decision, RuleFacts, decide, from_stored, to_stored
from erp.core.actor import Actor
from erp.core.operation import operation
from erp.core.rows import execute, fetch_one

_SQL = Path(__file__).parents[1] / "sql"
_READ, _INSERT = (_SQL / "read_rules.sql").read_text(), (_SQL / "insert_steps.sql").read_text()
Cause = tuple[str, int, int]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One document about which to decide. `inputs` are plain values that conditions may name ("customer": "C001"); `amount` is
    in company currency, None where nobody knows it; `event_id` is the cause; `owner_role` gets the exception if the answer is no.
    """

    kind: str
    document_id: int
    number: str
    event_id: int
    amount: Decimal | None
    owner_role: str
    inputs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def cause(self) -> Cause:
        return self.kind, self.document_id, self.event_id


@operation(DECIDE)
def decide_steps(*, verb: str, cases: Sequence[Case], on: datetime.date, actor: Actor, at: datetime.datetime) -> list[Decision]:
    """Decide every case by the rules in force on the day, remember each decision, put the refused into the inbox.

    Returns the decisions in the order of the cases. A cause that was decided before keeps its first answer, whatever
    the rules say now, so that a replay acts as it is recorded. Three statements at most.
    """
    if not cases:
        return []
    rules, taken = _read(verb, cases)
    in_force = [rule for rule in rules if rule.is_valid(on)]
    decisions: list[Decision] = []
    fresh: dict[Cause, tuple[Case, Decision, dict[str, Any]]] = {}
    for case in cases:
        inputs = {**case.inputs, AMOUNT: None if case.amount is None else str(case.amount), DATE: on.isoformat()}
        decision = taken.get(case.cause)
        if decision is None:
            decision = decide(inputs=inputs, rules=in_force, on=on)
            fresh.setdefault(case.cause, (case, decision, inputs))
        decisions.append(decision)
    _remember(verb, list(fresh.values()), in_force, at)
    write_exceptions([_refused(verb, case, decision) for case, decision, _ in fresh.values() if not decision.allowed], at=at)
    return decisions


def _read(verb: str, cases: Sequence[Case]) -> tuple[list[RuleFacts], dict[Cause, Decision]]:
    rules, taken = fetch_one(_READ, [*_causes(cases), verb, verb])
    decided = {
        (kind, document_id, event_id): Decision(allowed, rule_id, reason["code"], reason["params"])
        for kind, document_id, event_id, allowed, rule_id, reason in json.loads(taken)
    }
    return from_stored(json.loads(rules)), decided


def _remember(
    verb: str, fresh: Sequence[tuple[Case, Decision, dict[str, Any]]], rules: Sequence[RuleFacts], at: datetime.datetime
) -> None:
    if not fresh:
        return
    columns = _causes([case for case, _, _ in fresh])
    columns += [[decision.allowed for _, decision, _ in fresh], [decision.rule_id for _, decision, _ in fresh]]
    columns += [[json.dumps(inputs) for _, _, inputs in fresh], [json.dumps(decision.reason) for _, decision, _ in fresh]]
    execute(_INSERT, [verb, json.dumps(to_stored(rules)), at, *columns])


def _causes(cases: Sequence[Case]) -> list[list[Any]]:
    return [[case.kind for case in cases], [case.document_id for case in cases], [case.event_id for case in cases]]


def _refused(verb: str, case: Case, decision: Decision) -> Refused:
    return Refused(
        verb=verb,
        kind=case.kind,
        document_id=case.document_id,
        number=case.number,
        event_id=case.event_id,
        owner_role=case.owner_role,
        reason=decision.reason,
    )
