"""What must be true of quotations."""

from erp.catalog.measures import entered_quantities
from erp.core.invariants import Invariant, declare, sums_of_lines, totals_of

_ONE_ORDER = """
SELECT q.number AS key, (q.state = 'accepted')::int AS stored, count(o.id)::int AS derived
FROM pipeline_quotation q LEFT JOIN sales_salesorder o ON o.source_kind = 'quotation' AND o.source_id = q.id
GROUP BY q.id, q.number, q.state
"""
_SAME_ORDER = """
SELECT q.number AS key, q.sales_order_id AS stored, o.id AS derived
FROM pipeline_quotation q LEFT JOIN sales_salesorder o ON o.source_kind = 'quotation' AND o.source_id = q.id
"""

declare(
    Invariant(
        name="pipeline.quotation_totals",
        sentence="quotations: net, tax and total = Σ lines",
        sql=sums_of_lines(
            head="pipeline_quotation", line="pipeline_quotationline", link="quotation_id", columns=["net", "tax", "total"]
        ),
        totals=totals_of("pipeline.Quotation", "net", "tax", "total"),
    ),
    Invariant(
        name="pipeline.one_order", sentence="each accepted quotation has exactly one sales order, any other none", sql=_ONE_ORDER
    ),
    Invariant(name="pipeline.same_order", sentence="quotation and sales order name each other", sql=_SAME_ORDER),
    Invariant(
        name="pipeline.entered_quantities",
        sentence="quotation lines: quantity = quantity as entered × what its unit holds",
        sql=entered_quantities(head="pipeline_quotation", line="pipeline_quotationline", link="quotation_id"),
    ),
)
