"""From planning to the CRM: what can be promised by when."""

import datetime
from collections.abc import Mapping, Sequence

from crm.pipeline.ports import Ask, Coming, Cover, Promise, bind_promises
from scm.planning.available_to_promise import Available, cumulative, promise, take
from scm.planning.available_to_promise import Promise as Planned
from scm.planning.queries import find_available_of
from scm.planning.rules import Ref, from_micro, to_micro


class PlannedPromises:
    """The planner's answer to the CRM."""

    def promise(self, asks: Sequence[Ask], *, warehouse_id: int, today: datetime.date) -> list[Promise]:
        products = {ask.product_id for ask in asks}
        available, numbers = find_available_of(products, warehouse_id=warehouse_id, today=today)
        made = []
        for ask in asks:
            rows = available[ask.product_id]
            planned = promise(rows, to_micro(ask.quantity), max(ask.date, today))
            take(rows, planned)
            made.append(_promise(planned, numbers))
        return made

    def coming(self, product_ids: Sequence[int], *, warehouse_id: int, today: datetime.date) -> Mapping[int, Sequence[Coming]]:
        available, numbers = find_available_of(product_ids, warehouse_id=warehouse_id, today=today)
        return {product: _coming(rows, numbers) for product, rows in available.items()}


def _promise(planned: Planned, numbers: Mapping[Ref, str]) -> Promise:
    covers = (Cover(c.source.kind, numbers.get(c.source, ""), c.day, from_micro(c.quantity)) for c in planned.covered_by)
    return Promise(planned.day, from_micro(planned.now), tuple(covers))


def _coming(rows: Sequence[Available], numbers: Mapping[Ref, str]) -> list[Coming]:
    """Each day with what is free in all by then."""
    found = []
    for row, total in zip(rows, cumulative(rows), strict=True):
        names = [numbers[source] for source in row.sources if source in numbers]
        found.append(Coming(row.day, from_micro(max(total, 0)), names[-1] if names else ""))
    return found


def connect() -> None:
    bind_promises(PlannedPromises())
