"""A company with something in every figure."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.html import strip_tags

from erp.automation.operations.raise_exceptions import Refused, write_exceptions
from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.screens.figures import Figure
from tests.support.cast import AT, TODAY
from tests.support.trade import Trade

LAST_MONTH = TODAY - datetime.timedelta(days=20)
LONG_AGO = TODAY - datetime.timedelta(days=50)


def refuse(trade: Trade, order: int, *, verb: str = "confirm", owner: str = Role.SALES_MANAGER) -> None:
    reason = {"code": "over_limit", "params": {"amount": "120.00", "limit": "100.00"}}
    item = Refused(
        verb=verb, kind="sales_order", document_id=order, number=f"SO-{order}", event_id=1, owner_role=owner, reason=reason
    )
    with company_scope(trade.actor):
        write_exceptions([item], at=AT)


@pytest.fixture
def busy(trade: Trade) -> Trade:
    """Orders in every state, some short of stock, some late, invoices of three months, goods that came
    back, exceptions of three roles."""
    for stage in ("placed", "confirmed", "reserved", "delivered", "invoiced", "paid"):
        trade.order(stage)
        trade.order(stage, day=LAST_MONTH, quantity="5")
    trade.order("invoiced", day=LONG_AGO, quantity="7")
    trade.take_back(trade.order("invoiced", quantity="2"), credit=True)
    trade.take_back(trade.order("invoiced", quantity="2"))
    refuse(trade, trade.order("reserved", quantity="5000"), verb="reserve", owner=Role.BUYER)
    refuse(trade, trade.order())
    refuse(trade, trade.order("reserved"), verb="deliver", owner=Role.WAREHOUSE_CLERK)
    return trade


@dataclass(frozen=True)
class Shown:
    """What a list says of itself: how many rows, and the words of its totals row."""

    count: int
    totals: frozenset[str]


def opened(client: Client, url: str) -> Shown:
    response: HttpResponse = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    page = response.context["page"]  # type: ignore[attr-defined]
    return Shown(page.count, frozenset(strip_tags(cell.html) for cell in page.totals))


def disagreeing(client: Client, figures: list[Figure]) -> Iterator[str]:
    """The figures whose list says something else."""
    for figure in figures:
        shown = opened(client, figure.url)
        if figure.kind == "money":
            agrees = f"{figure.shown}{figure.unit}" in shown.totals or (figure.value == Decimal(0) and not shown.count)
        else:
            agrees = figure.value == shown.count
        if not agrees:
            yield f"{figure.label}: {figure.shown} but {figure.url} has {shown}"
