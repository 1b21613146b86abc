"""What a salesperson sees of a product while typing a line: name, price in the customer's currency, live stock."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format

from crm.pipeline.editor import plain
from crm.pipeline.ports import Coming, promise_answer
from crm.pipeline.queries import LineStock, line_stock
from crm.pipeline.rules import default_price
from erp.catalog.measures import all_units
from erp.catalog.models import Product
from erp.catalog.permissions import VIEW_COST
from erp.catalog.pricing import PricedProduct, list_price, priced_products
from erp.catalog.queries import NamedProduct, find_by_codes, suggest_products
from erp.core.actor import Actor
from erp.core.money import ZERO, round_half_up
from erp.identity.queries import company_facts
from erp.inventory.models import Warehouse
from erp.inventory.permissions import VIEW_STOCK
from erp.parties.models import Party
from erp.reference.queries import NoExchangeRate, exchange_rates, minor_units
from erp.reference.rules import Ratio
from erp.screens.editor import suggestion, unit_facts

MOST_SUGGESTIONS = 12
COST_PLACES = 4


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On what terms the prices are asked; None for the rate when that day has none."""

    date: datetime.date
    inclusive: bool
    rate: Decimal | None
    places: int
    warehouse_id: int | None


def find_terms(
    *, customer_id: int, date: datetime.date, inclusive: bool, warehouse_id: int | None, actor: Actor, currency_code: str = ""
) -> Terms:
    """The terms for a customer: its currency (unless the document has one) and the rate of the day."""
    home = company_facts(actor.company_id).currency_code
    currency = currency_code or Party.objects.filter(pk=customer_id).values_list("currency_id", flat=True).first() or home
    try:
        rate = exchange_rates([currency], company_currency=home, on=date)[currency]
    except NoExchangeRate:
        rate = None
    return Terms(date=date, inclusive=inclusive, rate=rate, places=minor_units(currency), warehouse_id=warehouse_id)


def look_up(codes: Sequence[str], *, terms: Terms, today: datetime.date, actor: Actor) -> dict[str, dict[str, Any]]:
    """Facts of the products behind the codes, as the lines editor reads them; `cost` and stock only if permitted."""
    products = find_by_codes(codes)
    ids = [found.product.pk for found in products.values()]
    units = all_units(ids)
    priced = priced_products((pk, terms.date) for pk in ids)
    stock = line_stock(ids, terms.warehouse_id) if actor.can(VIEW_STOCK) else {}
    coming = _coming(products.values(), terms, today) if actor.can(VIEW_STOCK) else {}
    found = {}
    for code, named in products.items():
        product = named.product
        facts = _facts(named, stock.get(product.pk))
        facts["coming"] = [
            {"day": date_format(one.date, "MONTH_DAY_FORMAT"), "quantity": plain(one.quantity), "number": one.number}
            for one in coming.get(product.pk, ())
        ]
        facts["units"] = [
            {**unit_facts(unit, ratio), **_price(priced[product.pk, terms.date], ratio, terms)}
            for unit, ratio in units[product.pk].all.items()
        ]
        tax_rate = priced[product.pk, terms.date].tax_rate or ZERO
        if terms.rate is not None:
            facts["price"] = next(unit["price"] for unit in facts["units"] if unit["unit"] == named.unit)
            cost = _unit_cost(stock.get(product.pk), terms.rate)
            if cost is not None and actor.can(VIEW_COST):
                facts["cost"] = plain(cost * (1 + tax_rate) if terms.inclusive else cost)
        found[code] = facts
    return found


def _price(product: PricedProduct, ratio: Ratio, terms: Terms) -> dict[str, str]:
    """What one of a unit costs on these terms, if that can be known."""
    if terms.rate is None:
        return {}
    price = default_price(
        list_price=list_price(product, ratio),
        rate=terms.rate,
        tax_rate=product.tax_rate or ZERO,
        inclusive=terms.inclusive,
        places=terms.places,
    )
    return {"price": plain(price)}


def _facts(named: NamedProduct, stock: LineStock | None) -> dict[str, Any]:
    product = named.product
    facts: dict[str, Any] = {
        "product": product.sku,
        "name": product.name,
        "unit": named.unit,
        "base": product.unit.code,
        "stocked": product.kind == Product.Kind.STOCKED and stock is not None,
        "stock_url": reverse("catalog:product", args=[product.pk]),
    }
    if stock is not None:
        facts |= {"on_hand": plain(stock.on_hand), "reserved": plain(stock.reserved), "available": plain(stock.available)}
    return facts


def _coming(products: Iterable[NamedProduct], terms: Terms, today: datetime.date) -> Mapping[int, Sequence[Coming]]:
    """From which day on how much of the stocked ones is free, in the warehouse of the document or the first one."""
    answer = promise_answer()
    stocked = [named.product.pk for named in products if named.product.kind == Product.Kind.STOCKED]
    if answer is None or not stocked:
        return {}
    warehouse = terms.warehouse_id or Warehouse.objects.order_by("pk").values_list("pk", flat=True).first()
    return answer.coming(stocked, warehouse_id=warehouse, today=today) if warehouse else {}


def _unit_cost(stock: LineStock | None, rate: Decimal) -> Decimal | None:
    """Moving average in the document's currency; None with nothing on hand."""
    return round_half_up(stock.value / stock.on_hand / rate, COST_PLACES) if stock and stock.on_hand else None


def suggest(text: str, *, warehouse_id: int | None, actor: Actor) -> list[dict[str, str]]:
    """What the lines editor offers for a text: active products, with what is available there for those who may see stock."""
    found = suggest_products(text, limit=MOST_SUGGESTIONS)
    stock = line_stock([named.product.pk for named in found], warehouse_id) if actor.can(VIEW_STOCK) else {}
    return [
        suggestion(p.product.sku, p.product.name, unit=p.other_unit, available=_available(p.product, stock.get(p.product.pk)))
        for p in found
    ]


def _available(product: Product, stock: LineStock | None) -> str:
    return plain(stock.available) if stock is not None and product.kind == Product.Kind.STOCKED else ""
