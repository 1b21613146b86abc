"""Purchase orders judged and priced before anything is written."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from erp.catalog.errors import ProductInactive
from erp.catalog.measures import judge_measure, take_measure
from erp.catalog.pricing import PricedProduct, priced_products
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode
from erp.core.money import LARGEST_AMOUNT, ZERO, convert, plain, too_large
from erp.core.rows import ANY_ID, COMPANY, fetch
from erp.inventory.operations.judge_warehouses import IN_USE, warehouse_refusals
from erp.inventory.operations.naming import raise_named
from erp.purchasing.drafts import PurchaseLineDraft, PurchaseOrderDraft
from erp.purchasing.errors import (
    AboveMaximum,
    AgreementOfAnother,
    BelowMinimum,
    NoAgreedPrice,
    NotAMultiple,
    ServiceOrdered,
    SupplierIsNone,
)
from erp.purchasing.queries import terms_of_lines
from erp.purchasing.rules import Terms, tier_price
from erp.reference.queries import NoExchangeRate, find_exchange_rates, is_currency, minor_units
from erp.reference.rules import Measure, Ratio, TaxedAmount, sum_lines, tax_line

# With each of the suppliers those of the agreements that are theirs.
_SUPPLIERS = f"""
SELECT {IN_USE}, p.id, p.name, p.currency_id, t.days, p.is_supplier AND p.active,
       a.id, a.supplier_id, a.currency_code, agreed.days, a.over_fraction, a.under_fraction
FROM parties_party p
JOIN reference_paymentterm t ON t.company_id = p.company_id AND t.id = p.payment_term_id
LEFT JOIN purchasing_agreement a ON a.company_id = p.company_id AND a.supplier_id = p.id AND a.id = {ANY_ID}
LEFT JOIN reference_paymentterm agreed ON agreed.company_id = a.company_id AND agreed.id = a.payment_term_id
WHERE p.company_id = {COMPANY} AND p.id = {ANY_ID}
"""  # noqa: S608


@dataclass(frozen=True)
class Supplier:
    id: int
    name: str
    currency: str
    payment_days: int
    takes_orders: bool


@dataclass(frozen=True)
class Agreement:
    id: int
    supplier_id: int
    currency: str
    payment_days: int | None
    over_fraction: Decimal
    under_fraction: Decimal


_SUPPLIER_END = 1 + len(fields(Supplier))


@dataclass(frozen=True)
class Masters:
    """What the drafts name, read once for all of them."""

    suppliers: Mapping[int, Supplier]
    in_use: frozenset[int]
    agreements: Mapping[int, Agreement]
    products: Mapping[tuple[int, datetime.date], PricedProduct]
    terms: Mapping[int, Terms]


@dataclass(frozen=True, kw_only=True)
class PricedPurchaseLine:
    draft: PurchaseLineDraft
    product: PricedProduct
    measure: Measure
    unit_price: Decimal
    amount: TaxedAmount


@dataclass(frozen=True, kw_only=True)
class PricedPurchaseOrder:
    draft: PurchaseOrderDraft
    supplier: Supplier
    agreement: Agreement | None
    currency: str
    rate: Decimal
    lines: list[PricedPurchaseLine]
    amount: TaxedAmount
    company_total: Decimal


def read_masters(orders: Sequence[PurchaseOrderDraft], company_id: int) -> Masters:
    warehouses = sorted({order.warehouse_id for order in orders})
    agreements = sorted({order.agreement_id for order in orders if order.agreement_id is not None})
    rows = fetch(_SUPPLIERS, [warehouses, agreements, sorted({order.supplier_id for order in orders})])
    suppliers = [Supplier(*row[1:_SUPPLIER_END]) for row in rows]
    of_suppliers = [Agreement(*row[_SUPPLIER_END:]) for row in rows if row[_SUPPLIER_END] is not None]
    terms: dict[int, Terms] = {}
    for day in {order.date for order in orders}:
        ids = (line.agreement_line_id for order in orders if order.date == day for line in order.lines)
        terms |= terms_of_lines((pk for pk in ids if pk is not None), on=day, company_id=company_id)
    return Masters(
        suppliers={supplier.id: supplier for supplier in suppliers},
        in_use=frozenset(rows[0][0] if rows else warehouses),
        agreements={agreement.id: agreement for agreement in of_suppliers},
        products=priced_products(
            ((line.product_id, order.date) for order in orders for line in order.lines),
            units=(line.unit for order in orders for line in order.lines),
        ),
        terms=terms,
    )


def priced_orders(
    orders: Sequence[PurchaseOrderDraft], masters: Masters, home: str, refusals: list[BusinessRuleViolation]
) -> list[PricedPurchaseOrder]:
    """All orders priced, or everything that is wrong with any of them beside the `refusals` found before."""
    currencies = {i: currency for i, order in enumerate(orders) if (currency := _currency(order, masters))}
    asked = {i: (currency, orders[i].date) for i, currency in currencies.items()}
    rates = find_exchange_rates((key for key in asked.values() if is_currency(key[0])), company_currency=home)
    priced: list[PricedPurchaseOrder] = []
    for i, order in enumerate(orders):
        prefix = f"{i}." if len(orders) > 1 else ""
        found = _head_refusals(order, masters, prefix)
        for n, line in enumerate(order.lines):
            found += _line_refusals(line, order, masters, f"{prefix}lines.{n}")
        key = asked.get(i)
        if key and not is_currency(key[0]):
            found.append(UnknownCode(field=f"{prefix}currency", what=_("currency"), value=key[0]))
        elif key and key not in rates:
            found.append(NoExchangeRate.on(*key, field=f"{prefix}currency"))
        elif key and not found:
            one = _price(order, masters, key[0], rates[key], home)
            found += _too_large(one, prefix)
            priced.append(one)
        refusals += found
    raise_named(refusals)
    return priced


def _currency(order: PurchaseOrderDraft, masters: Masters) -> str | None:
    agreement = masters.agreements.get(order.agreement_id or 0)
    supplier = masters.suppliers.get(order.supplier_id)
    return order.currency_code or (agreement.currency if agreement else supplier.currency if supplier else None)


def _head_refusals(order: PurchaseOrderDraft, masters: Masters, prefix: str) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    supplier = masters.suppliers.get(order.supplier_id)
    if supplier is None:
        found.append(UnknownCode(field=f"{prefix}supplier", what=_("supplier"), value=order.supplier_id))
    elif not supplier.takes_orders:
        found.append(SupplierIsNone(field=f"{prefix}supplier", supplier=supplier.name))
    if order.agreement_id is not None:
        agreement = masters.agreements.get(order.agreement_id)
        if agreement is None or agreement.supplier_id != order.supplier_id:
            found.append(AgreementOfAnother(field=f"{prefix}agreement"))
    found += warehouse_refusals(order.warehouse_id, masters.in_use, f"{prefix}warehouse")
    if not order.lines:
        found.append(InvalidValue(field=f"{prefix}lines", what=_("lines"), value="", rule=_("Enter at least one line.")))
    return found


def _line_refusals(
    line: PurchaseLineDraft, order: PurchaseOrderDraft, masters: Masters, field: str
) -> list[BusinessRuleViolation]:
    product = masters.products.get((line.product_id, order.date))
    if product is None:
        return [UnknownCode(field=f"{field}.product", what=_("product"), value=line.product_id)]
    found: list[BusinessRuleViolation] = []
    if not product.active:
        found.append(ProductInactive(field=f"{field}.product", product=product.sku))
    if not product.stocked:
        found.append(ServiceOrdered(field=f"{field}.product", product=product.sku))
    if product.tax_rate is None:
        found.append(UnknownCode(field=f"{field}.product", what=_("tax rate"), value=product.tax_code))
    if line.requested_date < order.date:
        rule = _("Ask for the order's day or a later one.")
        found.append(
            InvalidValue(field=f"{field}.requested_date", what=_("requested day"), value=f"{line.requested_date}", rule=rule)
        )
    terms = masters.terms.get(line.agreement_line_id or 0)
    if line.agreement_line_id is not None and (
        terms is None or (terms.supplier_id, terms.product_id) != (order.supplier_id, line.product_id)
    ):
        return [*found, AgreementOfAnother(field=f"{field}.agreement_line")]
    unit, agreed = _unit(line, terms)
    wrong = _figure_refusals(line, field) or judge_measure(
        line.quantity, unit, product.units, product=product.sku, field=field, agreed=agreed
    )
    return found + (wrong or _term_refusals(line, terms, product, order, masters, field))


def _figure_refusals(line: PurchaseLineDraft, field: str) -> list[BusinessRuleViolation]:
    if line.quantity <= 0:
        rule = _("Enter a quantity above zero.")
    elif (line.unit_price or ZERO) < 0:
        rule = _("Enter a price of zero or more.")
        return [InvalidValue(field=f"{field}.unit_price", what=_("price"), value=line.unit_price, rule=rule)]
    elif too_large(line.quantity, line.unit_price or ZERO):
        rule = _("Enter a smaller number.")
    else:
        return []
    return [InvalidValue(field=f"{field}.quantity", what=_("quantity"), value=line.quantity, rule=rule)]


def _term_refusals(
    line: PurchaseLineDraft,
    terms: Terms | None,
    product: PricedProduct,
    order: PurchaseOrderDraft,
    masters: Masters,
    field: str,
) -> list[BusinessRuleViolation]:
    """What the agreement says against the line. Its limits count for quantities in its own unit."""
    if line.unit_price is None and _agreed_price(line, terms, order, masters) is None:
        return [NoAgreedPrice(field=f"{field}.unit_price", product=product.sku)]
    if terms is None or _unit(line, terms)[0] != terms.unit:
        return []
    about: dict[str, Any] = {"field": f"{field}.quantity", "product": product.sku, "quantity": plain(line.quantity)}
    found: list[BusinessRuleViolation] = []
    if line.quantity < terms.minimum:
        found.append(BelowMinimum(minimum=plain(terms.minimum), **about))
    if terms.maximum is not None and line.quantity > terms.maximum:
        found.append(AboveMaximum(maximum=plain(terms.maximum), **about))
    if line.quantity % terms.multiple:
        found.append(NotAMultiple(multiple=plain(terms.multiple), **about))
    return found


def _agreed_price(line: PurchaseLineDraft, terms: Terms | None, order: PurchaseOrderDraft, masters: Masters) -> Decimal | None:
    """The agreement's price for the line; it is one of the agreement's unit in the agreement's currency and of no other, and ends
    with the agreement."""
    if (
        terms is None
        or not terms.in_force(order.date)
        or (_unit(line, terms)[0], _currency(order, masters)) != (terms.unit, terms.currency)
    ):
        return None
    return tier_price(terms.tiers, line.quantity, order.date)


def _unit(line: PurchaseLineDraft, terms: Terms | None) -> tuple[str, Ratio | None]:
    """The unit of a line, and what it holds where the agreement says so."""
    if terms is not None and line.unit in ("", terms.unit):
        return terms.unit, terms.ratio
    return line.unit, None


def _price(order: PurchaseOrderDraft, masters: Masters, currency: str, rate: Decimal, home: str) -> PricedPurchaseOrder:
    lines = []
    for draft in order.lines:
        product, terms = masters.products[draft.product_id, order.date], masters.terms.get(draft.agreement_line_id or 0)
        unit, agreed = _unit(draft, terms)
        price = draft.unit_price
        if price is None:
            price = _agreed_price(draft, terms, order, masters) or ZERO
        amount = tax_line(
            quantity=draft.quantity,
            unit_price=price,
            rate=product.tax_rate or ZERO,
            places=minor_units(currency),
            inclusive=order.prices_include_tax,
        )
        measure = take_measure(draft.quantity, unit, product.units, product=product.sku, agreed=agreed)
        lines.append(PricedPurchaseLine(draft=draft, product=product, measure=measure, unit_price=price, amount=amount))
    amount = sum_lines(line.amount for line in lines)
    return PricedPurchaseOrder(
        draft=order,
        supplier=masters.suppliers[order.supplier_id],
        agreement=masters.agreements.get(order.agreement_id or 0),
        currency=currency,
        rate=rate,
        lines=lines,
        amount=amount,
        company_total=convert(amount.total, rate, minor_units(home)),
    )


def _too_large(order: PricedPurchaseOrder, prefix: str) -> list[BusinessRuleViolation]:
    total = max(order.amount.total, order.company_total)
    rule = _("Split it into smaller orders.")
    return [] if total < LARGEST_AMOUNT else [InvalidValue(field=f"{prefix}lines", what=_("total"), value=total, rule=rule)]
