"""From what is to be credited of an invoice line to the finished line: judged and taken one after the other, so that two
lines of a set never take the same rest."""

from decimal import Decimal
from typing import Any

from erp.catalog.measures import say_base
from erp.core.errors import BusinessRuleViolation
from erp.core.events import DocumentRef
from erp.core.money import ZERO, plain
from erp.receivables.errors import MoreThanInvoiced
from erp.receivables.operations.lock_invoices import InvoicedLine, LockedInvoice
from erp.receivables.operations.post_credits import CreditDraft, CreditedLineDraft
from erp.receivables.rules import Credited, credit_amount, credit_quantity
from erp.reference.queries import minor_units
from erp.reference.rules import Measure, price_of_part


def quantity_of_line(
    invoice: LockedInvoice, line: InvoicedLine, measure: Measure, field: str
) -> CreditedLineDraft | BusinessRuleViolation:
    """Credit that many of the line, at its price, discount and tax; or why not."""
    if measure.quantity > line.left.quantity:
        left, asked = (say_base(quantity, measure, line.base) for quantity in (line.left.quantity, measure.quantity))
        return _too_much(invoice, line, left=left, asked=asked, field=field)
    return _finished(line, credit_quantity(line.left, measure.quantity, places=minor_units(invoice.currency_code)), measure)


def amount_of_line(
    invoice: LockedInvoice, line: InvoicedLine, amount: Decimal, field: str
) -> CreditedLineDraft | BusinessRuleViolation:
    """Credit a part of the line's price: net, or gross where the invoice's prices include tax; or why not."""
    inclusive = invoice.prices_include_tax
    left = line.left.total if inclusive else line.left.net
    if amount > left:
        return _too_much(invoice, line, left=plain(left), asked=plain(amount), field=field)
    places = minor_units(invoice.currency_code)
    credited = credit_amount(line.left, amount, tax_rate=line.tax_rate, places=places, inclusive=inclusive)
    return _finished(line, credited, Measure(line.unit, ZERO, line.ratio, ZERO))


def _too_much(invoice: LockedInvoice, line: InvoicedLine, *, left: Any, asked: Any, field: str) -> MoreThanInvoiced:
    return MoreThanInvoiced(
        field=field, document=invoice.number, document_id=invoice.id, line=line.sequence, left=left, asked=asked
    )


def _finished(line: InvoicedLine, credited: Credited, measure: Measure) -> CreditedLineDraft:
    return CreditedLineDraft(
        invoice_line_id=line.id,
        product_id=line.product_id,
        description=line.description,
        quantity=credited.quantity,
        unit=measure.unit,
        entered_quantity=measure.entered,
        unit_numerator=measure.ratio.numerator,
        unit_denominator=measure.ratio.denominator,
        unit_price=price_of_part(line.unit_price, agreed=line.ratio, stated=measure.ratio),
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
