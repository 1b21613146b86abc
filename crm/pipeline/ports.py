"""What the pipeline asks sideways: from which day on so much of a product can be had. The wiring binds who knows it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Ask:
    """So much of a product, in its own unit, by a day."""

    product_id: int
    quantity: Decimal
    date: datetime.date


@dataclass(frozen=True)
class Cover:
    """A part of a promise and the document it comes from; of stock `kind` is "stock" and there is no number."""

    kind: str
    number: str
    date: datetime.date
    quantity: Decimal


@dataclass(frozen=True)
class Promise:
    """`date` is the first day from the asked one on which all of it can be had, None where no supply is in sight; `now` is how
    much of it can be had today."""

    date: datetime.date | None
    now: Decimal
    covered_by: tuple[Cover, ...] = ()


@dataclass(frozen=True)
class Coming:
    """From the day on so much in all is free; `number` names the last receipt behind it, "" for stock."""

    date: datetime.date
    quantity: Decimal
    number: str


class PromiseAnswer(Protocol):
    """The answering side. Lines of one call that ask for the same product share what there is, in their order."""

    def promise(self, asks: Sequence[Ask], *, warehouse_id: int, today: datetime.date) -> Sequence[Promise]: ...

    def coming(
        self, product_ids: Sequence[int], *, warehouse_id: int, today: datetime.date
    ) -> Mapping[int, Sequence[Coming]]: ...


_answer: list[PromiseAnswer] = []


def bind_promises(answer: PromiseAnswer) -> None:
    """Called once at start-up by the wiring."""
    _answer[:] = [answer]


def promise_answer() -> PromiseAnswer | None:
    return _answer[0] if _answer else None
