"""The charts of the dashboard. Each bar opens the list it stands for."""

import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from erp.catalog.permissions import VIEW_PRODUCTS
from erp.core.actor import Actor
from erp.receivables.permissions import VIEW_INVOICES
from erp.sales.filters import OPEN
from erp.sales.permissions import VIEW_ORDERS
from erp.sales.states import SalesOrderState
from erp.screens import formats
from erp.screens.figures import Chart, Series
from integration.dashboards.figures import last_days
from integration.dashboards.queries import credited_by_day, invoiced_by_day, orders_by_state, receivables_by_age, top_products

PRODUCTS = 8
AGES = ((None, 0), (1, 30), (31, 60), (61, 90), (91, None))  # days overdue, both ends included


def list_charts(actor: Actor, today: datetime.date, currency: str) -> list[Chart]:
    """Those whose figures this reader may see; a statement or two each."""
    charts = []
    if actor.can(VIEW_INVOICES):
        charts.append(_invoiced(today, currency))
    if actor.can(VIEW_ORDERS):
        charts.append(_orders())
    if actor.can(VIEW_INVOICES):
        charts.append(_ageing(today, currency))
    if actor.can(VIEW_INVOICES) and actor.can(VIEW_PRODUCTS):
        charts.append(_products(today, currency))
    return charts


def _invoiced(today: datetime.date, currency: str) -> Chart:
    days = last_days(today)
    found, back = invoiced_by_day(days[0], days[-1]), credited_by_day(days[0], days[-1])
    credited = [Series(name=_("Credited"), values=[-back.get(day, Decimal(0)) for day in days])] if back else []
    return Chart(
        name="invoiced",
        title=_("Invoiced per day, last 30 days"),
        labels=[formats.date(day) for day in days],
        series=[Series(name=_("Invoiced"), values=[found.get(day, Decimal(0)) for day in days]), *credited],
        unit=currency,
        urls=[_invoices(date_after=day.isoformat(), date_before=day.isoformat()) for day in days],
    )


def _orders() -> Chart:
    found = orders_by_state([state.value for state in OPEN])
    return Chart(
        name="orders",
        title=_("Open orders by state"),
        labels=[SalesOrderState(state).label for state in OPEN],
        series=[Series(name=_("Orders"), values=[found.get(state.value, 0) for state in OPEN])],
        kind="hbar",
        urls=[reverse("sales:orders", query={"state": state.value}) for state in OPEN],
    )


def _ageing(today: datetime.date, currency: str) -> Chart:
    words = [_("Not due"), _("1–30 days"), _("31–60 days"), _("61–90 days"), _("Over 90 days")]
    return Chart(
        name="ageing",
        title=_("Open invoices by days overdue"),
        labels=words,
        series=[Series(name=_("Open"), values=receivables_by_age(today))],
        unit=currency,
        urls=[_invoices(state="open", **_due(today, *ages)) for ages in AGES],
    )


def _due(today: datetime.date, low: int | None, high: int | None) -> dict[str, str]:
    """Days overdue as a range of due dates."""
    due = {}
    if high is not None:
        due["due_after"] = (today - datetime.timedelta(days=high)).isoformat()
    if low is not None:
        due["due_before"] = (today - datetime.timedelta(days=low)).isoformat()
    return due


def _products(today: datetime.date, currency: str) -> Chart:
    days = last_days(today)
    found = top_products(days[0], days[-1], limit=PRODUCTS)
    return Chart(
        name="products",
        title=_("Products sold most, net of credits, last 30 days"),
        labels=[name for _pk, name, _net in found],
        series=[Series(name=_("Sold"), values=[net for _pk, _name, net in found])],
        kind="hbar",
        unit=currency,
        urls=[reverse("catalog:product", args=[pk]) for pk, _name, _net in found],
    )


def _invoices(**filters: str) -> str:
    return reverse("receivables:invoices", query=filters)
