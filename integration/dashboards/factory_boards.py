"""The dashboards of buying and making: their figures are their lists, their charts a statement each."""

import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.core.actor import Actor
from erp.core.rows import COMPANY, fetch
from erp.manufacturing.permissions import VIEW as VIEW_MAKING
from erp.manufacturing.tables import ORDERS as PRODUCTION
from erp.payables.permissions import VIEW as VIEW_BILLS
from erp.payables.tables import BILLS
from erp.purchasing.permissions import VIEW as VIEW_BUYING
from erp.purchasing.tables import PURCHASE_ORDERS
from erp.screens import formats
from erp.screens.figures import Chart, Figure, Series
from integration.dashboards.figures import last_days
from integration.dashboards.tiles import Tile, read_tile
from scm.planning.tables import PROPOSALS

MONTHS = 12
_SPENT = f"""
SELECT date_trunc('month', date)::date, sum(CASE WHEN kind = 'credit' THEN -company_total ELSE company_total END)
FROM payables_vendorbill
WHERE company_id = {COMPANY} AND state = 'posted' AND date >= %s GROUP BY 1
"""  # noqa: S608
# Lines that are wholly there, by the month in which the last of them came: on time by the supplier's first word.
_ON_TIME = f"""
SELECT date_trunc('month', r.last)::date,
       count(*) FILTER (WHERE r.last <= COALESCE(l.first_promised_date, l.requested_date)), count(*)
FROM (SELECT order_line_id, max(date) AS last FROM purchasing_goodsreceiptline
      WHERE company_id = {COMPANY} AND date >= %s AND accepted > 0 GROUP BY order_line_id) r
JOIN purchasing_purchaseorderline l ON l.company_id = {COMPANY} AND l.id = r.order_line_id
WHERE l.received >= l.quantity GROUP BY 1
"""  # noqa: S608
_COMPLETED = f"""
SELECT date, count(*) FROM manufacturing_productioncompletion
WHERE company_id = {COMPANY} AND date BETWEEN %s AND %s GROUP BY date
"""  # noqa: S608


def _orders(label: object, **more: object) -> Tile:
    return Tile(label=label, screen=PURCHASE_ORDERS, url_name="purchasing:orders", **more)  # type: ignore[arg-type]


def _production(label: object, **more: object) -> Tile:
    return Tile(label=label, screen=PRODUCTION, url_name="manufacturing:orders", **more)  # type: ignore[arg-type]


def _bills(label: object, **more: object) -> Tile:
    return Tile(label=label, screen=BILLS, url_name="payables:bills", **more)  # type: ignore[arg-type]


def _proposals(label: object, kind: str) -> Tile:
    filters = {"state": "open", "kind": kind}
    return Tile(label=label, screen=PROPOSALS, url_name="planning:proposals", filters=filters)  # type: ignore[arg-type]


PURCHASING = (
    _orders(gettext_lazy("Orders to receive"), filters={"todo": "receive"}),
    _orders(gettext_lazy("Value of orders to receive"), filters={"todo": "receive"}, total="company_total"),
    _orders(gettext_lazy("Late orders"), filters={"todo": "late"}),
    _orders(gettext_lazy("To issue"), filters={"todo": "issue"}),
    _orders(gettext_lazy("Awaiting approval"), filters={"state": "awaiting_approval"}),
    _orders(gettext_lazy("Counter-proposals"), filters={"todo": "answer"}),
    _orders(gettext_lazy("Received, not billed"), filters={"todo": "bill"}),
    _bills(gettext_lazy("Held bills"), filters={"state": "held"}),
    _bills(gettext_lazy("Bills due"), filters={"unpaid": "due"}),
    _proposals(gettext_lazy("Proposals to buy"), "buy"),
)
PRODUCTION_TILES = (
    _production(gettext_lazy("Open orders"), filters={"todo": "open"}),
    _production(gettext_lazy("Waiting for components"), filters={"todo": "release"}),
    _production(gettext_lazy("To complete"), filters={"todo": "complete"}),
    _production(gettext_lazy("Late orders"), filters={"todo": "late"}),
    _production(gettext_lazy("Work in progress"), filters={"todo": "open"}, total="wip"),
    _proposals(gettext_lazy("Proposals to make"), "make"),
    _proposals(gettext_lazy("Proposals to buy"), "buy"),
)


def list_tiles(tiles: tuple[Tile, ...], actor: Actor) -> list[Figure]:
    """Those of the figures that this reader may see; a statement each."""
    return [read_tile(tile, actor) for tile in tiles if tile.is_for(actor)]


def purchasing_charts(actor: Actor, today: datetime.date, currency: str) -> list[Chart]:
    """What was spent by month, and how many deliveries came on time."""
    months = _last_months(today)
    charts = []
    if actor.can(VIEW_BILLS):
        spent = dict(fetch(_SPENT, [months[0]]))
        charts.append(
            Chart(
                name="spent",
                title=_("Billed by month"),
                labels=[f"{month:%Y-%m}" for month in months],
                series=[Series(name=_("Billed"), values=[spent.get(month, Decimal(0)) for month in months])],
                unit=currency,
                urls=[_bills_of(month) for month in months],
            )
        )
    if actor.can(VIEW_BUYING):
        found = {month: (good, every) for month, good, every in fetch(_ON_TIME, [months[0]])}
        on_time = [found.get(month, (0, 0)) for month in months]
        charts.append(
            Chart(
                name="on_time",
                title=_("Order lines received by month"),
                labels=[f"{month:%Y-%m}" for month in months],
                series=[
                    Series(name=_("On time"), values=[good for good, _every in on_time]),
                    Series(name=_("Late"), values=[every - good for good, every in on_time]),
                ],
            )
        )
    return charts


def production_charts(actor: Actor, today: datetime.date, currency: str) -> list[Chart]:
    """How much came out of production by day."""
    if not actor.can(VIEW_MAKING):
        return []
    days = last_days(today)
    found = dict(fetch(_COMPLETED, [days[0], days[-1]]))
    return [
        Chart(
            name="completed",
            title=_("Completions per day, last 30 days"),
            labels=[formats.date(day) for day in days],
            series=[Series(name=_("Completions"), values=[found.get(day, 0) for day in days])],
        )
    ]


def _last_months(today: datetime.date) -> list[datetime.date]:
    first = today.replace(day=1)
    months = [first]
    while len(months) < MONTHS:
        months.append((months[-1] - datetime.timedelta(days=1)).replace(day=1))
    return months[::-1]


def _bills_of(month: datetime.date) -> str:
    end = (month + datetime.timedelta(days=32)).replace(day=1) - datetime.timedelta(days=1)
    return reverse("payables:bills", query={"date_after": month.isoformat(), "date_before": end.isoformat()})
