"""What must be true of proposals and plan runs."""

from erp.core.invariants import Invariant, declare

_ACCEPTED = """
SELECT p.number AS key, p.state = 'accepted' AS stored, p.document_id IS NOT NULL AS derived FROM planning_proposal p
"""
# A counter-proposal of the supplier may have lowered the line since.
_ORDERED = """
SELECT p.number AS key, count(l.id) > 0 AS stored, true AS derived
FROM planning_proposal p
LEFT JOIN purchasing_purchaseorderline l
       ON l.source_kind = 'proposal' AND l.source_id = p.id AND l.order_id = p.document_id AND l.product_id = p.product_id
WHERE p.state = 'accepted' AND p.kind = 'buy' GROUP BY p.id, p.number
"""
_MADE = """
SELECT p.number AS key, p.quantity AS stored, o.quantity AS derived
FROM planning_proposal p
LEFT JOIN manufacturing_manufacturingorder o
       ON o.source_kind = 'proposal' AND o.source_id = p.id AND o.id = p.document_id AND o.product_id = p.product_id
WHERE p.state = 'accepted' AND p.kind = 'make'
"""
_ITEMS = """
SELECT r.number AS key, r.items_planned AS stored, count(i.id) AS derived
FROM planning_planrun r LEFT JOIN planning_planitem i ON i.run_id = r.id GROUP BY r.id, r.number, r.items_planned
HAVING count(i.id) > 0 OR r.items_planned = 0
"""
_SERVING = """
SELECT p.number AS key, p.quantity AS stored, coalesce(sum(g.quantity), 0) AS derived
FROM planning_proposal p
LEFT JOIN planning_peg g ON g.supply_kind = 'proposal' AND g.supply_id = p.id AND g.until_run_id IS NULL
WHERE p.state = 'open' GROUP BY p.id, p.number, p.quantity
"""
_HOLDING = """
SELECT i.warehouse_id || ' ' || i.product_id AS key, i.gross AS stored, (
    SELECT coalesce(sum(g.quantity), 0) FROM planning_peg g JOIN planning_planrun r ON r.id = g.run_id
    WHERE g.product_id = i.product_id AND r.warehouse_id = i.warehouse_id AND g.until_run_id IS NULL
      AND g.demand_kind <> 'excess' AND (g.demand_kind, g.demand_id) <> ('safety', i.product_id)
) AS derived
FROM (SELECT DISTINCT ON (x.product_id, y.warehouse_id) x.product_id, y.warehouse_id, x.gross
      FROM planning_planitem x JOIN planning_planrun y ON y.id = x.run_id
      ORDER BY x.product_id, y.warehouse_id, x.run_id DESC) i
"""

declare(
    Invariant(name="planning.accepted", sentence="a proposal is accepted if it became a document", sql=_ACCEPTED),
    Invariant(name="planning.ordered", sentence="accepted proposals to buy stand on the order they became", sql=_ORDERED),
    Invariant(name="planning.made", sentence="accepted proposals to make are orders of that quantity", sql=_MADE),
    Invariant(
        name="planning.items", sentence="plan runs: the number of items is that of the rows while they are kept", sql=_ITEMS
    ),
    Invariant(name="planning.serving", sentence="the pegs that hold say of all of an open proposal what it serves", sql=_SERVING),
    Invariant(
        name="planning.holding", sentence="the pegs that hold of an item are what its last run found to be wanted", sql=_HOLDING
    ),
)
