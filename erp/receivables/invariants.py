"""What must be true of invoices and credit notes."""

from erp.catalog.measures import entered_quantities
from erp.core.invariants import Invariant, declare, sums_of_lines, totals_of


def _gapless(table: str, series: str) -> str:
    return f"""
SELECT coalesce(i.number, n.number) AS key, i.number AS stored, n.number AS derived
FROM (SELECT documents_format_number(s.prefix, s.padding, value) AS number
      FROM documents_series s CROSS JOIN LATERAL generate_series(1, s.next_value - 1) AS value
      WHERE s.code = '{series}' AND s.gapless) n
FULL JOIN {table} i USING (number)
"""  # noqa: S608


def _posted(table: str, kind: str, sign: str) -> str:
    return f"""
SELECT i.number AS key, i.total AS stored, {sign} sum(l.currency_amount) AS derived
FROM {table} i
LEFT JOIN ledger_postingaccount r ON r.role = 'receivable'
LEFT JOIN ledger_journalentry e ON e.kind = '{kind}' AND e.document_id = i.id
LEFT JOIN ledger_journalline l ON l.entry_id = e.id AND l.account_id = r.account_id
GROUP BY i.id, i.number, i.total
"""  # noqa: S608


def _opened(table: str, kind: str, sign: str) -> str:
    return f"""
SELECT i.number AS key, i.total AS stored, {sign} o.amount AS derived
FROM {table} i LEFT JOIN ledger_openitem o ON o.kind = '{kind}' AND o.document_id = i.id
"""  # noqa: S608


def _in_company_currency(table: str, kind: str, sign: str) -> str:
    return f"""
SELECT i.id, i.number AS key, i.company_total AS stored, {sign} o.company_amount AS derived
FROM {table} i JOIN ledger_openitem o ON o.kind = '{kind}' AND o.document_id = i.id
"""  # noqa: S608


_WITHIN_INVOICE = """
SELECT i.number || ' line ' || l.sequence || ' ' || c.name AS key, c.credited AS stored, least(c.credited, c.invoiced) AS derived
FROM (SELECT invoice_line_id, sum(quantity) AS quantity, sum(net) AS net, sum(tax) AS tax FROM receivables_creditnoteline
      WHERE invoice_line_id IS NOT NULL GROUP BY 1) n
JOIN receivables_invoiceline l ON l.id = n.invoice_line_id JOIN receivables_invoice i ON i.id = l.invoice_id
CROSS JOIN LATERAL (VALUES ('quantity', n.quantity, l.quantity), ('net', n.net, l.net), ('tax', n.tax, l.tax))
    AS c(name, credited, invoiced)
"""
_OF_ITS_INVOICE = """
SELECT n.number || ' line ' || x.sequence AS key,
       (n.invoice_id, n.customer_id, n.currency_code, n.rate, n.prices_include_tax, x.unit_price, x.discount, x.tax_code,
        x.tax_rate)::text AS stored,
       (l.invoice_id, i.customer_id, i.currency_code, i.rate, i.prices_include_tax,
        CASE WHEN l.unit_numerator = l.unit_denominator THEN l.unit_price
             ELSE round(l.unit_price * l.unit_denominator / l.unit_numerator, 8) END, l.discount, l.tax_code, l.tax_rate)::text
        AS derived
FROM receivables_creditnoteline x JOIN receivables_creditnote n ON n.id = x.credit_note_id
LEFT JOIN receivables_invoiceline l ON l.id = x.invoice_line_id LEFT JOIN receivables_invoice i ON i.id = l.invoice_id
WHERE n.invoice_id IS NOT NULL OR x.invoice_line_id IS NOT NULL
"""
_WHOLLY_CREDITED = """
WITH credits AS (
    SELECT n.invoice_id, n.id, sum(n.total) OVER (PARTITION BY n.invoice_id) AS total FROM receivables_creditnote n
    WHERE n.invoice_id IS NOT NULL
), documents AS (
    SELECT i.number, 'invoice' AS kind, i.id AS document_id FROM receivables_invoice i
    WHERE EXISTS (SELECT 1 FROM credits c WHERE c.invoice_id = i.id AND c.total = i.total)
    UNION ALL
    SELECT i.number, 'credit_note', c.id FROM credits c JOIN receivables_invoice i ON i.id = c.invoice_id AND i.total = c.total
)
SELECT d.number || ' ' || r.role AS key, sum(l.debit - l.credit) AS stored, 0::numeric AS derived
FROM documents d JOIN ledger_journalentry e ON e.kind = d.kind AND e.document_id = d.document_id
JOIN ledger_journalline l ON l.entry_id = e.id
JOIN ledger_postingaccount r ON r.account_id = l.account_id AND r.role IN ('revenue', 'output_tax')
GROUP BY d.number, r.role
"""
_DIFFERENCES = """
SELECT i.document_number AS key, coalesce(s.total, 0) AS stored, coalesce(b.total, 0) AS derived
FROM ledger_openitem i
LEFT JOIN (SELECT credit_item_id, sum(debit_company_amount - credit_company_amount) AS total
           FROM ledger_settlement GROUP BY 1) s ON s.credit_item_id = i.id
LEFT JOIN (SELECT e.document_id, l.account_id, sum(l.credit - l.debit) AS total
           FROM ledger_journalentry e JOIN ledger_journalline l ON l.entry_id = e.id
           WHERE e.kind = 'credit' GROUP BY 1, 2) b ON b.document_id = i.id AND b.account_id = i.account_id
WHERE i.amount < 0 AND i.account_id IN (SELECT account_id FROM ledger_postingaccount WHERE role = 'receivable')
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
    Invariant(
        name="receivables.credit_note_totals",
        sentence="credit notes: net, tax and total = Σ lines",
        sql=sums_of_lines(
            head="receivables_creditnote",
            line="receivables_creditnoteline",
            link="credit_note_id",
            columns=["net", "tax", "total"],
        ),
        totals=totals_of("receivables.CreditNote", "net", "tax", "total"),
    ),
    Invariant(
        name="receivables.gapless",
        sentence="invoice numbers have no gap and no stranger",
        sql=_gapless("receivables_invoice", "invoice"),
    ),
    Invariant(
        name="receivables.gapless_credits",
        sentence="credit note numbers have no gap and no stranger",
        sql=_gapless("receivables_creditnote", "credit_note"),
    ),
    Invariant(
        name="receivables.posted",
        sentence="each invoice is in the books with its total",
        sql=_posted("receivables_invoice", "invoice", ""),
    ),
    Invariant(
        name="receivables.posted_credits",
        sentence="each credit note is in the books with its total",
        sql=_posted("receivables_creditnote", "credit_note", "-"),
    ),
    Invariant(
        name="receivables.opened",
        sentence="each invoice has its open item",
        sql=_opened("receivables_invoice", "invoice", ""),
    ),
    Invariant(
        name="receivables.opened_credits",
        sentence="each credit note has its open item",
        sql=_opened("receivables_creditnote", "credit_note", "-"),
    ),
    Invariant(
        name="receivables.company_total",
        sentence="invoices: total in company currency = what their open item began with",
        sql=_in_company_currency("receivables_invoice", "invoice", ""),
        totals=totals_of("receivables.Invoice", "company_total"),
    ),
    Invariant(
        name="receivables.company_total_credits",
        sentence="credit notes: total in company currency = what their open item began with",
        sql=_in_company_currency("receivables_creditnote", "credit_note", "-"),
        totals=totals_of("receivables.CreditNote", "company_total"),
    ),
    Invariant(
        name="receivables.within_invoice",
        sentence="what is credited of an invoice line <= what was invoiced",
        sql=_WITHIN_INVOICE,
    ),
    Invariant(
        name="receivables.credit_terms",
        sentence="a credit note against an invoice has its customer, currency, rate, prices and taxes",
        sql=_OF_ITS_INVOICE,
    ),
    Invariant(
        name="receivables.wholly_credited",
        sentence="an invoice that is credited wholly leaves neither revenue nor tax",
        sql=_WHOLLY_CREDITED,
    ),
    Invariant(
        name="receivables.credit_differences",
        sentence="credits: what their settlements left of exchange differences is in the books",
        sql=_DIFFERENCES,
    ),
    Invariant(
        name="receivables.entered_quantities",
        sentence="invoice lines: quantity = quantity as entered × what its unit holds",
        sql=entered_quantities(head="receivables_invoice", line="receivables_invoiceline", link="invoice_id"),
    ),
    Invariant(
        name="receivables.credited_as_entered",
        sentence="credit note lines: quantity = quantity as entered × what its unit holds",
        sql=entered_quantities(head="receivables_creditnote", line="receivables_creditnoteline", link="credit_note_id"),
    ),
)
