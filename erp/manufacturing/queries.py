"""Reads of making: which bill of materials is valid, what it costs, where a component goes, which orders can begin."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from erp.core.actor import Actor
from erp.core.money import ZERO
from erp.core.rows import COMPANY, fetch
from erp.documents.drafts import versioned
from erp.identity.queries import company_facts, company_today
from erp.manufacturing.models import (
    BillOfMaterials,
    BillOfMaterialsLine,
    CalendarDay,
    ComponentLine,
    ManufacturingOrder,
    WorkingCalendar,
)
from erp.manufacturing.ports import agreed_prices
from erp.manufacturing.rules import Component, CostNode, ValidBill, components_of, roll_up
from erp.manufacturing.states import OPEN
from erp.reference.rules import ALWAYS, Calendar

# Of the bills of a product that are valid on the day the standard one counts, of two alike the one that began later.
_VALID = f"""
SELECT b.id, b.product_id, b.quantity, b.yield_fraction, b.phantom, b.lead_days, l.components, l.quantities, l.scraps, l.decimals
FROM (
    SELECT DISTINCT ON (x.product_id) x.* FROM manufacturing_billofmaterials x
    WHERE x.company_id = {COMPANY} AND x.active AND x.valid_from_date <= %s::date
      AND (x.valid_to_date IS NULL OR x.valid_to_date >= %s::date) AND {{which}}
    ORDER BY x.product_id, x.code <> '', x.valid_from_date DESC, x.id DESC
) b
LEFT JOIN LATERAL (
    SELECT array_agg(l.component_id ORDER BY l.sequence) AS components, array_agg(l.quantity ORDER BY l.sequence) AS quantities,
           array_agg(l.scrap_fraction ORDER BY l.sequence) AS scraps, array_agg(u.decimals ORDER BY l.sequence) AS decimals
    FROM manufacturing_billofmaterialsline l
    JOIN catalog_product p ON p.company_id = l.company_id AND p.id = l.component_id
    JOIN reference_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
    WHERE l.company_id = b.company_id AND l.bom_id = b.id AND l.valid_from_date <= %s::date
      AND (l.valid_to_date IS NULL OR l.valid_to_date >= %s::date)
) l ON true
"""  # noqa: S608
_ALL_VALID = _VALID.format(which="true")
_OF_PRODUCTS = _VALID.format(which="x.product_id = ANY (%s::bigint[])")
_BELOW = f"""
WITH RECURSIVE below AS (
    SELECT unnest(%s::bigint[]) AS product_id
    UNION
    SELECT l.component_id FROM below w
    JOIN manufacturing_billofmaterials b ON b.company_id = {COMPANY} AND b.product_id = w.product_id AND b.active
    JOIN manufacturing_billofmaterialsline l ON l.company_id = b.company_id AND l.bom_id = b.id
)
SELECT product_id FROM below
"""  # noqa: S608
_HEADS = f"""
SELECT DISTINCT b.product_id FROM manufacturing_billofmaterialsline l
JOIN manufacturing_billofmaterials b ON b.company_id = l.company_id AND b.id = l.bom_id
WHERE l.company_id = {COMPANY} AND l.component_id = ANY (%s::bigint[]) AND b.active
"""  # noqa: S608
_AVERAGE = f"""
SELECT product_id, sum(value) / sum(on_hand) FROM inventory_stocklevel
WHERE company_id = {COMPANY} AND product_id = ANY(%s::bigint[]) GROUP BY product_id HAVING sum(on_hand) > 0
"""  # noqa: S608
_WHERE_USED = f"""
WITH RECURSIVE up AS (
    SELECT b.product_id, l.component_id AS via, l.quantity / b.quantity AS per, 1 AS level
    FROM manufacturing_billofmaterialsline l
    JOIN manufacturing_billofmaterials b ON b.company_id = l.company_id AND b.id = l.bom_id
    WHERE l.company_id = {COMPANY} AND l.component_id = %s AND b.active AND b.valid_from_date <= %s::date
      AND (b.valid_to_date IS NULL OR b.valid_to_date >= %s::date) AND l.valid_from_date <= %s::date
      AND (l.valid_to_date IS NULL OR l.valid_to_date >= %s::date)
    UNION ALL
    SELECT b.product_id, l.component_id, u.per * l.quantity / b.quantity, u.level + 1 FROM up u
    JOIN manufacturing_billofmaterialsline l ON l.company_id = {COMPANY} AND l.component_id = u.product_id
    JOIN manufacturing_billofmaterials b ON b.company_id = l.company_id AND b.id = l.bom_id
    WHERE u.level < 20 AND b.active AND b.valid_from_date <= %s::date
      AND (b.valid_to_date IS NULL OR b.valid_to_date >= %s::date) AND l.valid_from_date <= %s::date
      AND (l.valid_to_date IS NULL OR l.valid_to_date >= %s::date)
) CYCLE product_id SET is_cycle USING path
SELECT product_id, min(level), sum(per) FROM up WHERE NOT is_cycle GROUP BY product_id ORDER BY 2, 1
"""  # noqa: S608
# Orders that wait and could take one of the products, with what each still lacks and what is free, first come first.
_WAITING = f"""
SELECT o.id, c.product_id, c.required - c.issued - c.reserved, COALESCE(s.on_hand - s.reserved, 0)
FROM manufacturing_manufacturingorder o
JOIN manufacturing_componentline c ON c.company_id = o.company_id AND c.order_id = o.id
LEFT JOIN inventory_stocklevel s ON s.company_id = o.company_id AND s.product_id = c.product_id AND s.warehouse_id =
o.warehouse_id WHERE o.company_id = {COMPANY} AND o.warehouse_id = %s AND o.state = 'planned'
  AND (%s::boolean OR o.id IN (SELECT x.order_id FROM manufacturing_componentline x
                                WHERE x.company_id = {COMPANY} AND x.product_id = ANY(%s::bigint[])))
ORDER BY o.priority DESC, o.due_date, o.id, c.sequence
"""  # noqa: S608


def valid_bills(*, on: datetime.date, product_ids: Iterable[int] | None = None) -> dict[int, ValidBill]:
    """The bill of materials of each product that has one on the day; of all products, or of some. One statement."""
    if product_ids is None:
        rows = fetch(_ALL_VALID, [on] * 4)
    else:
        rows = fetch(_OF_PRODUCTS, [on, on, sorted(set(product_ids)), on, on])
    return {row[1]: _bill(row) for row in rows}


def bills_below(product_ids: Iterable[int], *, on: datetime.date) -> dict[int, ValidBill]:
    """The bills of the products and of everything below them; two statements, however deep."""
    return valid_bills(on=on, product_ids=(row[0] for row in fetch(_BELOW, [sorted(set(product_ids))])))


def heads_of(product_ids: Iterable[int]) -> set[int]:
    """Products with a bill of materials, valid or not, that names one of these."""
    return {row[0] for row in fetch(_HEADS, [sorted(set(product_ids))])}


def open_production(order_ids: Iterable[int]) -> QuerySet[ManufacturingOrder]:
    """Those of the orders of which something is still to come."""
    return ManufacturingOrder.objects.filter(pk__in=list(order_ids), state__in=OPEN).order_by("pk")


def _bill(row: tuple[Any, ...]) -> ValidBill:
    columns = (column or () for column in row[6:10])
    components = tuple(Component(*one) for one in zip(*columns, strict=True))
    return ValidBill(
        id=row[0],
        product_id=row[1],
        quantity=row[2],
        yield_fraction=row[3],
        phantom=row[4],
        lead_days=row[5],
        components=components,
    )


def roll_up_costs(product_ids: Sequence[int], *, on: datetime.date) -> dict[int, CostNode]:
    """What one of each product costs by its bill of materials; bought parts at their moving average, those of which nothing
    lies in stock at the agreed price. Three statements, and three more for agreed prices."""
    bills = bills_below(product_ids, on=on)
    bought = {c.product_id for bill in bills.values() for c in bill.components} | set(product_ids)
    costs = dict(fetch(_AVERAGE, [sorted(bought - bills.keys())]))
    agreed = agreed_prices(sorted(bought - bills.keys() - costs.keys()), on)
    return {pk: roll_up(pk, bills, costs, agreed) for pk in product_ids}


def where_used(product_id: int, *, on: datetime.date) -> list[tuple[int, int, Decimal]]:
    """Every product the component goes into, over all levels: product, the least level, how much of the component one takes."""
    return [(row[0], row[1], row[2]) for row in fetch(_WHERE_USED, [product_id, *[on] * 8])]


def explode(product_id: int, quantity: Decimal, *, on: datetime.date) -> dict[int, Decimal]:
    """Everything that so much of the product takes over all levels, made parts and their components both; nothing without a
    bill."""
    bills = bills_below([product_id], on=on)
    found: dict[int, Decimal] = {}
    waiting = [(product_id, quantity)]
    while waiting:
        product, amount = waiting.pop()
        if product not in bills:
            continue
        for component, needed in components_of(bills[product], amount, bills).items():
            found[component] = found.get(component, ZERO) + needed
            waiting.append((component, needed))
    return found


def find_releasable(*, warehouse_id: int, product_ids: Sequence[int] | None = None) -> list[int]:
    """Planned orders whose components are all free now, as many as the stock serves, by priority, due day and age; of orders that
    take one of the products, if some are named. Nothing is locked: release judges again."""
    rows = fetch(_WAITING, [warehouse_id, product_ids is None, list(product_ids or ())])
    free = {row[1]: row[3] for row in rows}
    lacks: dict[int, dict[int, Decimal]] = {}
    for order_id, product, missing, _free in rows:
        lacks.setdefault(order_id, {})[product] = missing
    return _served(lacks, free)


def _served(lacks: Mapping[int, Mapping[int, Decimal]], free: dict[int, Decimal]) -> list[int]:
    found = []
    for order_id, parts in lacks.items():
        if all(free[product] >= missing for product, missing in parts.items()):
            found.append(order_id)
            for product, missing in parts.items():
                free[product] -= missing
    return found


class ProductionFacts(NamedTuple):
    """What rules may ask of an order; `cost` is what its components are worth, where that is known."""

    id: int
    number: str
    product: str
    warehouse: str
    cost: Decimal


def production_facts(
    order_ids: Sequence[int], *, on: datetime.date | None = None, states: Sequence[str] = ("planned",)
) -> list[ProductionFacts]:
    """Facts of those of the orders that are in one of the states; costs are rolled up where a day is given."""
    rows = ManufacturingOrder.objects.filter(pk__in=list(order_ids), state__in=list(states)).order_by("pk")
    found = list(rows.values_list("pk", "number", "product__sku", "warehouse__code", "product_id", "quantity"))
    costs = roll_up_costs(sorted({row[4] for row in found}), on=on) if on and found else {}
    return [ProductionFacts(*row[:4], costs[row[4]].each * row[5] if row[4] in costs else ZERO) for row in found]


def list_orders(actor: Actor) -> QuerySet[ManufacturingOrder]:
    """Orders with their `company_currency` and the `unit` of their product."""
    rows = ManufacturingOrder.objects.select_related("product", "warehouse")
    return rows.annotate(company_currency=Value(company_facts(actor.company_id).currency_code), unit=F("product__unit__code"))


def find_order(pk: int) -> ManufacturingOrder | None:
    return ManufacturingOrder.objects.select_related("product__unit", "warehouse", "bom").filter(pk=pk).first()


def list_components(order_id: int) -> QuerySet[ComponentLine]:
    return ComponentLine.objects.filter(order_id=order_id).select_related("product__unit").order_by("sequence")


def list_boms() -> QuerySet[BillOfMaterials]:
    return BillOfMaterials.objects.select_related("product")


def find_bom(pk: int) -> BillOfMaterials | None:
    """The bill with its `version`."""
    rows: QuerySet[BillOfMaterials] = versioned(BillOfMaterials.objects.select_related("product__unit"))
    return rows.filter(pk=pk).first()


def list_bom_lines(bom_id: int) -> QuerySet[BillOfMaterialsLine]:
    return BillOfMaterialsLine.objects.filter(bom_id=bom_id).select_related("component__unit").order_by("sequence")


_CALENDARS = f"""
SELECT c.warehouse_id, c.weekdays, array_agg(d.date) FILTER (WHERE NOT d.works), array_agg(d.date) FILTER (WHERE d.works)
FROM manufacturing_workingcalendar c
LEFT JOIN manufacturing_calendarday d ON d.company_id = c.company_id AND d.calendar_id = c.id
WHERE c.company_id = {COMPANY} AND c.warehouse_id = ANY(%s::bigint[]) GROUP BY 1, 2
"""  # noqa: S608


def working_calendars(warehouse_ids: Iterable[int]) -> dict[int, Calendar]:
    """When production works in the warehouses; one statement. Where nobody said so, every day."""
    asked = sorted(set(warehouse_ids))
    found = {
        pk: Calendar(weekdays, frozenset(closed or ()), frozenset(opened or ()))
        for pk, weekdays, closed, opened in fetch(_CALENDARS, [asked])
    }
    return {pk: found.get(pk, ALWAYS) for pk in asked}


def list_calendars() -> QuerySet[WorkingCalendar]:
    """Working calendars with the number of their `exceptions` from today on."""
    days = CalendarDay.objects.filter(calendar=OuterRef("pk"), date__gte=company_today()).order_by().values("calendar")
    counted = Subquery(days.annotate(n=Count("pk")).values("n"))
    return WorkingCalendar.objects.select_related("warehouse").annotate(exceptions=Coalesce(counted, 0))


def find_calendar(pk: int) -> WorkingCalendar | None:
    return WorkingCalendar.objects.select_related("warehouse").prefetch_related("days").filter(pk=pk).first()
