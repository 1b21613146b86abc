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
_SIGNED = """
SELECT l.component_id AS line_id, CASE i.kind WHEN 'return' THEN -l.quantity ELSE l.quantity END AS figure
FROM manufacturing_productionissueline l JOIN manufacturing_productionissue i ON i.id = l.issue_id
"""
_STATE = """
SELECT o.number AS key, o.state AS stored, CASE
         WHEN o.state IN ('closed', 'cancelled') THEN o.state
         WHEN o.completed + o.scrapped = o.quantity THEN 'completed'
         WHEN q.begun OR o.completed + o.scrapped > 0 THEN 'in_progress'
         WHEN q.missing = 0 THEN 'released' ELSE 'planned' END AS derived
FROM manufacturing_manufacturingorder o
JOIN (SELECT order_id, sum(required - issued - reserved) AS missing,
             EXISTS (SELECT FROM manufacturing_productionissue i WHERE i.order_id = c.order_id) AS begun
      FROM manufacturing_componentline c GROUP BY 1) q ON q.order_id = o.id
"""
_COSTS = """
SELECT i.number || ' line ' || l.sequence AS key, l.cost AS stored,
       CASE i.kind WHEN 'return' THEN 1 ELSE -1 END * coalesce(sum(v.amount), 0) AS derived
FROM manufacturing_productionissue i JOIN manufacturing_productionissueline l ON l.issue_id = i.id
LEFT JOIN inventory_stockmove m ON m.kind = 'production_issue' AND m.document_id = i.id AND m.line_id = l.component_id
LEFT JOIN inventory_valueentry v ON v.move_id = m.id
GROUP BY i.number, i.kind, l.id, l.sequence, l.cost
"""
_GIVEN_BACK = """
SELECT o.number || ' component ' || c.sequence AS key, true AS stored, coalesce(sum(x.sign * l.cost) >= 0
       AND (c.issued > 0 OR sum(x.sign * l.cost) = 0), true) AS derived
FROM manufacturing_componentline c JOIN manufacturing_manufacturingorder o ON o.id = c.order_id
JOIN manufacturing_productionissueline l ON l.component_id = c.id
JOIN (SELECT id, CASE kind WHEN 'return' THEN -1 ELSE 1 END AS sign FROM manufacturing_productionissue) x ON x.id = l.issue_id
GROUP BY o.number, c.id, c.sequence, c.issued
"""
_RETURNED = """
SELECT w.id AS key, w.amount AS stored, CASE i.kind WHEN 'return' THEN -i.value ELSE i.value END AS derived
FROM manufacturing_wipfact w JOIN manufacturing_productionissue i ON i.id = w.document_id AND w.document_kind = 'production_issue'
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
            ("issued", "Σ issues less what came back", _SIGNED),
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
    Invariant(
        name="manufacturing.given_back",
        sentence="components of manufacturing orders: what came back cost no more than what went in",
        sql=_GIVEN_BACK,
    ),
    Invariant(
        name="manufacturing.wip_of_issues",
        sentence="cost in orders: issues raise it by their value, returns lower it",
        sql=_RETURNED,
    ),
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
