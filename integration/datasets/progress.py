"""How far a load is and where its time goes."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TIMED = "ms "  # in the job's report: "ms place_orders"


class Stopwatch:
    """Milliseconds by operation, handed over to the job's report with each chunk, so that they survive a kill."""

    def __init__(self) -> None:
        self._spent: dict[str, float] = {}

    @contextmanager
    def timing(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self._spent[TIMED + name] = self._spent.get(TIMED + name, 0) + (time.perf_counter() - begun) * 1000

    def report(self, **numbers: int) -> dict[str, int]:
        """The numbers and the times since the last report."""
        spent, self._spent = self._spent, {}
        return {**numbers, **{name: round(value) for name, value in spent.items()}}


class Progress:
    """Tells of documents that are committed, at most once a second."""

    def __init__(self, of: int, tell: Callable[[str], None]) -> None:
        self.of, self.tell = of, tell
        self._first: tuple[int, float] | None = None
        self._told = 0.0

    def reached(self, done: int) -> None:
        now = time.perf_counter()
        if self._first is None:
            self._first = (done, now)
            if done:
                self.tell(f"  going on after {done:,} of {self.of:,} documents")
        elif now - self._told >= 1:
            self._told = now
            first, begun = self._first
            self.tell(f"  {done:,} of {self.of:,} documents, {(done - first) / (now - begun):,.1f} documents/s")


def shares(report: dict[str, object]) -> list[tuple[str, int, int]]:
    """(operation, milliseconds, per cent of the time in operations), the longest first."""
    spent = {name.removeprefix(TIMED): value for name, value in report.items() if name.startswith(TIMED)}
    numbers = {name: value for name, value in spent.items() if isinstance(value, int)}
    whole = sum(numbers.values()) or 1
    return sorted(((name, ms, round(100 * ms / whole)) for name, ms in numbers.items()), key=lambda row: -row[1])
