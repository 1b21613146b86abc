"""May Weft do this by itself? A decision is a pure function of the inputs and the rules in force."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

AMOUNT, DATE = "amount", "date"


@dataclass(frozen=True, kw_only=True)
class RuleFacts:
    """A rule as it was when it was asked. Dates are inclusive; no limit means any amount."""

    id: int
    condition: Mapping[str, Any] = field(default_factory=dict)
    limit_amount: Decimal | None = None
    valid_from_date: datetime.date
    valid_to_date: datetime.date | None = None
    priority: int = 0

    def is_valid(self, on: datetime.date) -> bool:
        return self.valid_from_date <= on and (self.valid_to_date is None or on <= self.valid_to_date)

    def matches(self, inputs: Mapping[str, Any]) -> bool:
        """Each input the condition names is present and equal; an empty condition matches everything."""
        return all(name in inputs and inputs[name] == value for name, value in self.condition.items())

    def allows(self, amount: Decimal | None) -> bool:
        return self.limit_amount is None or (amount is not None and amount <= self.limit_amount)


@dataclass(frozen=True)
class Decision:
    """Yes with the rule that said so, or no with the reason: no_rule, not_matching, no_amount or over_limit."""

    allowed: bool
    rule_id: int | None
    reason_code: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> dict[str, Any]:
        return {"code": self.reason_code, "params": dict(self.params)}


def decide(*, inputs: Mapping[str, Any], rules: Sequence[RuleFacts], on: datetime.date) -> Decision:
    """Judge one case; `inputs["amount"]` is its amount in company currency, None where nobody knows it: then no limit covers it.

    Of the rules valid on the day whose condition matches, those of the highest priority decide: a special rule can
    thereby narrow a general one. Among equals the one with the widest limit speaks, ties going to the lower id.
    """
    valid = [rule for rule in rules if rule.is_valid(on)]
    if not valid:
        return Decision(False, None, "no_rule")
    matching = [rule for rule in valid if rule.matches(inputs)]
    if not matching:
        return Decision(False, None, "not_matching")
    top = max(rule.priority for rule in matching)
    rule = min((r for r in matching if r.priority == top), key=_widest_first)
    amount = None if inputs[AMOUNT] is None else Decimal(str(inputs[AMOUNT]))
    if rule.allows(amount):
        return Decision(True, rule.id)
    limit = {"limit": _plain(rule.limit_amount or Decimal(0))}
    if amount is None:
        return Decision(False, rule.id, "no_amount", limit)
    return Decision(False, rule.id, "over_limit", {"amount": _plain(amount), **limit})


def _widest_first(rule: RuleFacts) -> tuple[bool, Decimal, int]:
    return rule.limit_amount is not None, -(rule.limit_amount or Decimal(0)), rule.id


def _plain(amount: Decimal) -> str:
    """Without the trailing zeros of storage, but never fewer than two decimals: 100.0000 -> 100.00."""
    shortest = amount.normalize()
    exponent = shortest.as_tuple().exponent
    return format(shortest if isinstance(exponent, int) and exponent <= -2 else amount.quantize(Decimal("0.01")), "f")


def to_stored(rules: Sequence[RuleFacts]) -> list[dict[str, Any]]:
    """The rules as plain JSON values, for the record of the decision."""
    return [
        {
            "id": rule.id,
            "condition": dict(rule.condition),
            "limit_amount": None if rule.limit_amount is None else str(rule.limit_amount),
            "valid_from_date": rule.valid_from_date.isoformat(),
            "valid_to_date": rule.valid_to_date and rule.valid_to_date.isoformat(),
            "priority": rule.priority,
        }
        for rule in rules
    ]


def from_stored(rows: Sequence[Mapping[str, Any]]) -> list[RuleFacts]:
    """The inverse of `to_stored`."""
    return [
        RuleFacts(
            id=row["id"],
            condition=row["condition"],
            limit_amount=None if row["limit_amount"] is None else Decimal(row["limit_amount"]),
            valid_from_date=datetime.date.fromisoformat(row["valid_from_date"]),
            valid_to_date=row["valid_to_date"] and datetime.date.fromisoformat(row["valid_to_date"]),
            priority=row["priority"],
        )
        for row in rows
    ]


def reevaluate(*, inputs: Mapping[str, Any], rules_seen: Sequence[Mapping[str, Any]]) -> Decision:
    """The decision again, from what its row stored alone."""
    return decide(inputs=inputs, rules=from_stored(rules_seen), on=datetime.date.fromisoformat(inputs[DATE]))
