"""What stands of the plan, read for a net change: items, the buckets of some, everything of others."""

import datetime
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set

from erp.core.clock import local_date
from erp.core.rows import COMPANY, fetch
from erp.manufacturing.queries import bills_below, valid_bills
from erp.purchasing.rules import Terms
from scm.planning.findings import HeldPeg
from scm.planning.levels import low_level_codes
from scm.planning.models import Proposal
from scm.planning.net_change import Begun, Bucketful, Facts, Last, Whole
from scm.planning.pegging import Offer
from scm.planning.problem import (
    bill_lines,
    firm_supplies,
    projection,
    read_items,
    requirements_of,
    standing_requirements,
    stock_of,
    supplies_of,
)
from scm.planning.rules import Requirement, to_micro

_LAST = f"""
SELECT DISTINCT ON (i.product_id) i.product_id, i.level, r.at, i.gross, i.on_hand, i.scheduled, i.safety, i.net, i.planned, i.ends
FROM planning_planitem i JOIN planning_planrun r ON r.company_id = i.company_id AND r.id = i.run_id
WHERE i.company_id = {COMPANY} AND i.product_id = ANY (%s::bigint[]) AND r.warehouse_id = %s
ORDER BY i.product_id, i.run_id DESC
"""  # noqa: S608
_PEGGED = f"""
SELECT {", ".join(f"g.{name}" for name in HeldPeg._fields)}
FROM unnest(%s::bigint[], %s::date[]) AS a(product_id, bucket)
JOIN planning_peg g ON g.product_id = a.product_id AND g.bucket = a.bucket
JOIN planning_planrun r ON r.company_id = g.company_id AND r.id = g.run_id
WHERE g.company_id = {COMPANY} AND g.until_run_id IS NULL AND r.warehouse_id = %s
ORDER BY g.id
"""  # noqa: S608
# What lies on a shelf is used up in this order: what the planner fixed, then lots of earlier buckets.
_USED = f"""
SELECT id FROM planning_proposal WHERE company_id = {COMPANY} AND id = ANY (%s::bigint[]) ORDER BY state = 'open', need_date, id
"""  # noqa: S608
_PROPOSED = f"""
SELECT p.product_id, p.need_date, p.id, p.quantity, p.start_date
FROM planning_proposal p JOIN unnest(%s::bigint[], %s::date[]) AS a(product_id, bucket)
  ON p.product_id = a.product_id AND p.need_date = a.bucket
WHERE p.company_id = {COMPANY} AND p.warehouse_id = %s AND p.state = 'open' ORDER BY p.id
"""  # noqa: S608


class Standing:
    """The reader of a net change. `terms` are what suppliers ask for all items that were read, `held` the pegs of the buckets."""

    def __init__(self, warehouse_id: int, *, today: datetime.date, company_id: int, time_zone: str) -> None:
        self.warehouse_id, self.today, self.company_id, self.time_zone = warehouse_id, today, company_id, time_zone
        self.terms: dict[int, Sequence[Terms]] = {}
        self.held: dict[tuple[int, datetime.date], list[HeldPeg]] = {}

    def facts(self, product_ids: Set[int]) -> Facts:
        """Seven statements, two more for items that no run has planned yet."""
        bills = valid_bills(on=self.today, product_ids=product_ids)
        items, terms = read_items(self.warehouse_id, product_ids, bills, self.today, self.company_id)
        self.terms |= terms
        levels, last = {}, {}
        for product, level, at, *sums, ends in fetch(_LAST, [sorted(product_ids), self.warehouse_id]):
            levels[product] = level
            if ends != "{}" and local_date(at, self.time_zone) == self.today:
                days = {datetime.date.fromisoformat(day): left for day, left in json.loads(ends).items()}
                gross, on_hand, scheduled, safety, net, planned = map(to_micro, sums)
                last[product] = Last(gross, on_hand, scheduled, safety, net, planned, days)
        if len(levels) < len(product_ids):
            levels = self._levels_anew(product_ids, levels)
        return Facts(items, bill_lines(bills, product_ids), levels, last)

    def buckets(self, asked: Mapping[int, Set[datetime.date]]) -> dict[tuple[int, datetime.date], Bucketful]:
        """Two statements, one more where something lay on the shelf that is not stock."""
        pairs = [(product, day) for product, days in asked.items() for day in sorted(days)]
        products, days = [product for product, _ in pairs], [day for _, day in pairs]
        found = {pair: Bucketful([], [], []) for pair in pairs}
        self.held |= {pair: [] for pair in pairs}
        own: set[int] = set()
        for product, due, pk, quantity, start in fetch(_PROPOSED, [products, days, self.warehouse_id]):
            found[product, due].lots.append(Begun(pk, to_micro(quantity), due, max(start, self.today)))
            own.add(pk)
        for peg in map(HeldPeg._make, fetch(_PEGGED, [products, days, self.warehouse_id])):
            bucketful = found[peg.product_id, peg.bucket]
            self.held[peg.product_id, peg.bucket].append(peg)
            bucketful.demands.append(Requirement(peg.product_id, to_micro(peg.quantity), peg.demand_date, peg.demand))
            if not (peg.supply_kind == "proposal" and peg.supply_id in own):
                bucketful.offers.append(Offer(peg.supply, peg.supply_date, to_micro(peg.quantity)))
        _in_order([bucketful.offers for bucketful in found.values()])
        return found

    def whole(self, product_ids: Set[int]) -> Whole:
        """Ten statements at most."""
        rows = projection(self.warehouse_id, product_ids)
        standing, phantoms = standing_requirements(self.warehouse_id, product_ids, leave_out=set(), today=self.today)
        return Whole(
            on_hand=stock_of(rows),
            requirements=requirements_of(rows),
            supplies=[*supplies_of(rows), *firm_supplies(self.warehouse_id, product_ids)],
            standing=standing,
            lots=self._lots(product_ids),
            phantoms=phantoms,
        )

    def _lots(self, product_ids: Set[int]) -> dict[int, list[Begun]]:
        rows = Proposal.objects.filter(warehouse_id=self.warehouse_id, product_id__in=product_ids, state=Proposal.State.OPEN)
        rows = rows.filter(kind=Proposal.Kind.MAKE).order_by("id")
        found: dict[int, list[Begun]] = defaultdict(list)
        for pk, product, quantity, due, start in rows.values_list("id", "product_id", "quantity", "need_date", "start_date"):
            found[product].append(Begun(pk, to_micro(quantity), max(due, self.today), max(start, self.today)))
        return found

    def _levels_anew(self, product_ids: Iterable[int], known: Mapping[int, int]) -> dict[int, int]:
        """The levels of all and of what is below them, never above where a run found them."""
        bills = bills_below(product_ids, on=self.today)
        edges = [(bill.product_id, c.product_id) for bill in bills.values() for c in bill.components]
        found = low_level_codes(product_ids, edges).codes
        return {product: max(level, known.get(product, 0)) for product, level in found.items()}


def _in_order(shelves: Sequence[list[Offer]]) -> None:
    """Sort what lies on each shelf as it is used up: stock first."""
    lots = {offer.source.id for offers in shelves for offer in offers if offer.source.kind == "proposal"}
    if lots:
        rank = {pk: place for place, (pk,) in enumerate(fetch(_USED, [sorted(lots)]), 1)}
        for offers in shelves:
            offers.sort(key=lambda offer: rank.get(offer.source.id, 0) if offer.source.kind == "proposal" else 0)
