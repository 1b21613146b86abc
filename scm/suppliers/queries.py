"""How suppliers keep their word, and what the company shares with them."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from erp.core.rows import COMPANY, fetch
from erp.parties.models import Party

# Written for the role weft_partner too: of shared tables only the columns that it may read.
_STANDING = f"""
SELECT count(*) FILTER (WHERE l.quantity > l.received AND NOT l.closed_short) AS open_lines,
       count(*) FILTER (WHERE l.quantity > l.received AND NOT l.closed_short
                        AND COALESCE(l.last_promised_date, l.requested_date) < %s::date) AS late_lines,
       count(*) FILTER (WHERE l.received >= l.quantity) AS received_lines,
       count(*) FILTER (WHERE l.received >= l.quantity
                        AND r.last <= COALESCE(l.first_promised_date, l.requested_date)) AS on_time_lines
FROM purchasing_purchaseorderline l
JOIN purchasing_purchaseorder o ON o.company_id = l.company_id AND o.id = l.order_id
LEFT JOIN LATERAL (
    SELECT max(g.date) AS last FROM purchasing_goodsreceiptline g
    WHERE g.company_id = l.company_id AND g.order_line_id = l.id AND g.accepted > 0
) r ON true
WHERE l.company_id = {COMPANY} AND l.supplier_id = %s AND o.issued_at IS NOT NULL AND o.state <> 'cancelled'
"""  # noqa: S608
_ITEMS = f"""
SELECT l.product_id, p.sku, p.name, bool_or(a.shares_stock), bool_or(a.shares_demand), bool_or(a.shares_forecast)
FROM purchasing_agreementline l
JOIN purchasing_agreement a ON a.company_id = l.company_id AND a.id = l.agreement_id
JOIN catalog_product p ON p.company_id = l.company_id AND p.id = l.product_id
WHERE l.company_id = {COMPANY} AND l.supplier_id = %s AND l.active AND NOT a.blocked
  AND a.valid_from_date <= %s::date AND (a.valid_to_date IS NULL OR a.valid_to_date >= %s::date)
GROUP BY l.product_id, p.sku, p.name ORDER BY p.sku
"""  # noqa: S608
_STOCK = f"""
SELECT product_id, sum(on_hand), sum(reserved) FROM inventory_stocklevel
WHERE company_id = {COMPANY} AND product_id = ANY (%s::bigint[]) GROUP BY product_id
"""  # noqa: S608
# What the last run of each item found to be wanted, by week; what is past due is wanted this week.
_DEMAND = f"""
SELECT g.product_id, date_trunc('week', GREATEST(g.demand_date, %s::date))::date, sum(g.quantity) FROM planning_peg g
JOIN (SELECT product_id, max(run_id) AS run_id FROM planning_peg
      WHERE company_id = {COMPANY} AND product_id = ANY (%s::bigint[]) GROUP BY product_id) last
  ON last.product_id = g.product_id AND last.run_id = g.run_id
WHERE g.company_id = {COMPANY} AND g.demand_date IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608
_FORECAST = f"""
SELECT product_id, date_trunc('week', GREATEST(need_date, %s::date))::date, sum(quantity) FROM planning_proposal
WHERE company_id = {COMPANY} AND product_id = ANY (%s::bigint[]) AND kind = 'buy' AND state IN ('open', 'firm')
GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608


@dataclass(frozen=True)
class Standing:
    """Order lines of a supplier: open, late by their last promise, received, and of these on time by their first promise."""

    open_lines: int
    late_lines: int
    received_lines: int
    on_time_lines: int


@dataclass(frozen=True)
class Week:
    """So much of an item in the week that begins on the day (a Monday)."""

    week: datetime.date
    quantity: Decimal


@dataclass(frozen=True)
class SharedItem:
    """What a supplier may know of an item that is agreed with them; None where the agreement does not share it."""

    product: str
    name: str
    on_hand: Decimal | None
    available: Decimal | None
    demand: list[Week] | None
    forecast: list[Week] | None


def list_suppliers() -> QuerySet[Party]:
    return Party.objects.filter(is_supplier=True)


def standing_of(supplier_id: int, *, today: datetime.date) -> Standing:
    """How the supplier keeps their word; one statement."""
    return Standing(*fetch(_STANDING, [today, supplier_id])[0])


def shared_items(supplier_id: int, *, today: datetime.date) -> list[SharedItem]:
    """The items of the supplier's valid agreements with what these share of them; four statements."""
    rows = fetch(_ITEMS, [supplier_id, today, today])
    stock = {row[0]: row[1:] for row in fetch(_STOCK, [[row[0] for row in rows if row[3]]])}
    demand = _by_week(fetch(_DEMAND, [today, [row[0] for row in rows if row[4]]]))
    forecast = _by_week(fetch(_FORECAST, [today, [row[0] for row in rows if row[5]]]))
    nothing = (Decimal(0), Decimal(0))
    found = []
    for product, sku, name, shares_stock, shares_demand, shares_forecast in rows:
        on_hand, reserved = stock.get(product, nothing)
        found.append(
            SharedItem(
                product=sku,
                name=name,
                on_hand=on_hand if shares_stock else None,
                available=on_hand - reserved if shares_stock else None,
                demand=demand[product] if shares_demand else None,
                forecast=forecast[product] if shares_forecast else None,
            )
        )
    return found


def _by_week(rows: Iterable[Any]) -> dict[int, list[Week]]:
    found: dict[int, list[Week]] = defaultdict(list)
    for product, week, quantity in rows:
        found[product].append(Week(week, quantity))
    return found
