"""Taking orders."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.catalog.errors import ProductInactive
from erp.catalog.measures import judge_measure, take_measure
from erp.catalog.pricing import PricedProduct, list_price, priced_products
from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode
from erp.core.events import DocumentRef
from erp.core.money import LARGEST_AMOUNT, ZERO, convert, too_large
from erp.core.operation import operation
from erp.core.rows import COMPANY, fetch, insert_documents, numbered
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.inventory.operations.judge_warehouses import IN_USE, warehouse_refusals
from erp.inventory.operations.naming import raise_named
from erp.reference.queries import NoExchangeRate, find_exchange_rates, is_currency, minor_units
from erp.reference.rules import MEASURE_COLUMNS, Ratio, TaxedAmount, sum_lines
from erp.sales.errors import CustomerBlocked, TaxRateMissing
from erp.sales.events import SalesOrderPlaced
from erp.sales.models import SalesOrder, SalesOrderLine
from erp.sales.operations.judge_credit import CreditAsked, credit_refusals
from erp.sales.permissions import PLACE_ORDERS
from erp.sales.pricing import PricedLine, below_floor, price_line

_CUSTOMERS = f"""
SELECT p.id, p.name, p.currency_id, t.days, p.is_customer AND p.active, p.credit_limit IS NOT NULL, {IN_USE}
FROM parties_party p
JOIN reference_paymentterm t ON t.company_id = p.company_id AND t.id = p.payment_term_id
WHERE p.company_id = {COMPANY} AND p.id = ANY(%s::bigint[])
"""  # noqa: S608
_HEAD = [
    "customer_id",
    "warehouse_id",
    "date",
    "promised_date",
    "priority",
    "partial_delivery",
    "currency_code",
    "rate",
    "prices_include_tax",
    "payment_days",
    "net",
    "tax",
    "total",
    "company_total",
    "reference",
    "source_kind",
    "source_id",
    "actor",
    "placed_at",
    "external_source",
    "external_ref",
]
_LINE = [
    "sequence",
    "product_id",
    "description",
    "stocked",
    *MEASURE_COLUMNS,
    "unit_price",
    "discount",
    "tax_code",
    "tax_rate",
    "net",
    "tax",
    "total",
]


@dataclass(frozen=True, kw_only=True)
class OrderLineDraft:
    """`quantity` and `unit_price` are in `unit`, by default the product's; without a price the list price counts;
    `discount` is a fraction. `ratio` is what one of the unit holds where an earlier document promised it."""

    product_id: int
    quantity: Decimal
    unit: str = ""
    ratio: Ratio | None = None
    unit_price: Decimal | None = None
    discount: Decimal = ZERO
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class SalesOrderDraft:
    """An order as taken. Without `currency_code` the customer's currency counts. `source` is the document it came
    from (a quotation)."""

    customer_id: int
    warehouse_id: int
    date: datetime.date
    lines: Sequence[OrderLineDraft]
    promised_date: datetime.date | None = None
    priority: int = 0
    partial_delivery: bool = False
    currency_code: str | None = None
    prices_include_tax: bool = False
    reference: str = ""
    source: DocumentRef | None = None
    external_source: str = ""
    external_ref: str = ""


@dataclass(frozen=True)
class PlacedOrder:
    id: int
    number: str


@dataclass(frozen=True)
class Customer:
    id: int
    name: str
    currency_code: str
    payment_days: int
    takes_orders: bool
    has_credit_limit: bool


@dataclass(frozen=True, kw_only=True)
class Priced:
    """A draft with everything computed that its rows will store."""

    draft: SalesOrderDraft
    customer: Customer
    currency_code: str
    rate: Decimal
    lines: list[PricedLine]
    amount: TaxedAmount
    company_total: Decimal


@operation(PLACE_ORDERS)
def place_orders(*, orders: Sequence[SalesOrderDraft], actor: Actor, at: datetime.datetime) -> list[PlacedOrder]:
    """Place the orders; two reads and two writes for any number of them, one more where a currency or unit is not the usual
    one, and one where a customer has a credit limit. Refusals of all orders and lines come together; an order is dated today
    or before, whatever it promises."""
    future = future_refusals([order.date for order in orders], actor=actor, at=at)
    priced = _judged(orders, company_facts(actor.company_id).currency_code, future)
    placed = _insert(priced, actor, at)
    bus.publish(
        [
            SalesOrderPlaced(
                id=order.id,
                number=order.number,
                status="placed",
                customer_id=p.customer.id,
                total=p.company_total,
                stems_from=p.draft.source,
            )
            for order, p in zip(placed, priced, strict=True)
        ],
        at=at,
    )
    return placed


def _judged(orders: Sequence[SalesOrderDraft], company_currency: str, refusals: list[BusinessRuleViolation]) -> list[Priced]:
    """All orders priced, or all that is wrong with any of them: an order without fault is judged for price and credit
    even when another one is refused already. `refusals` were found before."""
    customers, in_use = _masters(orders)
    products = priced_products(
        ((line.product_id, order.date) for order in orders for line in order.lines),
        units=(line.unit for order in orders for line in order.lines),
    )
    asked = {i: key for i, order in enumerate(orders) if (key := _rate_asked(order, customers))}
    rates = find_exchange_rates((key for key in asked.values() if is_currency(key[0])), company_currency=company_currency)
    priced: dict[int, Priced] = {}
    for i, order in enumerate(orders):
        found = _refusals(order, _prefix(i, orders), customers, products)
        found += _no_tax_rate(order, products, f"{_prefix(i, orders)}date")
        found += warehouse_refusals(order.warehouse_id, in_use, f"{_prefix(i, orders)}warehouse")
        key = asked.get(i)
        if key and not is_currency(key[0]):
            found.append(UnknownCode(field=f"{_prefix(i, orders)}currency", what=_("currency"), value=key[0]))
        elif key and key not in rates:
            found.append(NoExchangeRate.on(*key, field=f"{_prefix(i, orders)}currency"))
        elif key and not found:
            customer = customers[order.customer_id]
            priced[i] = _price(order, customer, products, key[0], rates[key], company_currency)
            found += _below_floor(priced[i], _prefix(i, orders)) + _total_too_large(priced[i], _prefix(i, orders))
        refusals += found
    raise_named(refusals + _above_credit(priced, orders, company_currency))
    return list(priced.values())


def _rate_asked(order: SalesOrderDraft, customers: dict[int, Customer]) -> tuple[str, datetime.date] | None:
    """Currency and day of the rate an order needs; None while its currency is not known."""
    customer = customers.get(order.customer_id)
    currency = order.currency_code or (customer.currency_code if customer else None)
    return (currency, order.date) if currency else None


def _prefix(i: int, orders: Sequence[SalesOrderDraft]) -> str:
    return f"{i}." if len(orders) > 1 else ""


def _masters(orders: Sequence[SalesOrderDraft]) -> tuple[dict[int, Customer], frozenset[int]]:
    """The customers by id, and those of the warehouses that are in use."""
    asked = [sorted({order.warehouse_id for order in orders}), sorted({order.customer_id for order in orders})]
    rows = fetch(_CUSTOMERS, asked)
    in_use = rows[0][-1] if rows else asked[0]  # without a customer nothing is placed anyway
    return {row[0]: Customer(*row[:-1]) for row in rows}, frozenset(in_use)


def _refusals(
    order: SalesOrderDraft, prefix: str, customers: dict[int, Customer], products: dict[tuple[int, datetime.date], PricedProduct]
) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    customer = customers.get(order.customer_id)
    if customer is None:
        found.append(UnknownCode(field=f"{prefix}customer", what=_("customer"), value=order.customer_id))
    elif not customer.takes_orders:
        found.append(CustomerBlocked(field=f"{prefix}customer", customer=customer.name))
    if not order.lines:
        found.append(InvalidValue(field=f"{prefix}lines", what=_("lines"), value="", rule=_("Enter at least one line.")))
    for i, line in enumerate(order.lines):
        found += _line_refusals(line, products.get((line.product_id, order.date)), f"{prefix}lines.{i}")
    return found


def _no_tax_rate(
    order: SalesOrderDraft, products: dict[tuple[int, datetime.date], PricedProduct], field: str
) -> list[BusinessRuleViolation]:
    """It is the day that is at fault: the codes have rates on others."""
    priced = {p.sku: p for line in order.lines if (p := products.get((line.product_id, order.date)))}
    return [TaxRateMissing(field=field, product=p.sku, tax_code=p.tax_code) for p in priced.values() if p.tax_rate is None]


def _line_refusals(line: OrderLineDraft, product: PricedProduct | None, field: str) -> list[BusinessRuleViolation]:
    if product is None:
        return [UnknownCode(field=f"{field}.product", what=_("product"), value=line.product_id)]
    found: list[BusinessRuleViolation] = []
    if not product.active:
        found.append(ProductInactive(field=f"{field}.product", product=product.sku))
    for name, value, is_wrong, what, rule in (
        ("quantity", line.quantity, line.quantity <= 0, _("quantity"), _("Enter a quantity above zero.")),
        ("unit_price", line.unit_price, (line.unit_price or ZERO) < 0, _("price"), _("Enter a price of zero or more.")),
        (
            "discount",
            line.discount,
            not 0 <= line.discount <= 1,
            _("discount"),
            _("Enter a discount between 0 and 1 (0.1 is 10 %)."),
        ),
    ):
        if is_wrong:
            found.append(InvalidValue(field=f"{field}.{name}", what=what, value=value, rule=rule))
    ratio = product.units.ratio(line.unit)
    price = line.unit_price if line.unit_price is not None else list_price(product, ratio) if ratio else ZERO
    if too_large(line.quantity, price):
        rule = _("Enter a smaller number.")
        found.append(InvalidValue(field=f"{field}.quantity", what=_("quantity"), value=line.quantity, rule=rule))
        return found
    return found + judge_measure(line.quantity, line.unit, product.units, product=product.sku, field=field, agreed=line.ratio)


def _price(
    order: SalesOrderDraft,
    customer: Customer,
    products: dict[tuple[int, datetime.date], PricedProduct],
    currency: str,
    rate: Decimal,
    company_currency: str,
) -> Priced:
    lines = [
        price_line(
            product,
            measure=take_measure(line.quantity, line.unit, product.units, product=product.sku, agreed=line.ratio),
            unit_price=line.unit_price,
            discount=line.discount,
            description=line.description,
            rate=rate,
            places=minor_units(currency),
            inclusive=order.prices_include_tax,
        )
        for line in order.lines
        for product in [products[line.product_id, order.date]]
    ]
    amount = sum_lines(line.amount for line in lines)
    company_total = convert(amount.total, rate, minor_units(company_currency))
    return Priced(
        draft=order, customer=customer, currency_code=currency, rate=rate, lines=lines, amount=amount, company_total=company_total
    )


def _total_too_large(priced: Priced, prefix: str) -> list[BusinessRuleViolation]:
    total = max(priced.amount.total, priced.company_total)
    rule = _("Split it into smaller orders.")
    fits = total < LARGEST_AMOUNT
    return [] if fits else [InvalidValue(field=f"{prefix}lines", what=_("total"), value=total, rule=rule)]


def _below_floor(priced: Priced, prefix: str) -> list[BusinessRuleViolation]:
    inclusive = priced.draft.prices_include_tax
    found = (
        below_floor(line, rate=priced.rate, inclusive=inclusive, field=f"{prefix}lines.{i}.unit_price")
        for i, line in enumerate(priced.lines)
    )
    return [refusal for refusal in found if refusal]


def _above_credit(
    priced: dict[int, Priced], orders: Sequence[SalesOrderDraft], company_currency: str
) -> list[BusinessRuleViolation]:
    asked = [
        CreditAsked(
            customer_id=p.customer.id, total=p.company_total, document=str(_("This order")), field=f"{_prefix(i, orders)}customer"
        )
        for i, p in priced.items()
        if p.customer.has_credit_limit
    ]
    return credit_refusals(asked, with_placed=True, company_currency=company_currency)


def _insert(priced: Sequence[Priced], actor: Actor, at: datetime.datetime) -> list[PlacedOrder]:
    heads = [_head(p, actor, at) for p in priced]
    lines = [
        (
            position,
            i,
            line.product.id,
            line.description,
            line.product.stocked,
            *line.measure.columns,
            line.unit_price,
            line.discount,
            line.product.tax_code,
            line.tax_rate,
            line.amount.net,
            line.amount.tax,
            line.amount.total,
        )
        for position, p in enumerate(priced)
        for i, line in enumerate(p.lines, 1)
    ]
    rows = insert_documents(
        SalesOrder,
        _HEAD,
        heads,
        SalesOrderLine,
        _LINE,
        lines,
        parent="order_id",
        computed=numbered("sales_order"),
        returning=["id", "number"],
    )
    return [PlacedOrder(*row) for row in rows]


def _head(p: Priced, actor: Actor, at: datetime.datetime) -> tuple[object, ...]:
    d, source = p.draft, p.draft.source
    return (
        d.customer_id,
        d.warehouse_id,
        d.date,
        d.promised_date or d.date,
        d.priority,
        d.partial_delivery,
        p.currency_code,
        p.rate,
        d.prices_include_tax,
        p.customer.payment_days,
        p.amount.net,
        p.amount.tax,
        p.amount.total,
        p.company_total,
        d.reference,
        source.kind if source else "",
        source.id if source else None,
        actor.name,
        at,
        d.external_source,
        d.external_ref,
    )
