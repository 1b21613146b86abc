"""When planned lots are there if their components come late. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from erp.reference.rules import add_working_days
from scm.planning.explosion import Plan
from scm.planning.pegging import Peg
from scm.planning.rules import PLANNED, Ref


def late_lots(plan: Plan, material: Mapping[Ref, date], standing: Mapping[Ref, Ref]) -> dict[Ref, date]:
    """The lots that have to wait for their components, with the day on which each is there at last: its lead time after the last
    of them. `material` says when the components are there of lots whose components are not in the plan, `standing` which lot a
    proposal is that wants what it wanted."""
    ready: dict[Ref, date] = defaultdict(lambda: date.min, material)
    late: dict[Ref, date] = {}
    for netted in reversed(plan.netted.values()):
        item = netted.item
        for lot in netted.lots:
            begun = ready[lot.source]
            if begun > lot.release and (there := add_working_days(begun, item.lead_days, item.calendar)) > lot.expected:
                late[lot.source] = there
        for peg in netted.pegs:
            day = late.get(peg.supply, peg.supply_date)
            demand = standing.get(peg.demand, peg.demand)
            if demand.kind == PLANNED and day is not None:
                ready[demand] = max(ready[demand], day)
    return late


def with_late_lot(peg: Peg, late: Mapping[Ref, date]) -> Peg:
    """The peg as it is when the lot that serves it is late."""
    day = late.get(peg.supply)
    if day is None:
        return peg
    days = max((day - peg.demand_date).days, 0) if peg.demand_date else 0
    return peg._replace(supply_date=day, late_days=days)
