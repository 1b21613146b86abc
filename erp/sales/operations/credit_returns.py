"""Crediting what came back, at the terms it was sold at."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, NotFound, raise_refusals
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.core.rows import ANY_ID, COMPANY, fetch, update_rows
from erp.documents.operations.judge_days import future_refusals
from erp.receivables.operations.credit_lines import credit_of, quantity_of_line
from erp.receivables.operations.lock_invoices import LockedInvoice, lock_invoices
from erp.receivables.operations.post_credits import CreditDraft, CreditedLineDraft, PostedCreditNote, post_credits_for
from erp.reference.queries import minor_units
from erp.reference.rules import Measure, Ratio, tax_line
from erp.sales.errors import AlreadyCredited, ReturnNotInvoiced
from erp.sales.models import SalesReturn
from erp.sales.permissions import CREDIT_RETURNS

_LOCK = f"""
SELECT r.id, r.number, r.delivery_id, r.customer_id, r.date, r.currency_code, r.rate, r.prices_include_tax, r.remark,
       r.credit_note_id, r.external_source, r.external_ref, d.number, d.invoice_id
FROM sales_salesreturn r
LEFT JOIN sales_delivery d ON d.company_id = r.company_id AND d.id = r.delivery_id
WHERE r.company_id = {COMPANY} AND r.id = {ANY_ID} ORDER BY r.id FOR UPDATE OF r
"""  # noqa: S608
# An invoice has one line per line of its delivery, in the same order.
_LINES = f"""
SELECT l.sales_return_id, l.product_id, l.description, l.quantity, l.unit, l.entered_quantity, l.unit_numerator,
       l.unit_denominator, l.unit_price, l.discount, l.tax_code, l.tax_rate,
       (SELECT count(*) FROM sales_deliveryline o JOIN sales_deliveryline x
            ON x.company_id = o.company_id AND x.delivery_id = o.delivery_id AND x.sequence <= o.sequence
        WHERE o.company_id = l.company_id AND o.id = l.delivery_line_id)
FROM sales_salesreturnline l WHERE l.company_id = {COMPANY} AND l.sales_return_id = {ANY_ID}
ORDER BY l.sales_return_id, l.sequence
"""  # noqa: S608


@dataclass(frozen=True)
class LockedReturn:
    """A return to credit; `delivery` and `invoice_id` are those of its original."""

    id: int
    number: str
    delivery_id: int | None
    customer_id: int
    date: datetime.date
    currency_code: str
    rate: Decimal
    prices_include_tax: bool
    remark: str
    credit_note_id: int | None
    external_source: str
    external_ref: str
    delivery: str | None
    invoice_id: int | None

    @property
    def refusal(self) -> BusinessRuleViolation | None:
        if self.credit_note_id is not None:
            return AlreadyCredited(document=self.number, document_id=self.id)
        if self.delivery_id is not None and self.invoice_id is None:
            return ReturnNotInvoiced(document=self.number, document_id=self.id, delivery=self.delivery)
        return None


@dataclass(frozen=True)
class ReturnedLine:
    """A line that came back; `position` is its line on the invoice (0: it has no original)."""

    sales_return_id: int
    product_id: int
    description: str
    quantity: Decimal
    unit: str
    entered_quantity: Decimal
    unit_numerator: int
    unit_denominator: int
    unit_price: Decimal
    discount: Decimal
    tax_code: str
    tax_rate: Decimal
    position: int

    @property
    def measure(self) -> Measure:
        return Measure(self.unit, self.entered_quantity, Ratio(self.unit_numerator, self.unit_denominator), self.quantity)


@operation(CREDIT_RETURNS)
def credit_returns(
    *, return_ids: Sequence[int], actor: Actor, at: datetime.datetime, date: datetime.date | None = None
) -> list[PostedCreditNote]:
    """Post one credit note per return, in the order of their ids, dated `date` or else the day of the return or of its
    invoice, whichever is later.

    With an original it credits the invoice at its prices, taxes and rounding; without one, the return's own terms. A second
    press is refused, and so is a return whose delivery is not invoiced yet, or a date after today.
    """
    returns = [LockedReturn(*row) for row in fetch(_LOCK, [sorted(set(return_ids))])]
    known = {found.id for found in returns}
    raise_refusals(
        [NotFound(field="sales_return", what=_("sales return"), value=i) for i in return_ids if i not in known]
        + [refusal for found in returns if (refusal := found.refusal)]
        + future_refusals([date], actor=actor, at=at)
    )
    lines: dict[int, list[ReturnedLine]] = defaultdict(list)
    for row in fetch(_LINES, [sorted(known)]):
        lines[row[0]].append(ReturnedLine(*row))
    invoices = lock_invoices([found.invoice_id for found in returns if found.invoice_id is not None])
    refusals: list[BusinessRuleViolation] = []
    credits = [_credit(found, lines[found.id], invoices, date, refusals) for found in returns]
    raise_refusals(refusals)
    posted = post_credits_for(credits=credits, invoices=invoices, actor=actor, at=at)
    update_rows(SalesReturn, ["credit_note_id"], [(r.id, note.id) for r, note in zip(returns, posted, strict=True)])
    return posted


def _credit(
    found: LockedReturn,
    lines: Sequence[ReturnedLine],
    invoices: Mapping[int, LockedInvoice],
    date: datetime.date | None,
    refusals: list[BusinessRuleViolation],
) -> CreditDraft:
    """The finished credit of a return; what is refused of it is added to `refusals`."""
    source = DocumentRef("sales_return", found.id)
    if found.invoice_id is None:
        return CreditDraft(
            customer_id=found.customer_id,
            currency_code=found.currency_code,
            rate=found.rate,
            prices_include_tax=found.prices_include_tax,
            date=date or found.date,
            lines=[_own_line(found, line) for line in lines],
            source=source,
            memo=found.remark,
            external_source=found.external_source,
            external_ref=found.external_ref,
        )
    invoice = invoices[found.invoice_id]
    made = [
        quantity_of_line(invoice, invoice.lines[line.position - 1], line.measure, f"lines.{i}.quantity")
        for i, line in enumerate(lines)
    ]
    refusals += [line for line in made if isinstance(line, BusinessRuleViolation)]
    return credit_of(
        invoice,
        source=source,
        date=date or max(found.date, invoice.date),
        lines=[line for line in made if isinstance(line, CreditedLineDraft)],
        memo=found.remark,
        external_source=found.external_source,
        external_ref=found.external_ref,
    )


def _own_line(found: LockedReturn, line: ReturnedLine) -> CreditedLineDraft:
    """A line without an original, priced by the one tax function at the return's own terms."""
    amount = tax_line(
        quantity=line.entered_quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        rate=line.tax_rate,
        places=minor_units(found.currency_code),
        inclusive=found.prices_include_tax,
    )
    return CreditedLineDraft(
        product_id=line.product_id,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        entered_quantity=line.entered_quantity,
        unit_numerator=line.unit_numerator,
        unit_denominator=line.unit_denominator,
        unit_price=line.unit_price,
        discount=line.discount,
        tax_code=line.tax_code,
        tax_rate=line.tax_rate,
        net=amount.net,
        tax=amount.tax,
    )
