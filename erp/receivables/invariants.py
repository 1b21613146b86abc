"""What must be true of invoices."""

from erp.core.invariants import Invariant, declare, sums_of_lines, totals_of

_GAPLESS = """
SELECT coalesce(i.number, n.number) AS key, i.number AS stored, n.number AS derived
FROM (SELECT documents_format_number(s.prefix, s.padding, value) AS number
      FROM documents_series s CROSS JOIN LATERAL generate_series(1, s.next_value - 1) AS value
      WHERE s.code = 'invoice' AND s.gapless) n
FULL JOIN receivables_invoice i USING (number)
"""
_POSTED = """
SELECT i.number AS key, i.total AS stored, sum(l.currency_amount) AS derived
FROM receivables_invoice i
LEFT JOIN ledger_postingaccount r ON r.role = 'receivable'
LEFT JOIN ledger_journalentry e ON e.kind = 'invoice' AND e.document_id = i.id
LEFT JOIN ledger_journalline l ON l.entry_id = e.id AND l.account_id = r.account_id
GROUP BY i.id, i.number, i.total
"""
_OPENED = """
SELECT i.number AS key, i.total AS stored, o.amount AS derived
FROM receivables_invoice i LEFT JOIN ledger_openitem o ON o.kind = 'invoice' AND o.document_id = i.id
"""
_DIFFERENCES = """
SELECT i.document_number AS key, coalesce(s.total, 0) AS stored, coalesce(b.total, 0) AS derived
FROM ledger_openitem i
LEFT JOIN (SELECT credit_item_id, sum(debit_company_amount - credit_company_amount) AS total
           FROM ledger_settlement GROUP BY 1) s ON s.credit_item_id = i.id
LEFT JOIN (SELECT e.document_id, l.account_id, sum(l.credit - l.debit) AS total
           FROM ledger_journalentry e JOIN ledger_journalline l ON l.entry_id = e.id
           WHERE e.kind = 'credit' GROUP BY 1, 2) b ON b.document_id = i.id AND b.account_id = i.account_id
WHERE i.amount < 0
"""

declare(
    Invariant(
        name="receivables.invoice_totals",
        sentence="invoices: net, tax and total = Σ lines",
        sql=sums_of_lines(
            head="receivables_invoice", line="receivables_invoiceline", link="invoice_id", columns=["net", "tax", "total"]
        ),
        totals=totals_of("receivables.Invoice", "net", "tax", "total"),
    ),
    Invariant(name="receivables.gapless", sentence="invoice numbers have no gap and no stranger", sql=_GAPLESS),
    Invariant(name="receivables.posted", sentence="each invoice is in the books with its total", sql=_POSTED),
    Invariant(
        name="receivables.credit_differences",
        sentence="credits: what their settlements left of exchange differences is in the books",
        sql=_DIFFERENCES,
    ),
    Invariant(name="receivables.opened", sentence="each invoice has its open item", sql=_OPENED),
)
