"""Invoices under lock, with what is still to be credited of them: every credit against an invoice starts here.

Invoices never change, so it is their open items that are locked: a payment and a credit never take the same residual.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from erp.core.rows import ANY_ID, COMPANY, fetch
from erp.ledger.rules import Residual
from erp.receivables.rules import Creditable
from erp.reference.rules import Ratio

_LOCK = f"""
SELECT id, document_id, residual, company_residual FROM ledger_openitem
WHERE company_id = {COMPANY} AND kind = 'invoice' AND document_id = {ANY_ID} ORDER BY id FOR UPDATE
"""  # noqa: S608
_INVOICES = f"""
SELECT i.id, i.number, i.customer_id, i.date, i.currency_code, i.rate, i.prices_include_tax,
       COALESCE(c.net, 0), COALESCE(c.tax, 0)
FROM receivables_invoice i
LEFT JOIN LATERAL (SELECT sum(n.net) AS net, sum(n.tax) AS tax FROM receivables_creditnote n
                   WHERE n.company_id = i.company_id AND n.invoice_id = i.id) c ON true
WHERE i.company_id = {COMPANY} AND i.id = {ANY_ID} ORDER BY i.id
"""  # noqa: S608
_LINES = f"""
SELECT l.id, l.invoice_id, l.sequence, l.product_id, l.description, l.unit_price, l.discount, l.tax_code, l.tax_rate,
       l.unit, l.unit_numerator, l.unit_denominator, p.sku, u.code, u.decimals,
       l.quantity - COALESCE(c.quantity, 0), l.net - COALESCE(c.net, 0), l.tax - COALESCE(c.tax, 0)
FROM receivables_invoiceline l
JOIN catalog_product p ON p.company_id = l.company_id AND p.id = l.product_id
JOIN reference_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
LEFT JOIN LATERAL (SELECT sum(n.quantity) AS quantity, sum(n.net) AS net, sum(n.tax) AS tax FROM receivables_creditnoteline n
                   WHERE n.company_id = l.company_id AND n.invoice_line_id = l.id) c ON true
WHERE l.company_id = {COMPANY} AND l.invoice_id = {ANY_ID} ORDER BY l.invoice_id, l.sequence
"""  # noqa: S608


@dataclass(frozen=True)
class InvoicedLine:
    """A line of an invoice, priced per its `unit`, and what is left of it, counted in the product's unit `base`."""

    id: int
    invoice_id: int
    sequence: int
    product_id: int
    description: str
    unit_price: Decimal
    discount: Decimal
    tax_code: str
    tax_rate: Decimal
    unit: str
    unit_numerator: int
    unit_denominator: int
    sku: str
    base: str
    decimals: int
    left: Creditable

    @property
    def ratio(self) -> Ratio:
        """What one of its unit holds."""
        return Ratio(self.unit_numerator, self.unit_denominator)


@dataclass
class LockedInvoice:
    """An invoice; `net_before` and `tax_before` were credited of it so far, `open` is its open item."""

    id: int
    number: str
    customer_id: int
    date: datetime.date
    currency_code: str
    rate: Decimal
    prices_include_tax: bool
    net_before: Decimal
    tax_before: Decimal
    open: Residual
    lines: list[InvoicedLine] = field(default_factory=list)


def lock_invoices(invoice_ids: Sequence[int]) -> dict[int, LockedInvoice]:
    """The invoices that exist, by id; three statements, none when nothing is asked."""
    ids = sorted(set(invoice_ids))
    if not ids:
        return {}
    items = {document_id: (item_id, *residual) for item_id, document_id, *residual in fetch(_LOCK, [ids])}
    invoices = {}
    for row in fetch(_INVOICES, [ids]):
        item_id, amount, company_amount = items[row[0]]
        invoices[row[0]] = LockedInvoice(*[*row, Residual(item_id, row[0], amount, company_amount)])
    for row in fetch(_LINES, [ids]):
        invoices[row[1]].lines.append(InvoicedLine(*[*row[:-3], Creditable(*row[-3:])]))
    return invoices
