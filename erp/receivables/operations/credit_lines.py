"""From what is to be credited of an invoice line to the finished line: judged and taken one after the other, so that two
lines of a set never take the same rest."""

from decimal import Decimal
from typing import Any

from erp.core.errors import BusinessRuleViolation
from erp.core.events import DocumentRef
from erp.core.money import plain
from erp.receivables.errors import MoreThanInvoiced
from erp.receivables.operations.lock_invoices import InvoicedLine, LockedInvoice
from erp.receivables.operations.post_credits import CreditDraft, CreditedLineDraft
from erp.receivables.rules import Credited, credit_amount, credit_quantity
from erp.reference.queries import minor_units


def quantity_of_line(
    invoice: LockedInvoice, line: InvoicedLine, quantity: Decimal, field: str
) -> CreditedLineDraft | BusinessRuleViolation:
    """Credit that many of the line, at its price, discount and tax; or why not."""
    if quantity > line.left.quantity:
        return _too_much(invoice, line, quantity, line.left.quantity, field)
    return _finished(line, credit_quantity(line.left, quantity, places=minor_units(invoice.currency_code)))


def amount_of_line(
    invoice: LockedInvoice, line: InvoicedLine, amount: Decimal, field: str
) -> CreditedLineDraft | BusinessRuleViolation:
    """Credit a part of the line's price: net, or gross where the invoice's prices include tax; or why not."""
    inclusive = invoice.prices_include_tax
    left = line.left.total if inclusive else line.left.net
    if amount > left:
        return _too_much(invoice, line, amount, left, field)
    places = minor_units(invoice.currency_code)
    return _finished(line, credit_amount(line.left, amount, tax_rate=line.tax_rate, places=places, inclusive=inclusive))


def _too_much(invoice: LockedInvoice, line: InvoicedLine, asked: Decimal, left: Decimal, field: str) -> MoreThanInvoiced:
    return MoreThanInvoiced(
        field=field, document=invoice.number, document_id=invoice.id, line=line.sequence, left=plain(left), asked=plain(asked)
    )


def _finished(line: InvoicedLine, credited: Credited) -> CreditedLineDraft:
    return CreditedLineDraft(
        invoice_line_id=line.id,
        product_id=line.product_id,
        description=line.description,
        quantity=credited.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        tax_code=line.tax_code,
        tax_rate=line.tax_rate,
        net=credited.net,
        tax=credited.tax,
    )


def credit_of(invoice: LockedInvoice, *, source: DocumentRef, **more: Any) -> CreditDraft:
    """A credit at the terms of its invoice."""
    return CreditDraft(
        invoice_id=invoice.id,
        customer_id=invoice.customer_id,
        currency_code=invoice.currency_code,
        rate=invoice.rate,
        prices_include_tax=invoice.prices_include_tax,
        source=source,
        **more,
    )
