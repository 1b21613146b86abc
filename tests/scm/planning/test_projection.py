"""An item over time: what there is, what comes and goes, and what each is pegged to."""

import datetime
import re
from decimal import Decimal

from django.urls import reverse
from django.utils.html import strip_tags

from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.sales.models import SalesOrder
from scm.planning.models import ItemPolicy, Proposal
from scm.planning.queries import ProjectedRow, project_item
from tests.support.cast import TODAY
from tests.support.factory import Factory
from tests.support.trade import LogIn

D = Decimal


def day(n: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=n)


def project(factory: Factory, sku: str) -> list[ProjectedRow]:
    trade = factory.making.trade
    with company_scope(trade.actor, read_only=True):
        return project_item(factory.ids[sku], warehouse_id=trade.warehouse, today=TODAY)


def told(factory: Factory, sku: str) -> list[tuple[str, datetime.date, Decimal, Decimal]]:
    return [(row.source.kind, row.date, row.quantity, row.balance) for row in project(factory, sku)]


def test_stock_then_each_day_with_its_running_balance(factory: Factory) -> None:
    factory.making.stock("10", "HERON")
    factory.sell("4", days=3)
    factory.sell("25", days=10)
    assert told(factory, "HERON") == [
        ("stock", TODAY, 10, 10),
        ("sales_order", day(3), -4, 6),
        ("sales_order", day(10), -25, -19),
    ]
    factory.plan()
    assert told(factory, "HERON")[2:] == [("proposal", day(10), 19, 25), ("sales_order", day(10), -25, 0)]


def test_what_proposals_of_other_items_want_is_among_the_demand(factory: Factory) -> None:
    factory.sell("10", days=10)
    factory.plan()
    assert [row[:3] for row in told(factory, "BULB")] == [("proposal", day(8), 20), ("proposal", day(8), -20)]


def test_each_end_names_the_other_ends_of_its_pegs(factory: Factory) -> None:
    factory.making.stock("10", "HERON")
    order = factory.sell("25", days=10)
    factory.plan()
    stock, lot, sold = project(factory, "HERON")
    assert [(end.kind, end.id, quantity) for end, quantity in stock.pegged] == [("sales_order", order, 10)]
    assert [(end.kind, end.id, quantity) for end, quantity in lot.pegged] == [("sales_order", order, 15)]
    assert [(end.kind, quantity) for end, quantity in sold.pegged] == [("stock", 10), ("proposal", 15)]


def test_the_page_says_when_it_falls_below_and_what_the_run_says(factory: Factory, log_in: LogIn) -> None:
    factory.making.stock("10", "HERON")
    factory.sell("25", days=1)
    with company_scope(factory.making.trade.actor, read_only=True):
        pk = ItemPolicy.objects.get().pk
    client = log_in(Role.PLANNER)

    def words() -> str:
        page = client.get(reverse("planning:item", args=[pk]))
        assert page.status_code == 200
        return " ".join(strip_tags(page.content.decode().replace("<", " <")).split())

    assert "Falls below the safety stock" in words() and "Sales order SO-" in words() and "What there will be" in words()
    factory.plan()
    after = words()
    assert "Covered" in after and "Proposal PP-" in after
    assert "What the last run says" in after and "Should have been started already" in after
    assert client.get(reverse("planning:item", args=[pk + 99])).status_code == 404


def test_the_page_of_a_proposal_says_why_up_to_who_asked(factory: Factory, log_in: LogIn) -> None:
    order = factory.sell("10", days=10)
    factory.plan()
    with company_scope(factory.making.trade.actor, read_only=True):
        number = SalesOrder.objects.get(pk=order).number
        proposals = {p.product.sku: p for p in Proposal.objects.select_related("product")}
    page = log_in(Role.PLANNER).get(reverse("planning:proposal", args=[proposals["BULB"].pk])).content.decode()
    rows = re.findall(r"<tr>(.*?)</tr>", page[page.index("Needed for") :], re.DOTALL)
    said = [strip_tags(row.replace("<td", " <td")).split() for row in rows]
    assert [one[:4] for one in said[:2]] == [
        ["Proposal", proposals["HERON"].number, "BULB", "20"],
        ["·", "Sales", "order", number],
    ]
