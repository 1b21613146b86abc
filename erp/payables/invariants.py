"""What must be true of vendor bills."""

from erp.catalog.measures import entered_quantities
from erp.core.invariants import Invariant, declare, sums_of_lines, totals_of

# Positive is what the supplier is owed; an open item of a supplier is negative.
_SIGN = "CASE b.kind WHEN 'credit' THEN -1 ELSE 1 END"
_POSTED = """
SELECT b.number AS key, b.state = 'posted' AS stored, e.id IS NOT NULL AND o.id IS NOT NULL AND b.posted_at IS NOT NULL AS derived
FROM payables_vendorbill b
LEFT JOIN ledger_journalentry e ON e.kind = 'vendor_bill' AND e.document_id = b.id
LEFT JOIN ledger_openitem o ON o.kind = 'vendor_bill' AND o.document_id = b.id
"""
_OPENED = f"""
SELECT b.number AS key, b.total AS stored, -1 * {_SIGN} * o.amount AS derived
FROM payables_vendorbill b JOIN ledger_openitem o ON o.kind = 'vendor_bill' AND o.document_id = b.id
"""  # noqa: S608
_COMPANY_TOTAL = f"""
SELECT b.id, b.number AS key, b.company_total AS stored,
       coalesce(-1 * {_SIGN} * o.company_amount,
                round(b.net * b.rate, k.minor_units) + round(b.tax * b.rate, k.minor_units)) AS derived
FROM payables_vendorbill b JOIN identity_company c ON c.id = b.company_id
JOIN reference_currency k ON k.code = c.currency_code
LEFT JOIN ledger_openitem o ON o.kind = 'vendor_bill' AND o.document_id = b.id
"""  # noqa: S608
_HELD = """
SELECT b.number AS key, b.state = 'held' AS stored, jsonb_array_length(b.held_reasons) > 0 AS derived FROM payables_vendorbill b
WHERE b.state <> 'rejected'
"""

declare(
    Invariant(
        name="payables.bill_totals",
        sentence="vendor bills: net, tax and total = Σ lines",
        sql=sums_of_lines(
            head="payables_vendorbill", line="payables_vendorbillline", link="bill_id", columns=["net", "tax", "total"]
        ),
        totals=totals_of("payables.VendorBill", "net", "tax", "total"),
    ),
    Invariant(
        name="payables.bill_company_total",
        sentence="vendor bills: the total in company currency is what the supplier's account moved by",
        sql=_COMPANY_TOTAL,
        totals=totals_of("payables.VendorBill", "company_total"),
    ),
    Invariant(
        name="payables.posted", sentence="a vendor bill is posted exactly if it has an entry and an open item", sql=_POSTED
    ),
    Invariant(name="payables.opened", sentence="vendor bills: the open item is opened with the bill's total", sql=_OPENED),
    Invariant(name="payables.held", sentence="vendor bills: those held, and only they, say what for", sql=_HELD),
    Invariant(
        name="payables.entered_quantities",
        sentence="vendor bill lines: quantity = entered quantity × what its unit holds",
        sql=entered_quantities(head="payables_vendorbill", line="payables_vendorbillline", link="bill_id"),
    ),
)
