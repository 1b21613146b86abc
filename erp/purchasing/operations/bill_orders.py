"""Bills of suppliers against orders: entered, matched three ways, posted or held; held ones again when more came in."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode, raise_refusals
from erp.core.money import LARGEST_AMOUNT, ZERO, convert, too_large
from erp.core.operation import operation
from erp.core.rows import COMPANY, fetch, insert_documents
from erp.documents.drafts import MissingValue, unique_or_refused
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.parties.models import Party
from erp.payables.errors import BillKnown, CurrencyOfAnother, LineOfAnother
from erp.payables.models import VendorBill, VendorBillLine
from erp.payables.permissions import SEND_BILL
from erp.purchasing.drafts import BillDraft, BillLineDraft, EnteredBill
from erp.purchasing.operations.match_bills import match_bills
from erp.reference.models import TaxCode
from erp.reference.queries import NoExchangeRate, find_exchange_rates, is_currency, minor_units
from erp.reference.rules import MEASURE_COLUMNS, Measure, Ratio, TaxedAmount, convert_quantity, sum_lines, tax_line

SOURCE = VendorBillLine.Source
_LINES = f"""
SELECT l.id, o.id, o.number, o.supplier_id, o.currency_code, o.prices_include_tax, o.payment_days, l.product_id, l.description,
       l.unit, l.unit_numerator, l.unit_denominator, l.unit_price, l.tax_code, l.tax_rate, b.code
FROM purchasing_purchaseorderline l
JOIN purchasing_purchaseorder o ON o.company_id = l.company_id AND o.id = l.order_id
JOIN catalog_product p ON p.company_id = l.company_id AND p.id = l.product_id
JOIN reference_unit b ON b.company_id = p.company_id AND b.id = p.unit_id
WHERE l.company_id = {COMPANY} AND l.id = ANY(%s::bigint[])
"""  # noqa: S608
_HEAD = [
    "kind",
    "supplier_id",
    "supplier_number",
    "date",
    "due_date",
    "currency_code",
    "rate",
    "prices_include_tax",
    "net",
    "tax",
    "total",
    "company_total",
    "actor",
    "entered_at",
    "external_source",
    "external_ref",
]
_LINE = [
    "supplier_id",
    "sequence",
    "source_kind",
    "source_id",
    "product_id",
    "description",
    *MEASURE_COLUMNS,
    "unit_price",
    "tax_code",
    "tax_rate",
    "net",
    "tax",
    "total",
]


@dataclass(frozen=True)
class _OrderLine:
    id: int
    order_id: int
    order_number: str
    supplier_id: int
    currency: str
    prices_include_tax: bool
    payment_days: int
    product_id: int
    description: str
    unit: str
    numerator: int
    denominator: int
    unit_price: Decimal
    tax_code: str
    tax_rate: Decimal
    base_unit: str

    @property
    def ratio(self) -> Ratio:
        return Ratio(self.numerator, self.denominator)


@dataclass(frozen=True, kw_only=True)
class _Line:
    draft: BillLineDraft
    order_line: _OrderLine | None
    measure: Measure
    unit_price: Decimal
    tax_code: str
    tax_rate: Decimal
    amount: TaxedAmount


@dataclass(frozen=True, kw_only=True)
class _Bill:
    draft: BillDraft
    currency: str
    rate: Decimal
    inclusive: bool
    due_date: datetime.date
    lines: list[_Line]
    amount: TaxedAmount


@operation(SEND_BILL, partner=True)
def bill_orders(
    *, bills: Sequence[BillDraft], supplier_id: int | None = None, actor: Actor, at: datetime.datetime
) -> list[EnteredBill]:
    """Enter bills and credit notes of suppliers; those that match are posted, the others held with their reasons.

    The same bill again, by its supplier's number, is answered with the one that is there; another one under that number is
    refused. Refuses, all at once: orders of another supplier or currency, days after today, missing rates, lines without a
    quantity.
    """
    known = _known(bills)
    fresh = [i for i, bill in enumerate(bills) if _key(bill) not in known]
    priced = _judged(bills, fresh, supplier_id, actor, at)
    refusals = _same(bills, known)
    raise_refusals(refusals)
    ids = _insert([priced[i] for i in fresh], actor, at) if fresh else []
    if ids:
        match_bills(ids, actor=actor, at=at)
    made = dict(zip(fresh, ids, strict=True))
    wanted = [made[i] if i in made else known[_key(bill)].pk for i, bill in enumerate(bills)]
    rows = {b.pk: b for b in VendorBill.objects.filter(pk__in=wanted)}
    return [EnteredBill(pk, rows[pk].number, rows[pk].state, tuple(rows[pk].held_reasons)) for pk in wanted]


def _key(bill: BillDraft) -> tuple[int, str, str]:
    return bill.supplier_id, bill.kind, bill.supplier_number.strip()


def _known(bills: Sequence[BillDraft]) -> dict[tuple[int, str, str], VendorBill]:
    rows = VendorBill.objects.filter(
        supplier_id__in={b.supplier_id for b in bills}, supplier_number__in={b.supplier_number.strip() for b in bills}
    ).exclude(state="rejected")
    return {(b.supplier_id, b.kind, b.supplier_number): b for b in rows}


def _same(bills: Sequence[BillDraft], known: Mapping[tuple[int, str, str], VendorBill]) -> list[BusinessRuleViolation]:
    """Refusals of bills whose number is known with other lines."""
    ids = [known[_key(b)].pk for b in bills if _key(b) in known]
    lines: dict[int, list[tuple[int | None, Decimal]]] = {}
    for bill_id, source, quantity in (
        VendorBillLine.objects.filter(bill_id__in=ids)
        .order_by("sequence")
        .values_list("bill_id", "source_id", "entered_quantity")
        if ids
        else ()
    ):
        lines.setdefault(bill_id, []).append((source, quantity))
    found: list[BusinessRuleViolation] = []
    for i, bill in enumerate(bills):
        there = known.get(_key(bill))
        if there and [(line.order_line_id, line.quantity) for line in bill.lines] != lines.get(there.pk):
            prefix = f"{i}." if len(bills) > 1 else ""
            field = f"{prefix}supplier_number"
            found.append(BillKnown(field=field, number=there.supplier_number, document=there.number, document_id=there.pk))
    return found


def _judged(
    bills: Sequence[BillDraft], fresh: Sequence[int], supplier_id: int | None, actor: Actor, at: datetime.datetime
) -> dict[int, _Bill]:
    """The fresh bills priced, or everything that is wrong with any of them."""
    home = company_facts(actor.company_id).currency_code
    asked = sorted({line.order_line_id for i in fresh for line in bills[i].lines if line.order_line_id is not None})
    order_lines = {row[0]: _OrderLine(*row) for row in fetch(_LINES, [asked])} if asked else {}
    parties = {
        p.pk: p
        for p in Party.objects.filter(pk__in={bills[i].supplier_id for i in fresh}, is_supplier=True).select_related(
            "payment_term"
        )
    }
    taxes = dict(TaxCode.objects.order_by("valid_from_date").values_list("code", "rate"))
    currencies = {i: c for i in fresh if (c := _currency(bills[i], order_lines, parties))}
    rates = find_exchange_rates({(c, bills[i].date) for i, c in currencies.items() if is_currency(c)}, company_currency=home)
    refusals = future_refusals([b.date if i in fresh else None for i, b in enumerate(bills)], actor=actor, at=at)
    priced: dict[int, _Bill] = {}
    for i in fresh:
        bill, prefix = bills[i], f"{i}." if len(bills) > 1 else ""
        found = _head_refusals(bill, parties, supplier_id, prefix)
        currency = currencies.get(i)
        for n, line in enumerate(bill.lines):
            found += _line_refusals(line, bill, order_lines, currency, taxes, f"{prefix}lines.{n}")
        if currency and not is_currency(currency):
            found.append(UnknownCode(field=f"{prefix}currency", what=_("currency"), value=currency))
        elif currency and (currency, bill.date) not in rates:
            found.append(NoExchangeRate.on(currency, bill.date, field=f"{prefix}currency"))
        elif currency and not found:
            term = parties[bill.supplier_id].payment_term.days
            priced[i] = _price(bill, currency, rates[currency, bill.date], order_lines, taxes, term)
            if priced[i].amount.total >= LARGEST_AMOUNT:
                rule = _("Split it into smaller bills.")
                found.append(InvalidValue(field=f"{prefix}lines", what=_("total"), value=priced[i].amount.total, rule=rule))
        refusals += found
    raise_refusals(refusals)
    return priced


def _currency(bill: BillDraft, order_lines: Mapping[int, _OrderLine], parties: Mapping[int, Party]) -> str | None:
    of_orders = (found.currency for line in bill.lines if (found := order_lines.get(line.order_line_id or 0)))
    party = parties.get(bill.supplier_id)
    return bill.currency_code or next(of_orders, None) or (party.currency_id if party else None)


def _head_refusals(
    bill: BillDraft, parties: Mapping[int, Party], supplier_id: int | None, prefix: str
) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    if bill.supplier_id not in parties or supplier_id not in (None, bill.supplier_id):
        found.append(UnknownCode(field=f"{prefix}supplier", what=_("supplier"), value=bill.supplier_id))
    if not bill.supplier_number.strip():
        found.append(MissingValue(field=f"{prefix}supplier_number", what=_("supplier's number")))
    elif len(bill.supplier_number.strip()) > 80:
        rule = _("Enter at most 80 characters.")
        found.append(InvalidValue(field=f"{prefix}supplier_number", what=_("supplier's number"), value="", rule=rule))
    if bill.kind not in VendorBill.Kind.values:
        found.append(UnknownCode(field=f"{prefix}kind", what=_("kind"), value=bill.kind))
    if not bill.lines:
        rule = _("Enter at least one line.")
        found.append(InvalidValue(field=f"{prefix}lines", what=_("lines"), value="", rule=rule))
    return found


def _line_refusals(
    line: BillLineDraft,
    bill: BillDraft,
    order_lines: Mapping[int, _OrderLine],
    currency: str | None,
    taxes: Mapping[str, Decimal],
    field: str,
) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    of_order = order_lines.get(line.order_line_id or 0)
    if line.order_line_id is not None:
        if of_order is None or of_order.supplier_id != bill.supplier_id:
            return [LineOfAnother(field=f"{field}.order_line")]
        if currency and of_order.currency != currency:
            found.append(
                CurrencyOfAnother(field=f"{field}.order_line", document=of_order.order_number, currency=of_order.currency)
            )
        if convert_quantity(line.quantity, of_order.ratio) is None:
            rule = _("Enter a quantity that comes out even in the product's unit.")
            found.append(InvalidValue(field=f"{field}.quantity", what=_("quantity"), value=line.quantity, rule=rule))
    elif line.unit_price is None:
        found.append(MissingValue(field=f"{field}.unit_price", what=_("price")))
    if line.tax_code and line.tax_code not in taxes:
        found.append(UnknownCode(field=f"{field}.tax_code", what=_("tax code"), value=line.tax_code))
    if line.quantity <= 0 or too_large(line.quantity, line.unit_price or Decimal(1)):
        rule = _("Enter a quantity above zero.")
        found.append(InvalidValue(field=f"{field}.quantity", what=_("quantity"), value=line.quantity, rule=rule))
    if line.unit_price is not None and line.unit_price < 0:
        rule = _("Enter a price of zero or more.")
        found.append(InvalidValue(field=f"{field}.unit_price", what=_("price"), value=line.unit_price, rule=rule))
    return found


def _price(
    bill: BillDraft,
    currency: str,
    rate: Decimal,
    order_lines: Mapping[int, _OrderLine],
    taxes: Mapping[str, Decimal],
    term: int,
) -> _Bill:
    of_orders = [order_lines[line.order_line_id] for line in bill.lines if line.order_line_id is not None]
    inclusive = bill.prices_include_tax or any(line.prices_include_tax for line in of_orders)
    lines = []
    for draft in bill.lines:
        of_order = order_lines.get(draft.order_line_id or 0)
        price = draft.unit_price if draft.unit_price is not None else of_order.unit_price if of_order else ZERO
        code = draft.tax_code or (of_order.tax_code if of_order else "")
        tax_rate = of_order.tax_rate if of_order and code == of_order.tax_code else taxes.get(code, ZERO)
        ratio = of_order.ratio if of_order else Ratio()
        measure = Measure(
            of_order.unit if of_order else "",
            draft.quantity,
            ratio,
            convert_quantity(draft.quantity, ratio) or draft.quantity,
        )
        amount = tax_line(
            quantity=draft.quantity, unit_price=price, rate=tax_rate, places=minor_units(currency), inclusive=inclusive
        )
        lines.append(
            _Line(
                draft=draft,
                order_line=of_order,
                measure=measure,
                unit_price=price,
                tax_code=code,
                tax_rate=tax_rate,
                amount=amount,
            )
        )
    days = of_orders[0].payment_days if of_orders else term
    return _Bill(
        draft=bill,
        currency=currency,
        rate=rate,
        inclusive=inclusive,
        due_date=bill.due_date or bill.date + datetime.timedelta(days=days),
        lines=lines,
        amount=sum_lines(line.amount for line in lines),
    )


def _insert(priced: Sequence[_Bill], actor: Actor, at: datetime.datetime) -> list[int]:
    places = minor_units(company_facts(actor.company_id).currency_code)
    heads = [
        (
            p.draft.kind,
            p.draft.supplier_id,
            p.draft.supplier_number.strip(),
            p.draft.date,
            p.due_date,
            p.currency,
            p.rate,
            p.inclusive,
            p.amount.net,
            p.amount.tax,
            p.amount.total,
            convert(p.amount.net, p.rate, places) + convert(p.amount.tax, p.rate, places),
            actor.name,
            at,
            p.draft.external_source,
            p.draft.external_ref,
        )
        for p in priced
    ]
    lines = [
        (
            position,
            p.draft.supplier_id,
            n,
            SOURCE.ORDER_LINE if line.order_line else SOURCE.CHARGE,
            line.draft.order_line_id,
            line.order_line.product_id if line.order_line else None,
            line.draft.description or (line.order_line.description if line.order_line else str(_("Charge"))),
            *line.measure.columns,
            line.unit_price,
            line.tax_code,
            line.tax_rate,
            line.amount.net,
            line.amount.tax,
            line.amount.total,
        )
        for position, p in enumerate(priced)
        for n, line in enumerate(p.lines, 1)
    ]
    with unique_or_refused({"payables_vendorbill_supplier_number": "supplier_number"}):
        rows = insert_documents(
            VendorBill,
            _HEAD,
            heads,
            VendorBillLine,
            _LINE,
            lines,
            parent="bill_id",
            computed={"number": "documents_next_number('vendor_bill')"},
            returning=["id"],
        )
    return [row[0] for row in rows]
