"""Credits without goods: a price that was too high, a discount given afterwards, a fee taken back."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from erp.catalog.measures import ProductUnits, counted_products, take_measure
from erp.catalog.models import Product
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, UnknownCode, raise_refusals
from erp.core.events import DocumentRef
from erp.core.money import ZERO, round_half_up
from erp.core.operation import operation
from erp.core.rows import COMPANY, fetch
from erp.documents.operations.judge_days import future_refusals
from erp.documents.operations.judge_originals import original_refusals
from erp.identity.queries import company_facts
from erp.receivables.errors import CreditBeforeInvoice
from erp.receivables.operations.credit_lines import amount_of_line, credit_of, quantity_of_line
from erp.receivables.operations.lock_invoices import LockedInvoice, lock_invoices
from erp.receivables.operations.post_credits import CreditDraft, CreditedLineDraft, PostedCreditNote, post_credits_for
from erp.receivables.permissions import POST_CREDIT_NOTES
from erp.reference.queries import NoExchangeRate, find_exchange_rates, is_currency, minor_units, tax_rates_by_day
from erp.reference.rules import tax_line

_CUSTOMERS = f"""
SELECT p.id, p.currency_id FROM parties_party p WHERE p.company_id = {COMPANY} AND p.id = ANY(%s::bigint[])
"""  # noqa: S608
MEMO_LENGTH, DESCRIPTION_LENGTH = 200, 200


@dataclass(frozen=True, kw_only=True)
class CreditLineDraft:
    """What to credit. Of an invoice: its line, and either a `quantity` of it, in `unit`, by default that of the line, or an
    `amount` of its price. Without an invoice: an `amount` with its `tax_code`, for a product or in words. Amounts are net,
    or gross where prices include tax."""

    invoice_line_id: int | None = None
    quantity: Decimal | None = None
    unit: str = ""
    amount: Decimal | None = None
    tax_code: str = ""
    description: str = ""
    product_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class CreditNoteDraft:
    """A credit of one invoice, at its customer, currency, rate and rounding, of which nothing is said again; or, without
    one, for a customer. `memo` says why."""

    date: datetime.date
    lines: Sequence[CreditLineDraft]
    invoice_id: int | None = None
    customer_id: int | None = None
    currency_code: str | None = None
    prices_include_tax: bool | None = None
    memo: str = ""
    external_source: str = ""
    external_ref: str = ""


@dataclass(frozen=True)
class Facts:
    """What a set of credits is judged by, read once. `units` are those of invoiced products that a line asks for."""

    invoices: Mapping[int, LockedInvoice]
    currencies: Mapping[int, str]
    rates: Mapping[tuple[str, datetime.date], Decimal]
    products: Mapping[int, str]
    units: Mapping[int, ProductUnits]
    tax_rates: Mapping[tuple[str, datetime.date], Decimal]


@operation(POST_CREDIT_NOTES)
def post_credit_notes(*, notes: Sequence[CreditNoteDraft], actor: Actor, at: datetime.datetime) -> list[PostedCreditNote]:
    """Post the credit notes. Nothing is credited above what is left of its invoice line; refusals of all notes and lines
    come together."""
    facts = _facts(notes, company_facts(actor.company_id).currency_code)
    refusals = future_refusals([note.date for note in notes], actor=actor, at=at)
    lines = [_judge(note, f"{i}." if len(notes) > 1 else "", facts, refusals) for i, note in enumerate(notes)]
    raise_refusals(refusals)
    credits = [_finished(note, drafts, facts) for note, drafts in zip(notes, lines, strict=True)]
    return post_credits_for(credits=credits, invoices=facts.invoices, actor=actor, at=at)


def _facts(notes: Sequence[CreditNoteDraft], company_currency: str) -> Facts:
    free = [note for note in notes if note.invoice_id is None]
    customers = sorted({note.customer_id for note in free if note.customer_id is not None})
    products = {line.product_id for note in free for line in note.lines if line.product_id is not None}
    currencies = dict(fetch(_CUSTOMERS, [customers])) if customers else {}
    asked = {(c, n.date) for n in free if is_currency(c := n.currency_code or currencies.get(n.customer_id or 0, ""))}
    invoices = lock_invoices([note.invoice_id for note in notes if note.invoice_id is not None])
    return Facts(
        invoices=invoices,
        currencies=currencies,
        rates=find_exchange_rates(asked, company_currency=company_currency),
        products=dict(Product.objects.filter(pk__in=products).values_list("pk", "name")) if products else {},
        units=_units(notes, invoices),
        tax_rates=tax_rates_by_day((line.tax_code, note.date) for note in free for line in note.lines),
    )


def _units(notes: Sequence[CreditNoteDraft], invoices: Mapping[int, LockedInvoice]) -> dict[int, ProductUnits]:
    """One statement where a line of an invoice names a unit, else none."""
    asked = [line.unit for note in notes if note.invoice_id in invoices for line in note.lines if line.unit]
    invoiced = (line.product_id for invoice in invoices.values() for line in invoice.lines)
    return {one.id: one.units for one in counted_products(invoiced, asked).values()} if asked else {}


def _judge(note: CreditNoteDraft, prefix: str, facts: Facts, refusals: list[BusinessRuleViolation]) -> list[CreditedLineDraft]:
    """The finished lines of a note; what is refused is added to `refusals`."""
    if not note.lines:
        refusals.append(InvalidValue(field=f"{prefix}lines", what=_("lines"), value="", rule=_("Enter at least one line.")))
    if len(note.memo) > MEMO_LENGTH:
        refusals.append(_too_long(f"{prefix}memo", _("why"), note.memo, MEMO_LENGTH))
    if note.invoice_id is None:
        found = _customer_refusals(note, prefix, facts)
        refusals += found
        for i, line in enumerate(note.lines):
            refusals += _said_of_no_invoice(line, f"{prefix}lines.{i}")
        made = [] if found else [_free_line(note, line, f"{prefix}lines.{i}", facts) for i, line in enumerate(note.lines)]
    else:
        invoice = facts.invoices.get(note.invoice_id)
        if invoice is None:
            refusals.append(NotFound(field=f"{prefix}invoice", what=_("invoice"), value=note.invoice_id))
            return []
        if note.date < invoice.date:
            days = {"invoiced": invoice.date.isoformat(), "date": note.date.isoformat()}
            refusals.append(CreditBeforeInvoice(field=f"{prefix}date", document=invoice.number, document_id=invoice.id, **days))
        refusals += _said_again(note, invoice, prefix)
        made = [_invoice_line(invoice, line, f"{prefix}lines.{i}", facts.units) for i, line in enumerate(note.lines)]
    refusals += [line for line in made if isinstance(line, BusinessRuleViolation)]
    return [line for line in made if isinstance(line, CreditedLineDraft)]


def _said_again(note: CreditNoteDraft, invoice: LockedInvoice, prefix: str) -> list[BusinessRuleViolation]:
    """What the invoice says already."""
    fields: list[tuple[str, Any, Any]] = [
        (f"{prefix}customer", _("customer"), note.customer_id),
        (f"{prefix}currency", _("currency"), note.currency_code),
        (f"{prefix}prices_include_tax", _("prices include tax"), note.prices_include_tax),
    ]
    for i, line in enumerate(note.lines):
        field = f"{prefix}lines.{i}"
        fields += [
            (f"{field}.product", _("product"), line.product_id),
            (f"{field}.description", _("description"), line.description),
            (f"{field}.tax_code", _("tax code"), line.tax_code),
        ]
    return original_refusals(fields, original=invoice.number)


def _said_of_no_invoice(line: CreditLineDraft, field: str) -> list[BusinessRuleViolation]:
    """What only a line of an invoice can have."""
    found: list[BusinessRuleViolation] = []
    amount_only = _("Leave it out: without an invoice an amount is credited.")
    for name, value, what, rule in (
        ("invoice_line", line.invoice_line_id, _("invoice line"), _("Name the invoice it is of, or leave it out.")),
        ("quantity", line.quantity, _("quantity"), amount_only),
        ("unit", line.unit or None, _("unit"), amount_only),
    ):
        if value is not None:
            found.append(InvalidValue(field=f"{field}.{name}", what=what, value=value, rule=rule))
    return found


def _customer_refusals(note: CreditNoteDraft, prefix: str, facts: Facts) -> list[BusinessRuleViolation]:
    if note.customer_id not in facts.currencies:
        return [UnknownCode(field=f"{prefix}customer", what=_("customer"), value=note.customer_id or "")]
    if not is_currency(_currency(note, facts)):
        return [UnknownCode(field=f"{prefix}currency", what=_("currency"), value=_currency(note, facts))]
    if (_currency(note, facts), note.date) not in facts.rates:
        return [NoExchangeRate.on(_currency(note, facts), note.date, field=f"{prefix}currency")]
    return []


def _currency(note: CreditNoteDraft, facts: Facts) -> str:
    return note.currency_code or facts.currencies[note.customer_id or 0]


def _invoice_line(
    invoice: LockedInvoice, line: CreditLineDraft, field: str, units: Mapping[int, ProductUnits]
) -> CreditedLineDraft | BusinessRuleViolation:
    of_line = next((found for found in invoice.lines if found.id == line.invoice_line_id), None)
    if of_line is None:
        return UnknownCode(field=f"{field}.invoice_line", what=_("invoice line"), value=line.invoice_line_id or "")
    if (line.quantity is None) == (line.amount is None):
        rule = _("Enter a quantity, or an amount without one.")
        return InvalidValue(field=f"{field}.quantity", what=_("quantity"), value=line.quantity or "", rule=rule)
    if line.quantity is not None:
        if line.quantity <= 0:
            rule = _("Enter a quantity above zero.")
            return InvalidValue(field=f"{field}.quantity", what=_("quantity"), value=line.quantity, rule=rule)
        unit, counted = line.unit or of_line.unit, units.get(of_line.product_id) or ProductUnits(of_line.base, of_line.decimals)
        agreed = of_line.ratio if unit == of_line.unit else None
        try:
            measure = take_measure(line.quantity, unit, counted, product=of_line.sku, field=field, agreed=agreed)
        except BusinessRuleViolation as refusal:
            return refusal
        return quantity_of_line(invoice, of_line, measure, f"{field}.quantity")
    assert line.amount is not None
    if line.unit:
        rule = _("Leave it out: an amount has no unit.")
        return InvalidValue(field=f"{field}.unit", what=_("unit"), value=line.unit, rule=rule)
    return _wrong_amount(line.amount, invoice.currency_code, field) or amount_of_line(
        invoice, of_line, line.amount, f"{field}.amount"
    )


def _free_line(
    note: CreditNoteDraft, line: CreditLineDraft, field: str, facts: Facts
) -> CreditedLineDraft | BusinessRuleViolation:
    """A line of a note without an invoice: priced by the one tax function on the day of the note."""
    currency = _currency(note, facts)
    if line.product_id is not None and line.product_id not in facts.products:
        return UnknownCode(field=f"{field}.product", what=_("product"), value=line.product_id)
    if refused := _wrong_amount(line.amount or ZERO, currency, field):
        return refused
    description = line.description.strip() or facts.products.get(line.product_id or 0, "")
    if not description:
        rule = _("Say what is credited, or choose a product.")
        return InvalidValue(field=f"{field}.description", what=_("description"), value="", rule=rule)
    if len(description) > DESCRIPTION_LENGTH:
        return _too_long(f"{field}.description", _("description"), description, DESCRIPTION_LENGTH)
    rate = facts.tax_rates.get((line.tax_code, note.date))
    if rate is None:
        return UnknownCode(field=f"{field}.tax_code", what=_("tax code"), value=line.tax_code)
    amount, inclusive = line.amount or ZERO, bool(note.prices_include_tax)
    taxed = tax_line(quantity=Decimal(1), unit_price=amount, rate=rate, places=minor_units(currency), inclusive=inclusive)
    return CreditedLineDraft(
        product_id=line.product_id,
        description=description,
        quantity=ZERO,
        unit_price=amount,
        discount=ZERO,
        tax_code=line.tax_code,
        tax_rate=rate,
        net=taxed.net,
        tax=taxed.tax,
    )


def _wrong_amount(amount: Decimal, currency: str, field: str) -> InvalidValue | None:
    if amount <= 0:
        rule: Any = _("Enter an amount above zero.")
    elif amount != round_half_up(amount, minor_units(currency)):
        rule = _("Use no more decimals than the currency has.")
    else:
        return None
    return InvalidValue(field=f"{field}.amount", what=_("amount"), value=amount, rule=rule)


def _too_long(field: str, what: Any, value: str, length: int) -> InvalidValue:
    rule = format_lazy(_("Enter at most {count} characters."), count=length)
    return InvalidValue(field=field, what=what, value=value[:40], rule=rule)


def _finished(
    note: CreditNoteDraft,
    lines: Sequence[CreditedLineDraft],
    facts: Facts,
) -> CreditDraft:
    common: dict[str, Any] = {
        "date": note.date,
        "lines": lines,
        "memo": note.memo,
        "external_source": note.external_source,
        "external_ref": note.external_ref,
    }
    if note.invoice_id is None:
        currency = _currency(note, facts)
        return CreditDraft(
            customer_id=note.customer_id or 0,
            currency_code=currency,
            rate=facts.rates[currency, note.date],
            prices_include_tax=bool(note.prices_include_tax),
            **common,
        )
    return credit_of(facts.invoices[note.invoice_id], source=DocumentRef("invoice", note.invoice_id), **common)
