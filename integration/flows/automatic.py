"""Doing a verb on many documents by itself: decide by the rules, act on what is allowed, leave the rest to people."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from erp.automation.operations.decide_steps import Case, decide_steps
from erp.automation.operations.raise_exceptions import Refused, raise_exceptions, reason_of
from erp.automation.operations.settle_exceptions import settle_for
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, Refusals

Act = Callable[[Sequence[int]], object]


@dataclass(frozen=True, kw_only=True)
class AutomaticVerb:
    """A verb that rules may allow. `stale` are refusals that only say that the world has moved on: another hand was
    quicker, or a later event carries the news. `conditions` names the inputs of its cases, which rules may compare."""

    verb: str
    owner_role: str
    conditions: tuple[str, ...]
    stale: tuple[type[BusinessRuleViolation], ...] = field(default_factory=tuple)

    def run(self, cases: Sequence[Case], act: Act, *, on: datetime.date, actor: Actor, at: datetime.datetime) -> None:
        """Decide the cases and act on the allowed ones as a set; what an operation refuses goes to the inbox."""
        assert all(case.inputs.keys() == set(self.conditions) for case in cases), "a rule would be told of other names"
        decisions = decide_steps(verb=self.verb, cases=cases, on=on, actor=actor, at=at)
        allowed = {case.document_id: case for case, decision in zip(cases, decisions, strict=True) if decision.allowed}
        while allowed:
            refused = attempt(act, list(allowed))
            if not refused:
                break
            self._leave_to_people(refused, allowed, actor, at)
        if allowed:
            settle_for(verb=self.verb, kind=cases[0].kind, document_ids=list(allowed), actor=actor, at=at)

    def _leave_to_people(
        self, refused: Sequence[BusinessRuleViolation], allowed: dict[int, Case], actor: Actor, at: datetime.datetime
    ) -> None:
        """Take the refused documents out of the set; those refused for a reason of the trade go to the inbox."""
        guilty = {refusal.document_id: refusal for refusal in refused if refusal.document_id in allowed}
        if not guilty and len(allowed) > 1:
            raise refused[0]  # the relay halves the set until it has found out which it is
        if not guilty:
            guilty = {next(iter(allowed)): refused[0]}
        cases = {document_id: allowed.pop(document_id) for document_id in guilty if document_id is not None}
        items = [
            Refused(
                verb=self.verb,
                kind=case.kind,
                document_id=document_id,
                number=case.number,
                event_id=case.event_id,
                owner_role=self.owner_role,
                reason=reason_of(guilty[document_id]),
            )
            for document_id, case in cases.items()
            if not isinstance(guilty[document_id], self.stale)
        ]
        raise_exceptions(items=items, actor=actor, at=at)


def attempt(act: Act, document_ids: Sequence[int]) -> list[BusinessRuleViolation]:
    """Act inside a savepoint; return the refusals, after which nothing of it remains."""
    try:
        with transaction.atomic():
            act(document_ids)
    except Refusals as error:
        return error.refusals
    except BusinessRuleViolation as error:
        return [error]
    return []
