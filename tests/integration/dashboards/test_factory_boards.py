"""Every figure of the dashboards of buying and making is what its list says, whoever looks, for the same few statements."""

from decimal import Decimal

import pytest
from django.urls import reverse

from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.purchasing.drafts import RequisitionDraft, RequisitionLineDraft
from erp.purchasing.operations.request_goods import request_goods
from tests.integration.dashboards.board import disagreeing
from tests.support.cast import AT, TODAY, counted_statements
from tests.support.factory import Factory
from tests.support.trade import LogIn

BOARDS = {"purchasing": 10, "production": 7}


@pytest.fixture
def works(factory: Factory) -> Factory:
    """Something planned, ordered, made and stocked."""
    factory.sell("40", days=10)
    factory.plan()
    factory.accept_all()
    factory.making.stock("50", "FRAME", "FABRIC", "BASE", "BULB", "SHADE")
    factory.making.order("HERON", "3")
    factory.sell("4", days=20)
    factory.plan()
    return factory


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.MANAGING_DIRECTOR, Role.PLANNER])
def test_every_figure_is_what_the_list_it_opens_says(works: Factory, log_in: LogIn, board: str, role: Role) -> None:
    client = log_in(role)
    response = client.get(reverse(f"dashboards:{board}"))
    figures = list(response.context["figures"])
    if role == Role.ADMINISTRATOR:
        assert len(figures) == BOARDS[board]
    assert any(figure.value for figure in figures)
    assert list(disagreeing(client, figures)) == []


@pytest.mark.parametrize(("board", "role"), [("purchasing", Role.SALESPERSON), ("production", Role.BUYER)])
def test_who_has_no_business_with_it_does_not_get_in(works: Factory, log_in: LogIn, board: str, role: Role) -> None:
    assert log_in(role).get(reverse(f"dashboards:{board}")).status_code == 403


@pytest.mark.parametrize("board", BOARDS)
def test_more_documents_cost_no_more_statements(works: Factory, log_in: LogIn, board: str) -> None:
    client, costs = log_in(Role.ADMINISTRATOR), []
    client.get(reverse(f"dashboards:{board}"))
    for _round in range(2):
        with counted_statements() as so_far:
            client.get(reverse(f"dashboards:{board}"))
        costs.append(so_far())
        for _more in range(3):
            works.making.order("SHADE", "2", released=False)
    assert costs[0] == costs[1]


def test_what_came_on_time_and_what_was_billed_stand_in_their_month(works: Factory, log_in: LogIn) -> None:
    from erp.purchasing.drafts import BillDraft, BillLineDraft, OrderReceipt, ReceivedLine
    from erp.purchasing.models import PurchaseOrderLine
    from erp.purchasing.operations.bill_orders import bill_orders
    from erp.purchasing.operations.issue_orders import issue_orders
    from erp.purchasing.operations.receive_orders import receive_orders
    from tests.support.cast import AT

    actor = works.making.trade.actor
    with company_scope(actor):
        line = PurchaseOrderLine.objects.order_by("id")[0]
        issue_orders(order_ids=[line.order_id], actor=actor, at=AT)
        receipt = OrderReceipt(order_id=line.order_id, date=TODAY, lines=[ReceivedLine(line_id=line.pk, arrived=line.quantity)])
        receive_orders(receipts=[receipt], actor=actor, at=AT)
        lines = [BillLineDraft(order_line_id=line.pk, quantity=line.entered_quantity)]
        bill = BillDraft(supplier_id=works.supplier, supplier_number="R-1", date=TODAY, lines=lines)
        bill_orders(bills=[bill], actor=actor, at=AT)
        total = line.total
    charts = {chart.name: chart for chart in log_in(Role.ADMINISTRATOR).get(reverse("dashboards:purchasing")).context["charts"]}
    assert charts["spent"].series[0].values[-1] == total > Decimal(0)
    on_time, late = charts["on_time"].series
    assert (on_time.values[-1], late.values[-1], sum(on_time.values[:-1])) == (1, 0, 0)


def test_the_desk_shows_the_first_of_each_list_that_has_something(works: Factory, log_in: LogIn) -> None:
    client, costs = log_in(Role.BUYER), []
    client.get(reverse("dashboards:desk"))
    for many in (0, 5):
        with company_scope(works.making.trade.actor):
            lines = [RequisitionLineDraft(product_id=works.ids["BULB"], quantity=Decimal(1), need_date=TODAY)]
            drafts = [RequisitionDraft(warehouse_id=works.making.trade.warehouse, date=TODAY, lines=lines)] * (many + 2)
            request_goods(requisitions=drafts, actor=works.making.trade.actor, at=AT)
        with counted_statements() as so_far:
            page = client.get(reverse("dashboards:desk"))
        costs.append(so_far())
        waiting = {str(one.label): (one.count, len(one.table.rows), one.url) for one in page.context["waiting"]}
        assert waiting["Asked for in the house"][:2] == ((2, 2) if not many else (9, 6))
        for count, _shown, url in waiting.values():
            assert client.get(url).context["page"].count == count
    assert costs[0] == costs[1] and "Orders to issue" in waiting
    assert log_in(Role.SALESPERSON).get(reverse("dashboards:desk")).status_code == 403
