"""What must be true of bills of materials, manufacturing orders and the cost that lies in them."""

from erp.catalog.measures import entered_quantities
from erp.core.invariants import Invariant, declare, totals_of


def _order(column: str, facts: str) -> str:
    """A figure of the orders against `facts`: rows of (order_id, figure)."""
    return f"""
SELECT o.id, o.number AS key, o.{column} AS stored, coalesce(f.figure, 0) AS derived
FROM manufacturing_manufacturingorder o
LEFT JOIN (SELECT order_id, sum(figure) AS figure FROM ({facts}) x GROUP BY 1) f ON f.order_id = o.id
"""  # noqa: S608


def _component(column: str, facts: str) -> str:
    return f"""
SELECT c.id, o.number || ' component ' || c.sequence AS key, c.{column} AS stored, coalesce(f.figure, 0) AS derived
FROM manufacturing_componentline c JOIN manufacturing_manufacturingorder o ON o.id = c.order_id
LEFT JOIN (SELECT line_id, sum(figure) AS figure FROM ({facts}) x GROUP BY 1) f ON f.line_id = c.id
"""  # noqa: S608


_ISSUE_VALUE = """
SELECT i.id, i.number AS key, i.value AS stored, coalesce(sum(l.cost), 0) AS derived
FROM manufacturing_productionissue i LEFT JOIN manufacturing_productionissueline l ON l.issue_id = i.id
GROUP BY i.id, i.number, i.value
"""
_ACCOUNT = """
SELECT 'work in progress' AS key, coalesce((
           SELECT sum(l.debit - l.credit) FROM ledger_journalline l
           JOIN ledger_postingaccount r ON r.role = 'work_in_progress' AND r.account_id = l.account_id), 0) AS stored,
       coalesce((SELECT sum(amount) FROM manufacturing_wipfact), 0) AS derived
"""
_STATE = """
SELECT o.number AS key, o.state AS stored, CASE
         WHEN o.state IN ('closed', 'cancelled') THEN o.state
         WHEN o.completed + o.scrapped = o.quantity THEN 'completed'
         WHEN q.issued > 0 OR o.completed + o.scrapped > 0 THEN 'in_progress'
         WHEN q.missing = 0 THEN 'released' ELSE 'planned' END AS derived
FROM manufacturing_manufacturingorder o
JOIN (SELECT order_id, sum(issued) AS issued, sum(required - issued - reserved) AS missing
      FROM manufacturing_componentline GROUP BY 1) q ON q.order_id = o.id
"""
_COSTS = """
SELECT i.number || ' line ' || l.sequence AS key, l.cost AS stored, -coalesce(sum(v.amount), 0) AS derived
FROM manufacturing_productionissue i JOIN manufacturing_productionissueline l ON l.issue_id = i.id
LEFT JOIN inventory_stockmove m ON m.kind = 'production_issue' AND m.document_id = i.id AND m.line_id = l.component_id
LEFT JOIN inventory_valueentry v ON v.move_id = m.id
GROUP BY i.number, l.id, l.sequence, l.cost
"""
_OUT = """
SELECT c.number AS key, c.value AS stored, coalesce(sum(v.amount), 0) AS derived
FROM manufacturing_productioncompletion c
LEFT JOIN inventory_stockmove m ON m.kind = 'production_completion' AND m.document_id = c.id
LEFT JOIN inventory_valueentry v ON v.move_id = m.id
GROUP BY c.id, c.number, c.value
"""

declare(
    *(
        Invariant(
            name=f"manufacturing.order_{column}",
            sentence=f"manufacturing orders: {column} = {words}",
            sql=_order(column, facts),
            totals=totals_of("manufacturing.ManufacturingOrder", column),
        )
        for column, words, facts in (
            ("completed", "Σ good units", "SELECT order_id, good AS figure FROM manufacturing_productioncompletion"),
            ("scrapped", "Σ scrap", "SELECT order_id, scrapped AS figure FROM manufacturing_productioncompletion"),
            ("wip", "Σ what went in less what came out", "SELECT order_id, amount AS figure FROM manufacturing_wipfact"),
        )
    ),
    *(
        Invariant(
            name=f"manufacturing.component_{column}",
            sentence=f"components of manufacturing orders: {column} = {words}",
            sql=_component(column, facts),
            totals=totals_of("manufacturing.ComponentLine", column),
        )
        for column, words, facts in (
            ("issued", "Σ issues", "SELECT component_id AS line_id, quantity AS figure FROM manufacturing_productionissueline"),
            (
                "reserved",
                "Σ reservations",
                "SELECT line_id, quantity AS figure FROM inventory_reservation WHERE kind = 'manufacturing_order'",
            ),
        )
    ),
    Invariant(
        name="manufacturing.issue_value",
        sentence="issues to production: the value = Σ lines",
        sql=_ISSUE_VALUE,
        totals=totals_of("manufacturing.ProductionIssue", "value"),
    ),
    Invariant(name="manufacturing.account", sentence="Σ cost in orders = the work-in-progress account", sql=_ACCOUNT),
    Invariant(
        name="manufacturing.state",
        sentence="manufacturing orders: the state is what components and completions say",
        sql=_STATE,
    ),
    Invariant(name="manufacturing.costs", sentence="issues to production: each line costs what left the shelf", sql=_COSTS),
    Invariant(name="manufacturing.output", sentence="completions: the value is what came onto the shelf", sql=_OUT),
    Invariant(
        name="manufacturing.entered_quantities",
        sentence="lines of bills of materials: quantity = entered quantity × what its unit holds",
        sql=entered_quantities(
            head="(SELECT id, product_id::text AS number FROM manufacturing_billofmaterials)",
            line="manufacturing_billofmaterialsline",
            link="bom_id",
        ),
    ),
)
