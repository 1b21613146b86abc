"""Returns as they are asked for, judged line by line, and what their rows will store."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from erp.catalog.measures import ProductUnits, counted_products, judge_measure, say_base, take_measure
from erp.catalog.pricing import PricedProduct, priced_products
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, UnknownCode
from erp.core.money import ZERO
from erp.core.rows import COMPANY, fetch
from erp.documents.operations.judge_originals import original_refusals
from erp.reference.queries import exchange_rates_by_day, is_currency, minor_units, tax_rates_by_day
from erp.reference.rules import Measure, price_of_part
from erp.sales.errors import MoreThanDelivered, ReturnBeforeDelivery, TaxRateMissing
from erp.sales.models import SalesReturn
from erp.sales.operations.lock_deliveries import DeliveredLine, LockedDelivery, lock_deliveries
from erp.sales.pricing import price_line
from erp.sales.rules import share_of_line

_CUSTOMERS = f"""
SELECT p.id, p.currency_id FROM parties_party p WHERE p.company_id = {COMPANY} AND p.id = ANY(%s::bigint[])
"""  # noqa: S608
_WAREHOUSES = f"SELECT id FROM inventory_warehouse WHERE company_id = {COMPANY} AND id = ANY(%s::bigint[])"  # noqa: S608
REMARK_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class ReturnLineDraft:
    """What came back: `quantity` in `unit`. With an original, a line of the return's delivery, by default in the unit the
    delivery states it in. Without one, a product, by default in its own unit, at the price, discount and tax it is to be
    credited at (the list price, the product's tax code); price and `unit_cost` are of one of the unit. `unit_cost` in
    company currency counts only where none of it lies in the warehouse."""

    quantity: Decimal
    unit: str = ""
    delivery_line_id: int | None = None
    product_id: int | None = None
    unit_price: Decimal | None = None
    discount: Decimal | None = None
    tax_code: str | None = None
    description: str = ""
    unit_cost: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class ReturnDraft:
    """Goods that came back on a day: of one delivery, whose customer, prices and costs count and are not said again (another
    warehouse may be named); or without an original, for a customer into a warehouse. `reason` is one of SalesReturn.Reason."""

    date: datetime.date
    reason: str
    lines: Sequence[ReturnLineDraft]
    delivery_id: int | None = None
    warehouse_id: int | None = None
    customer_id: int | None = None
    currency_code: str | None = None
    prices_include_tax: bool | None = None
    remark: str = ""
    external_source: str = ""
    external_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class PlannedLine:
    """A line with everything its row will store but the cost on the shelf. `cost` is the original's, if there is one,
    `stated_cost` what somebody says the goods are worth in all. The price is per unit of the measure."""

    field: str
    product_id: int
    description: str
    stocked: bool
    measure: Measure
    unit_price: Decimal
    discount: Decimal
    tax_code: str
    tax_rate: Decimal
    original: DeliveredLine | None
    cost: Decimal | None
    stated_cost: Decimal | None


@dataclass(frozen=True, kw_only=True)
class PlannedReturn:
    draft: ReturnDraft
    delivery: LockedDelivery | None
    customer_id: int
    warehouse_id: int
    currency_code: str
    rate: Decimal
    prices_include_tax: bool
    lines: list[PlannedLine]


@dataclass(frozen=True)
class Facts:
    """What a set of returns is judged by, read once. `units` are those of delivered products that a line asks for."""

    home: str
    deliveries: Mapping[int, LockedDelivery]
    warehouses: frozenset[int]
    currencies: Mapping[int, str]
    products: Mapping[tuple[int, datetime.date], PricedProduct]
    units: Mapping[int, ProductUnits]
    tax_rates: Mapping[tuple[str, datetime.date], Decimal]
    rates: Mapping[tuple[str, datetime.date], Decimal]


def prepare_returns(returns: Sequence[ReturnDraft], *, home: str) -> tuple[list[PlannedReturn], list[BusinessRuleViolation]]:
    """Lock the originals and plan the returns one after the other; what is refused of all of them. `home` is the company's
    currency."""
    facts = _facts(returns, home)
    planned, refusals = [], []
    for i, draft in enumerate(returns):
        prefix = f"{i}." if len(returns) > 1 else ""
        found = _refusals(draft, prefix, facts)
        refusals += found
        if _has_terms(draft, facts):
            plan = _plan(draft, prefix, facts, refusals)
            planned += [] if found else [plan]
    return planned, refusals


def _facts(returns: Sequence[ReturnDraft], home: str) -> Facts:
    free = [draft for draft in returns if draft.delivery_id is None]
    asked = sorted({draft.customer_id for draft in free if draft.customer_id is not None})
    currencies = dict(fetch(_CUSTOMERS, [asked])) if asked else {}
    named = sorted({draft.warehouse_id for draft in returns if draft.warehouse_id is not None})
    coded = [(line.tax_code, draft.date) for draft in free for line in draft.lines if line.tax_code]
    codes = [
        (code, d.date) for d in free if (code := d.currency_code or currencies.get(d.customer_id or 0)) and is_currency(code)
    ]
    deliveries = lock_deliveries([draft.delivery_id for draft in returns if draft.delivery_id is not None])
    return Facts(
        home=home,
        deliveries=deliveries,
        warehouses=frozenset(row[0] for row in fetch(_WAREHOUSES, [named])) if named else frozenset(),
        currencies=currencies,
        products=priced_products(
            ((line.product_id, d.date) for d in free for line in d.lines if line.product_id is not None),
            units=(line.unit for draft in free for line in draft.lines),
        ),
        units=_units(returns, deliveries),
        tax_rates=tax_rates_by_day(coded),
        rates=exchange_rates_by_day(codes, company_currency=home),
    )


def _units(returns: Sequence[ReturnDraft], deliveries: Mapping[int, LockedDelivery]) -> dict[int, ProductUnits]:
    """One statement where a line of a delivery names a unit, else none."""
    asked = [line.unit for draft in returns if draft.delivery_id in deliveries for line in draft.lines if line.unit]
    delivered = (line.product_id for delivery in deliveries.values() for line in delivery.lines.values())
    return {one.id: one.units for one in counted_products(delivered, asked).values()} if asked else {}


def _has_terms(draft: ReturnDraft, facts: Facts) -> bool:
    """Whether its lines can be judged, whatever else is wrong with the return."""
    if draft.delivery_id is not None:
        return draft.delivery_id in facts.deliveries
    currency = draft.currency_code or facts.currencies.get(draft.customer_id or 0)
    return draft.customer_id in facts.currencies and (currency, draft.date) in facts.rates


def _refusals(draft: ReturnDraft, prefix: str, facts: Facts) -> list[BusinessRuleViolation]:
    """What is wrong with a return as a whole."""
    found: list[BusinessRuleViolation] = []
    if draft.reason not in SalesReturn.Reason.values:
        rule = format_lazy(_("Choose one of: {choices}."), choices=", ".join(SalesReturn.Reason.values))
        found.append(InvalidValue(field=f"{prefix}reason", what=_("reason"), value=draft.reason, rule=rule))
    if len(draft.remark) > REMARK_LENGTH:
        rule = format_lazy(_("Enter at most {count} characters."), count=REMARK_LENGTH)
        found.append(InvalidValue(field=f"{prefix}remark", what=_("remark"), value=draft.remark[:40], rule=rule))
    if not draft.lines:
        found.append(InvalidValue(field=f"{prefix}lines", what=_("lines"), value="", rule=_("Enter at least one line.")))
    if draft.warehouse_id not in facts.warehouses and (draft.warehouse_id is not None or draft.delivery_id is None):
        found.append(UnknownCode(field=f"{prefix}warehouse", what=_("warehouse"), value=draft.warehouse_id or ""))
    if draft.delivery_id is not None:
        return found + _delivery_refusals(draft, draft.delivery_id, prefix, facts)
    for i, line in enumerate(draft.lines):
        if line.delivery_line_id is not None:
            what, rule = _("delivery line"), _("Name the delivery it is of, or leave it out.")
            field = f"{prefix}lines.{i}.delivery_line"
            found.append(InvalidValue(field=field, what=what, value=line.delivery_line_id, rule=rule))
    if draft.customer_id is None or draft.customer_id not in facts.currencies:
        found.append(UnknownCode(field=f"{prefix}customer", what=_("customer"), value=draft.customer_id or ""))
    elif not is_currency(draft.currency_code or facts.currencies[draft.customer_id]):
        found.append(UnknownCode(field=f"{prefix}currency", what=_("currency"), value=draft.currency_code))
    return found


def _delivery_refusals(draft: ReturnDraft, delivery_id: int, prefix: str, facts: Facts) -> list[BusinessRuleViolation]:
    delivery = facts.deliveries.get(delivery_id)
    if delivery is None:
        return [NotFound(field=f"{prefix}delivery", what=_("delivery"), value=delivery_id)]
    found = _said_again(draft, delivery, prefix)
    if draft.date < delivery.date:
        days = {"delivered": delivery.date.isoformat(), "date": draft.date.isoformat()}
        found.append(ReturnBeforeDelivery(field=f"{prefix}date", document=delivery.number, document_id=delivery.id, **days))
    return found


def _said_again(draft: ReturnDraft, delivery: LockedDelivery, prefix: str) -> list[BusinessRuleViolation]:
    """What the delivery says already."""
    fields: list[tuple[str, Any, Any]] = [
        (f"{prefix}customer", _("customer"), draft.customer_id),
        (f"{prefix}currency", _("currency"), draft.currency_code),
        (f"{prefix}prices_include_tax", _("prices include tax"), draft.prices_include_tax),
    ]
    for i, line in enumerate(draft.lines):
        field = f"{prefix}lines.{i}"
        fields += [
            (f"{field}.product", _("product"), line.product_id),
            (f"{field}.description", _("description"), line.description),
            (f"{field}.unit_price", _("price"), line.unit_price),
            (f"{field}.discount", _("discount"), line.discount),
            (f"{field}.tax_code", _("tax code"), line.tax_code),
            (f"{field}.unit_cost", _("cost"), line.unit_cost),
        ]
    return original_refusals(fields, original=delivery.number)


def _plan(draft: ReturnDraft, prefix: str, facts: Facts, refusals: list[BusinessRuleViolation]) -> PlannedReturn:
    """A return at its terms; lines that are wrong are left out and refused."""
    delivery = facts.deliveries.get(draft.delivery_id or 0)
    if delivery is not None:
        order = delivery.order
        terms = (order.currency_code, order.rate, order.prices_include_tax)
        made = [_line_of(delivery, line, f"{prefix}lines.{i}", facts) for i, line in enumerate(draft.lines)]
    else:
        assert draft.customer_id is not None
        currency = draft.currency_code or facts.currencies[draft.customer_id]
        terms = (currency, facts.rates[currency, draft.date], bool(draft.prices_include_tax))
        made = [_free_line(draft, line, terms, f"{prefix}lines.{i}", facts) for i, line in enumerate(draft.lines)]
    lines = []
    for result in made:
        if isinstance(result, PlannedLine):
            lines.append(result)
        else:
            refusals += result
    return PlannedReturn(
        draft=draft,
        delivery=delivery,
        customer_id=delivery.customer_id if delivery else draft.customer_id or 0,
        warehouse_id=draft.warehouse_id or (delivery.warehouse_id if delivery else 0),
        currency_code=terms[0],
        rate=terms[1],
        prices_include_tax=terms[2],
        lines=lines,
    )


def _line_of(
    delivery: LockedDelivery, line: ReturnLineDraft, field: str, facts: Facts
) -> PlannedLine | list[BusinessRuleViolation]:
    """Goods of a delivery: at most what of the line is still out, at the cost they left with."""
    original = delivery.lines.get(line.delivery_line_id or 0)
    if original is None:
        return [UnknownCode(field=f"{field}.delivery_line", what=_("delivery line"), value=line.delivery_line_id or "")]
    if line.quantity <= 0:
        return [_not_above_zero(field, line.quantity)]
    unit = line.unit or original.unit
    counted: dict[str, Any] = {
        "units": facts.units.get(original.product_id) or ProductUnits(original.base, original.decimals),
        "product": original.product_id,
        "agreed": original.agreed if unit == original.ordered_unit else None,
    }
    if found := judge_measure(line.quantity, unit, field=field, **counted):
        return found
    measure = take_measure(line.quantity, unit, **counted)
    if measure.quantity > original.left:
        about: dict[str, Any] = {
            "document": delivery.number,
            "document_id": delivery.id,
            "product": original.product_id,
            "left": say_base(original.left, measure, original.base),
            "asked": say_base(measure.quantity, measure, original.base),
        }
        return [MoreThanDelivered(field=f"{field}.quantity", **about)]
    cost = share_of_line(
        original.cost,
        ordered=original.quantity,
        before=original.returned,
        quantity=measure.quantity,
        places=minor_units(facts.home),
    )
    original.returned += measure.quantity
    return PlannedLine(
        field=field,
        product_id=original.product_id,
        description=original.description,
        stocked=original.stocked,
        measure=measure,
        unit_price=price_of_part(original.unit_price, agreed=original.agreed, stated=measure.ratio),
        discount=original.discount,
        tax_code=original.tax_code,
        tax_rate=original.tax_rate,
        original=original,
        cost=cost,
        stated_cost=None,
    )


def _free_line(
    draft: ReturnDraft, line: ReturnLineDraft, terms: tuple[str, Decimal, bool], field: str, facts: Facts
) -> PlannedLine | list[BusinessRuleViolation]:
    """Goods without an original: priced like an order of that day."""
    product = facts.products.get((line.product_id or 0, draft.date))
    if product is None:
        return [UnknownCode(field=f"{field}.product", what=_("product"), value=line.product_id or "")]
    tax_code = line.tax_code or product.tax_code
    tax_rate = facts.tax_rates.get((tax_code, draft.date)) if line.tax_code else product.tax_rate
    found = _free_refusals(line, field)
    if tax_rate is None:
        found.append(TaxRateMissing(field=f"{field}.tax_code", product=product.sku, tax_code=tax_code))
    found += judge_measure(line.quantity, line.unit, product.units, product=product.sku, field=field)
    if found:
        return found
    currency, rate, inclusive = terms
    priced = price_line(
        product,
        measure=take_measure(line.quantity, line.unit, product.units, product=product.sku),
        unit_price=line.unit_price,
        discount=line.discount or ZERO,
        description=line.description,
        rate=rate,
        places=minor_units(currency),
        inclusive=inclusive,
    )
    return PlannedLine(
        field=field,
        product_id=product.id,
        description=priced.description,
        stocked=product.stocked,
        measure=priced.measure,
        unit_price=priced.unit_price,
        discount=line.discount or ZERO,
        tax_code=tax_code,
        tax_rate=tax_rate or ZERO,
        original=None,
        cost=None,
        stated_cost=None if line.unit_cost is None else line.unit_cost * line.quantity,
    )


def _free_refusals(line: ReturnLineDraft, field: str) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    if line.quantity <= 0:
        found.append(_not_above_zero(field, line.quantity))
    for name, value, is_wrong, what, rule in (
        ("unit_price", line.unit_price, (line.unit_price or ZERO) < 0, _("price"), _("Enter a price of zero or more.")),
        (
            "discount",
            line.discount,
            not 0 <= (line.discount or ZERO) <= 1,
            _("discount"),
            _("Enter a discount between 0 and 1 (0.1 is 10 %)."),
        ),
        ("unit_cost", line.unit_cost, (line.unit_cost or ZERO) < 0, _("cost"), _("Enter a cost of zero or more.")),
    ):
        if is_wrong:
            found.append(InvalidValue(field=f"{field}.{name}", what=what, value=value, rule=rule))
    return found


def _not_above_zero(field: str, quantity: Decimal) -> InvalidValue:
    rule = _("Enter a quantity above zero.")
    return InvalidValue(field=f"{field}.quantity", what=_("quantity"), value=quantity, rule=rule)
