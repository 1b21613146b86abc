"""Bills of suppliers judged and priced before anything is written."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode, raise_refusals
from erp.core.money import LARGEST_AMOUNT, ZERO, convert, too_large
from erp.core.rows import ANY_ID, COMPANY, fetch
from erp.documents.drafts import MissingValue
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.payables.errors import CurrencyOfAnother, LineOfAnother
from erp.payables.models import VendorBill
from erp.purchasing.drafts import BillDraft, BillLineDraft, EnteredBill
from erp.purchasing.operations.lock_purchase_orders import LockedLine, OrderedLine
from erp.reference.models import TaxCode
from erp.reference.queries import NoExchangeRate, find_exchange_rates, is_currency, minor_units
from erp.reference.rules import Measure, Ratio, TaxedAmount, convert_quantity, sum_lines, tax_line

# With each of the suppliers their bills of these numbers, unless rejected.
_SUPPLIERS = f"""
SELECT p.id, p.currency_id, t.days, p.is_supplier, b.kind, b.supplier_number, b.id, b.number, b.state,
       ARRAY(SELECT jsonb_array_elements_text(b.held_reasons))
FROM parties_party p
JOIN reference_paymentterm t ON t.company_id = p.company_id AND t.id = p.payment_term_id
LEFT JOIN payables_vendorbill b ON b.company_id = p.company_id AND b.supplier_id = p.id AND b.kind IN ('bill', 'credit')
     AND b.supplier_number = ANY ((SELECT %s::text[])::text[]) AND b.state <> 'rejected'
WHERE p.company_id = {COMPANY} AND p.id = {ANY_ID}
"""  # noqa: S608
Key = tuple[int, str, str]  # supplier, kind, the supplier's number


@dataclass(frozen=True)
class Supplier:
    id: int
    currency: str
    payment_days: int


@dataclass(frozen=True, kw_only=True)
class PricedBillLine:
    """A line with everything computed that its row will store; a charge has no line of an order."""

    draft: BillLineDraft
    order_line: LockedLine | None
    measure: Measure
    unit_price: Decimal
    tax_code: str
    tax_rate: Decimal
    amount: TaxedAmount

    @property
    def source_id(self) -> int | None:
        return self.draft.order_line_id

    @property
    def quantity(self) -> Decimal:
        return self.measure.quantity

    @property
    def net(self) -> Decimal:
        return self.amount.net


@dataclass(frozen=True, kw_only=True)
class PricedBill:
    draft: BillDraft
    currency_code: str
    rate: Decimal
    inclusive: bool
    due_date: datetime.date
    lines: list[PricedBillLine]
    amount: TaxedAmount
    company_total: Decimal

    @property
    def supplier_id(self) -> int:
        return self.draft.supplier_id

    @property
    def supplier_number(self) -> str:
        return self.draft.supplier_number.strip()

    @property
    def sign(self) -> int:
        return -1 if self.draft.kind == VendorBill.Kind.CREDIT else 1

    @property
    def date(self) -> datetime.date:
        return self.draft.date

    @property
    def tax(self) -> Decimal:
        return self.amount.tax

    @property
    def total(self) -> Decimal:
        return self.amount.total


def key_of(bill: BillDraft) -> Key:
    return bill.supplier_id, bill.kind, bill.supplier_number.strip()


def read_suppliers(bills: Sequence[BillDraft]) -> tuple[dict[int, Supplier], dict[Key, EnteredBill]]:
    """The suppliers that the bills name, and which of the bills are there already; one statement."""
    suppliers: dict[int, Supplier] = {}
    known: dict[Key, EnteredBill] = {}
    asked = [sorted({b.supplier_number.strip() for b in bills}), sorted({b.supplier_id for b in bills})]
    for pk, currency, days, is_supplier, kind, number, *entered in fetch(_SUPPLIERS, asked):
        if is_supplier:
            suppliers[pk] = Supplier(pk, currency, days)
        if kind:
            bill_id, own_number, state, held = entered
            known[pk, kind, number] = EnteredBill(bill_id, own_number, state, tuple(held))
    return suppliers, known


def priced_bills(
    bills: Sequence[BillDraft],
    fresh: Sequence[int],
    suppliers: Mapping[int, Supplier],
    ordered: Mapping[int, OrderedLine],
    *,
    supplier_id: int | None,
    actor: Actor,
    at: datetime.datetime,
) -> list[PricedBill]:
    """The fresh bills priced, or everything that is wrong with any of them."""
    home = company_facts(actor.company_id).currency_code
    taxes = _tax_rates(line.tax_code for i in fresh for line in bills[i].lines)
    currencies = {i: c for i in fresh if (c := _currency(bills[i], ordered, suppliers))}
    rates = find_exchange_rates({(c, bills[i].date) for i, c in currencies.items() if is_currency(c)}, company_currency=home)
    refusals = future_refusals([b.date if i in fresh else None for i, b in enumerate(bills)], actor=actor, at=at)
    priced: list[PricedBill] = []
    for i in fresh:
        bill, prefix = bills[i], f"{i}." if len(bills) > 1 else ""
        found = _head_refusals(bill, suppliers, supplier_id, prefix)
        currency = currencies.get(i)
        for n, line in enumerate(bill.lines):
            found += _line_refusals(line, bill, ordered, currency, taxes, f"{prefix}lines.{n}")
        if currency and not is_currency(currency):
            found.append(UnknownCode(field=f"{prefix}currency", what=_("currency"), value=currency))
        elif currency and (currency, bill.date) not in rates:
            found.append(NoExchangeRate.on(currency, bill.date, field=f"{prefix}currency"))
        elif currency and not found:
            one = _price(
                bill, currency, rates[currency, bill.date], ordered, taxes, suppliers[bill.supplier_id].payment_days, home
            )
            priced.append(one)
            if one.total >= LARGEST_AMOUNT:
                rule = _("Split it into smaller bills.")
                found.append(InvalidValue(field=f"{prefix}lines", what=_("total"), value=one.total, rule=rule))
        refusals += found
    raise_refusals(refusals)
    return priced


def _tax_rates(asked: Iterable[str]) -> dict[str, Decimal]:
    """The latest rate of each tax code; none where no bill names one, since lines of orders have theirs."""
    return dict(TaxCode.objects.order_by("valid_from_date").values_list("code", "rate")) if any(asked) else {}


def _currency(bill: BillDraft, ordered: Mapping[int, OrderedLine], suppliers: Mapping[int, Supplier]) -> str | None:
    of_orders = (found.order.currency for line in bill.lines if (found := ordered.get(line.order_line_id or 0)))
    supplier = suppliers.get(bill.supplier_id)
    return bill.currency_code or next(of_orders, None) or (supplier.currency if supplier else None)


def _head_refusals(
    bill: BillDraft, suppliers: Mapping[int, Supplier], supplier_id: int | None, prefix: str
) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    if bill.supplier_id not in suppliers or supplier_id not in (None, bill.supplier_id):
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
    ordered: Mapping[int, OrderedLine],
    currency: str | None,
    taxes: Mapping[str, Decimal],
    field: str,
) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    of_order = ordered.get(line.order_line_id or 0)
    if line.order_line_id is not None:
        if of_order is None or of_order.order.supplier_id != bill.supplier_id:
            return [LineOfAnother(field=f"{field}.order_line")]
        order = of_order.order
        if currency and order.currency != currency:
            found.append(CurrencyOfAnother(field=f"{field}.order_line", document=order.number, currency=order.currency))
        if convert_quantity(line.quantity, of_order.line.ratio) is None:
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
    ordered: Mapping[int, OrderedLine],
    taxes: Mapping[str, Decimal],
    payment_days: int,
    home: str,
) -> PricedBill:
    orders = [ordered[line.order_line_id].order for line in bill.lines if line.order_line_id is not None]
    inclusive = bill.prices_include_tax or any(order.prices_include_tax for order in orders)
    lines = [
        _price_line(draft, ordered.get(draft.order_line_id or 0), currency, taxes, inclusive=inclusive) for draft in bill.lines
    ]
    amount, places = sum_lines(line.amount for line in lines), minor_units(home)
    return PricedBill(
        draft=bill,
        currency_code=currency,
        rate=rate,
        inclusive=inclusive,
        due_date=bill.due_date or bill.date + datetime.timedelta(days=orders[0].payment_days if orders else payment_days),
        lines=lines,
        amount=amount,
        company_total=convert(amount.net, rate, places) + convert(amount.tax, rate, places),
    )


def _price_line(
    draft: BillLineDraft, ordered: OrderedLine | None, currency: str, taxes: Mapping[str, Decimal], *, inclusive: bool
) -> PricedBillLine:
    """What the draft leaves open is as it was ordered."""
    line = ordered.line if ordered else None
    price = draft.unit_price if draft.unit_price is not None else line.unit_price if line else ZERO
    code = draft.tax_code or (line.tax_code if line else "")
    tax_rate = line.tax_rate if line and code == line.tax_code else taxes.get(code, ZERO)
    ratio = line.ratio if line else Ratio()
    quantity = convert_quantity(draft.quantity, ratio) or draft.quantity
    return PricedBillLine(
        draft=draft,
        order_line=line,
        measure=Measure(line.unit if line else "", draft.quantity, ratio, quantity),
        unit_price=price,
        tax_code=code,
        tax_rate=tax_rate,
        amount=tax_line(
            quantity=draft.quantity, unit_price=price, rate=tax_rate, places=minor_units(currency), inclusive=inclusive
        ),
    )
