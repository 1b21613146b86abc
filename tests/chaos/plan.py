"""Who is killed, where it stands then, in an order that the seed alone decides. Pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

VERBS = ("confirm", "reserve", "deliver", "invoice")
FACTORY = (
    "planning.changes",
    "planning.accept",
    "purchasing.issue",
    "purchasing.match",
    "purchasing.pay",
    "production.release",
    "production.close",
)
HANDLERS = (*(f"order_to_cash.{verb}" for verb in VERBS), "returns.credit", "customer_timeline.record")
WORKER_POINTS = ("relay.claimed", *HANDLERS, "relay.marked")
ACTOR_POINTS = ("actors.asking", "actors.answered")
WEB_POINTS = ("web.accepted", "web.kept", "web.committed")


@dataclass(frozen=True)
class Kill:
    """The victim, the point where a process stands at that moment (empty: anywhere), and how many requests must have been
    answered since the kill before (where nobody stands) and while Redis is away."""

    victim: str
    point: str = ""
    after: int = 0

    @property
    def kind(self) -> str:
        return self.victim.split()[-2 if self.victim.endswith("child") else -1]

    def __str__(self) -> str:
        return f"{self.victim} in {self.point}" if self.point else self.victim


DECK = (
    *(Kill("worker child", point) for point in WORKER_POINTS),
    *(Kill("worker child", point) for point in FACTORY),
    *(
        Kill("whole worker", point)
        for point in ("planning.accept", "production.release", "relay.marked", "order_to_cash.deliver", "returns.credit")
    ),
    *(Kill("web child", point) for point in WEB_POINTS),
    *(Kill("whole web", point) for point in WEB_POINTS),
    *(Kill("whole actors", point) for point in (*ACTOR_POINTS, *ACTOR_POINTS)),
    *(
        Kill("PostgreSQL", point)
        for point in ("planning.accept", "purchasing.match", "order_to_cash.deliver", "relay.marked", *WEB_POINTS)
    ),
    *(Kill("Redis", point) for point in ("", "planning.accept", "order_to_cash.reserve", "relay.marked", "web.kept")),
    Kill("beat"),
    Kill("beat"),
)
KINDS = tuple(dict.fromkeys(kill.kind for kill in DECK))


def deal(kills: int, seed: int) -> list[Kill]:
    """That many kills from the shuffled deck, dealt again when it is used up; the first ones are one of each kind."""
    choice = random.Random(seed)
    dealt: list[Kill] = []
    while len(dealt) < kills:
        dealt += _shuffled(choice)
    return [Kill(kill.victim, kill.point, choice.randint(4, 12)) for kill in dealt[:kills]]


def _shuffled(choice: random.Random) -> Sequence[Kill]:
    deck = choice.sample(DECK, len(DECK))
    first = [next(i for i, kill in enumerate(deck) if kill.kind == kind) for kind in KINDS]
    choice.shuffle(first)
    return [deck[i] for i in first] + [kill for i, kill in enumerate(deck) if i not in first]
