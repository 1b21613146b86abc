"""Every figure of the dashboard is what its list says, whoever looks."""

import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from erp.identity.roles import Role
from erp.screens.figures import Chart, Figure
from integration.dashboards.queries import course
from tests.integration.dashboards.board import disagreeing, opened
from tests.support.cast import TODAY, counted_statements
from tests.support.trade import LogIn, Trade

URL = reverse("dashboards:order_to_cash")


def figures_of(client: Client) -> list[Figure]:
    response = client.get(URL)
    assert response.status_code == 200
    return list(response.context["figures"])


def charts_of(client: Client) -> dict[str, Chart]:
    return {chart.name: chart for chart in client.get(URL).context["charts"]}


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.FINANCE_MANAGER, Role.SALES_MANAGER, Role.MANAGING_DIRECTOR])
def test_every_figure_is_what_the_list_it_opens_says(busy: Trade, log_in: LogIn, role: Role) -> None:
    client = log_in(role)
    figures = figures_of(client)
    assert len(figures) == 11 and all(figure.value for figure in figures), [(str(f.label), f.value) for f in figures]
    assert list(disagreeing(client, figures)) == []


def test_a_wrong_figure_would_be_noticed(busy: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ADMINISTRATOR)
    wrong = [Figure(label="x", value=f.value + 1, url=f.url, kind=f.kind, unit=f.unit) for f in figures_of(client)]  # type: ignore[operator]
    assert len(list(disagreeing(client, wrong))) == 11


def test_a_planner_sees_no_figure_whose_list_is_closed_and_the_others_agree(busy: Trade, log_in: LogIn) -> None:
    client, boss = log_in(Role.PLANNER), log_in(Role.ADMINISTRATOR)
    seen = {figure.url for figure in figures_of(client)}
    hidden = [figure for figure in figures_of(boss) if figure.url not in seen]
    assert [str(figure.label) for figure in hidden] == [
        "Invoiced this month",
        "Credited this month",
        "Open receivables",
        "Overdue receivables",
    ]
    assert {client.get(figure.url).status_code for figure in hidden} == {403}
    assert list(disagreeing(client, figures_of(client))) == []
    assert charts_of(client).keys() == {"orders"}


@pytest.mark.parametrize("role", [Role.SALESPERSON, Role.WAREHOUSE_CLERK])
def test_who_has_no_business_with_it_does_not_get_in(trade: Trade, log_in: LogIn, role: Role) -> None:
    client = log_in(role)
    assert client.get(URL).status_code == 403
    assert URL not in client.get("/").content.decode()


def test_every_bar_of_counts_and_open_amounts_is_what_its_list_says(busy: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ADMINISTRATOR)
    charts = charts_of(client)
    orders = charts["orders"]
    assert [opened(client, url).count for url in orders.urls] == list(orders.series[0].values)
    for name in ("ageing", "invoiced"):
        chart = charts[name]
        bars = [(value, url) for value, url in zip(chart.series[0].values, chart.urls, strict=True) if value]
        assert len(bars) >= 2
        for value, url in bars:
            assert f"{value:,.2f}EUR" in opened(client, url).totals, (name, url)
    assert charts["products"].labels[0] == "Lamp"


def test_what_was_credited_is_taken_off_what_was_sold_and_shown_beside_what_was_invoiced(trade: Trade, log_in: LogIn) -> None:
    client, order = log_in(Role.ADMINISTRATOR), trade.order("invoiced", quantity="2")
    before = charts_of(client)
    trade.take_back(order, credit=True)
    after = charts_of(client)
    assert [series.values for series in after["invoiced"].series[:1]] == [s.values for s in before["invoiced"].series]
    assert after["invoiced"].series[1].values[-1] == Decimal("-45.20")
    assert before["products"].series[0].values[0] - after["products"].series[0].values[0] == 40


def test_each_chart_has_its_table_and_no_more_than_four_are_shown(busy: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ADMINISTRATOR)
    page = client.get(URL).content.decode()
    assert len(charts_of(client)) == page.count("w-chart-table") == page.count('role="img"') == 4


def test_figures_are_compared_with_the_period_before(busy: Trade, log_in: LogIn) -> None:
    by_label = {str(figure.label): figure for figure in figures_of(log_in(Role.ADMINISTRATOR))}
    taken = by_label["Open orders"]
    assert taken.change == Decimal(16) and taken.change_label and len(taken.spark) == 30
    receivables = by_label["Open receivables"]
    assert receivables.change and receivables.spark[-1] == receivables.value
    assert by_label["Stock value"].spark[-1] == by_label["Stock value"].value


def test_a_course_is_worked_back_from_what_is_there_now() -> None:
    days = [TODAY - datetime.timedelta(days=back) for back in (2, 1, 0)]
    steps = {days[1]: Decimal(30), days[2]: Decimal(-10)}
    assert course(Decimal(100), steps, days) == [Decimal(80), Decimal(110), Decimal(100)]


def test_the_dashboard_costs_the_same_statements_for_few_and_for_many_orders(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ADMINISTRATOR)
    for stage in ("placed", "invoiced"):
        trade.order(stage, quantity="1")
    few = _statements(client)
    for stage in ("placed", "confirmed", "delivered", "invoiced") * 4:
        trade.order(stage, quantity="1")
    assert _statements(client) == few
    assert few <= 40


def _statements(client: Client) -> int:
    client.get(URL)
    with counted_statements() as count:
        client.get(URL)
        return count()
