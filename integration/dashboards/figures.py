"""The figures of the dashboard: which lists they are, and what they are compared with."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from functools import cache, partial

from django.utils.translation import gettext_lazy as _

from erp.automation.tables import INBOX
from erp.core.actor import Actor
from erp.core.money import ZERO
from erp.inventory.tables import LEVELS
from erp.receivables.tables import BALANCES, CREDIT_NOTES, INVOICES
from erp.sales.tables import DELIVERIES, ORDERS
from erp.screens.figures import Figure
from integration.dashboards.queries import (
    course,
    invoiced_by_day,
    open_receivables,
    orders_by_day,
    receivable_steps,
    stock_steps,
)
from integration.dashboards.tiles import Extra, Tile, read_tile, sum_of

DAYS = 30
OPEN_ORDERS = Tile(label=_("Open orders"), screen=ORDERS, url_name="sales:orders", filters={"todo": "open"})
OPEN_VALUE = Tile(
    label=_("Value of open orders"), screen=ORDERS, url_name="sales:orders", filters={"todo": "open"}, total="company_total"
)
TO_DELIVER = Tile(label=_("Orders to deliver"), screen=ORDERS, url_name="sales:orders", filters={"todo": "deliver"})
LATE = Tile(label=_("Late orders"), screen=ORDERS, url_name="sales:orders", filters={"todo": "late"})
TO_INVOICE = Tile(label=_("Deliveries to invoice"), screen=DELIVERIES, url_name="sales:deliveries", filters={"todo": "invoice"})
STOCK_VALUE = Tile(label=_("Stock value"), screen=LEVELS, url_name="inventory:levels", total="value")
EXCEPTIONS = Tile(label=_("Exceptions"), screen=INBOX, url_name="automation:inbox", filters={"state": "open"})


def invoiced_this_month(today: datetime.date) -> Tile:
    return _invoiced(today.replace(day=1), today)


def _invoiced(first: datetime.date, last: datetime.date) -> Tile:
    return Tile(
        label=_("Invoiced this month"),
        screen=INVOICES,
        url_name="receivables:invoices",
        filters={"date_after": first.isoformat(), "date_before": last.isoformat()},
        total="company_total",
        good="up",
    )


def credited_this_month(today: datetime.date) -> Tile:
    return Tile(
        label=_("Credited this month"),
        screen=CREDIT_NOTES,
        url_name="receivables:credit_notes",
        filters={"date_after": today.replace(day=1).isoformat(), "date_before": today.isoformat()},
        total="company_total",
        good="down",
    )


def receivables(today: datetime.date) -> tuple[Tile, Tile]:
    """What customers owe and what of it is overdue, both from one statement: their list works it out by customer."""
    owed = cache(open_receivables)

    def overdue() -> Decimal:
        return sum((item.amount for item in owed() if item.kind == "invoice" and item.due_date < today), ZERO)

    return (
        Tile(
            label=_("Open receivables"),
            screen=BALANCES,
            url_name="receivables:balances",
            total="open",
            good="down",
            shorter=lambda: sum((item.amount for item in owed()), ZERO),
        ),
        Tile(
            label=_("Overdue receivables"),
            screen=BALANCES,
            url_name="receivables:balances",
            filters={"overdue": "true"},
            total="overdue",
            shorter=overdue,
        ),
    )


def tiles(today: datetime.date) -> list[Tile]:
    """In the order of the line: order, delivery, invoice, money; then what lies there and what is stuck."""
    money = [invoiced_this_month(today), credited_this_month(today), *receivables(today)]
    return [OPEN_ORDERS, OPEN_VALUE, TO_DELIVER, LATE, TO_INVOICE, *money, STOCK_VALUE, EXCEPTIONS]


def list_figures(actor: Actor, today: datetime.date) -> list[Figure]:
    """The figures this reader may see; two statements each at most."""
    days = last_days(today)
    return [read_tile(tile, actor, partial(_extra, tile, actor, days)) for tile in tiles(today) if tile.is_for(actor)]


def last_days(today: datetime.date) -> list[datetime.date]:
    return [today - datetime.timedelta(days=back) for back in range(DAYS - 1, -1, -1)]


def _extra(tile: Tile, actor: Actor, days: Sequence[datetime.date], value: Decimal) -> Extra | None:
    """How the figure came to its value, where that can be told from dated facts."""
    if tile is OPEN_ORDERS:
        return _taken(days)
    if tile.total == "open":
        return _course(value, receivable_steps(days[0]), days)
    if tile is STOCK_VALUE:
        return _course(value, stock_steps(days[0]), days)
    if tile.screen is INVOICES:
        return _against_last_month(value, actor, days)
    return None


def _taken(days: Sequence[datetime.date]) -> Extra:
    before = days[0] - datetime.timedelta(days=DAYS)
    found = orders_by_day(before, days[-1])
    now = sum(count for day, count in found.items() if day >= days[0])
    then = sum(found.values()) - now
    return Extra(
        _change(Decimal(now), Decimal(then)), _("taken in %(n)s days") % {"n": DAYS}, [Decimal(found.get(d, 0)) for d in days]
    )


def _course(now: Decimal, steps: dict[datetime.date, Decimal], days: Sequence[datetime.date]) -> Extra:
    was = course(now, steps, list(days))
    return Extra(_change(now, was[0]), _("in %(n)s days") % {"n": DAYS}, was)


def _against_last_month(value: Decimal, actor: Actor, days: Sequence[datetime.date]) -> Extra:
    """Against the same days of the month before, so that the first of a month is not a collapse."""
    today = days[-1]
    last_month_end = today.replace(day=1) - datetime.timedelta(days=1)
    first = last_month_end.replace(day=1)
    before = _invoiced(first, min(first + datetime.timedelta(days=today.day - 1), last_month_end))
    found = invoiced_by_day(days[0], today)
    change = _change(value, sum_of(before, actor))
    return Extra(change, _("on last month so far"), [found.get(day, Decimal(0)) for day in days])


def _change(now: Decimal, then: Decimal) -> Decimal | None:
    return (now - then) / then if then else None
