"""Pegs followed from document to document: down to what serves a demand, up to what a supply is for."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from erp.core.events import DocumentRef
from erp.core.rows import COMPANY, fetch

LIMIT = 500
DOCUMENTS = ("proposal", "purchase_order", "manufacturing_order", "sales_order")

# Only what holds of the runs counts. A proposal that was accepted since is the document that it
# became, on both ends.
_STEP = f"""
WITH asked AS MATERIALIZED (SELECT * FROM unnest(%s::text[], %s::bigint[]) AS a(kind, id)), ends AS MATERIALIZED (
    SELECT kind, id FROM asked
    UNION SELECT 'proposal', p.id FROM planning_proposal p JOIN asked a ON p.document_kind = a.kind AND p.document_id = a.id
    WHERE p.company_id = {COMPANY})
SELECT coalesce(d.document_kind, g.demand_kind), coalesce(d.document_id, g.demand_id),
       coalesce(s.document_kind, g.supply_kind), coalesce(s.document_id, g.supply_id),
       g.product_id, p.sku, sum(g.quantity), min(g.demand_date), max(g.supply_date), max(g.late_days)
FROM planning_peg g
JOIN ends k ON k.kind = g.{{end}}_kind AND k.id = g.{{end}}_id
JOIN catalog_product p ON p.company_id = g.company_id AND p.id = g.product_id
LEFT JOIN planning_proposal d
       ON d.company_id = g.company_id AND d.id = g.demand_id AND g.demand_kind = 'proposal' AND d.document_id IS NOT NULL
LEFT JOIN planning_proposal s
       ON s.company_id = g.company_id AND s.id = g.supply_id AND g.supply_kind = 'proposal' AND s.document_id IS NOT NULL
WHERE g.company_id = {COMPANY} AND g.until_run_id IS NULL
GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY min(g.demand_date), 1, 2, 6, 3, 4
"""  # noqa: S608


class Link(NamedTuple):
    """So much of a product, in its unit, that a supply gives to a demand; either may be no document, such as stock."""

    demand: DocumentRef
    supply: DocumentRef
    product_id: int
    sku: str
    quantity: Decimal
    demand_date: datetime.date | None
    supply_date: datetime.date | None
    late_days: int


def trace_supplies(documents: Iterable[DocumentRef], *, limit: int = LIMIT) -> list[Link]:
    """What serves the documents by the last runs, and what serves that, level by level until `limit` links are found. One
    statement a level."""
    return _trace(documents, limit, supplies=True)


def trace_demands(documents: Iterable[DocumentRef], *, limit: int = LIMIT) -> list[Link]:
    """What the documents are for by the last runs, and what that is for, level by level until `limit` links are found. One
    statement a level."""
    return _trace(documents, limit, supplies=False)


def _trace(documents: Iterable[DocumentRef], limit: int, *, supplies: bool) -> list[Link]:
    step = _STEP.format(end="demand" if supplies else "supply")
    level = set(documents)
    seen = set(level)
    found: list[Link] = []
    while level and len(found) < limit:
        ordered = sorted(level)
        rows = fetch(step, [[d.kind for d in ordered], [d.id for d in ordered]])
        links = [Link(DocumentRef(*row[:2]), DocumentRef(*row[2:4]), *row[4:]) for row in rows]
        found += links
        ends = (link.supply if supplies else link.demand for link in links)
        level = {end for end in ends if end.kind in DOCUMENTS} - seen
        seen |= level
    return found[:limit]


class Branch(NamedTuple):
    """A link in the tree below a document; the first ones have depth 0."""

    id: int
    depth: int
    link: Link


def demand_tree(supply: DocumentRef, links: Sequence[Link]) -> list[Branch]:
    """The links from the supply up, each demand below what serves it; what several serve is followed once."""
    above: dict[DocumentRef, list[Link]] = defaultdict(list)
    for link in links:
        above[link.supply].append(link)
    found: list[Branch] = []
    followed: set[DocumentRef] = set()
    waiting = [(0, link) for link in reversed(above[supply])]
    while waiting:
        depth, link = waiting.pop()
        found.append(Branch(len(found), depth, link))
        if link.demand not in followed:
            followed.add(link.demand)
            waiting += [(depth + 1, one) for one in reversed(above[link.demand])]
    return found
