"""Home: the work of one's role, each number the one of its list."""

import pytest
from django.test import Client

from erp.automation.models import ExceptionItem
from erp.core.scope import company_scope
from erp.identity.roles import STAFF, Role
from tests.integration.dashboards.board import disagreeing, refuse
from tests.support.cast import counted_statements
from tests.support.trade import LogIn, Trade


def labels(client: Client) -> list[str]:
    return [str(figure.label) for figure in client.get("/").context["figures"]]


@pytest.mark.parametrize("role", STAFF)
def test_every_number_is_what_the_list_it_opens_says(busy: Trade, log_in: LogIn, role: Role) -> None:
    client = log_in(role)
    figures = client.get("/").context["figures"]
    assert list(disagreeing(client, figures)) == []


def test_a_number_is_counted_no_further_than_a_list_counts(busy: Trade, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("erp.screens.list_query", "erp.screens.list_page", "erp.screens.views.lists", "integration.dashboards.tiles"):
        monkeypatch.setattr(f"{module}.COUNT_LIMIT", 1)
    client = log_in(Role.SALES_MANAGER)
    [figure] = [f for f in client.get("/").context["figures"] if str(f.label) == "Orders to deliver"]
    assert figure.shown == "1+"
    page = client.get(figure.url).content.decode()
    assert "1+" in page


def test_a_role_sees_its_own_work_first_and_nothing_closed_to_it(busy: Trade, log_in: LogIn) -> None:
    clerk, accountant = labels(log_in(Role.WAREHOUSE_CLERK)), labels(log_in(Role.ACCOUNTANT))
    assert clerk[:4] == ["My tasks", "Exceptions for my role", "Exceptions", "Orders to deliver"]
    assert "Overdue invoices" not in clerk and "Open quotations" not in clerk
    assert accountant[3:6] == ["Deliveries to invoice", "Returns to credit", "Overdue invoices"]
    assert labels(log_in(Role.PRODUCTION_OPERATOR)) == ["My tasks"]


def test_the_exceptions_shown_are_those_of_my_role_and_all_for_who_looks_after_all(busy: Trade, log_in: LogIn) -> None:
    shown = {role: log_in(role).get("/").context["attention"] for role in (Role.BUYER, Role.ADMINISTRATOR, Role.ACCOUNTANT)}
    assert [item.owner for item in shown[Role.BUYER]] == ["Buyer"]
    assert len(shown[Role.ADMINISTRATOR]) == 3
    assert shown[Role.ACCOUNTANT] == []


def test_one_click_does_it_and_a_second_press_gets_one_clear_message(trade: Trade, log_in: LogIn) -> None:
    refuse(trade, trade.order())
    client = log_in(Role.SALES_MANAGER)
    page = client.get("/").content.decode()
    token = page.split('name="token" value="', 1)[1].split('"', 1)[0]
    [item] = client.get("/").context["attention"]
    data = {"token": token, "next": "/"}
    assert "is done." in client.post(item.run_url, data, follow=True).content.decode()
    again = client.post(item.run_url, data, follow=True).content.decode()
    assert "Already done by" in again and again.count("w-message-") == 1
    other = client.post(item.run_url, {"next": "/"}, follow=True).content.decode()
    assert "is already done" in other and other.count("w-message-") == 1
    with company_scope(trade.actor, read_only=True):
        assert ExceptionItem.objects.get().state == "done"


def test_recent_documents_are_those_the_reader_may_open(busy: Trade, log_in: LogIn) -> None:
    clerk, boss = log_in(Role.WAREHOUSE_CLERK), log_in(Role.ADMINISTRATOR)
    recent = {role: [one.card for one, _who in client.get("/").context["recent"]] for role, client in [("c", clerk), ("b", boss)]}
    assert {card.ref.kind for card in recent["c"]} <= {"sales_order", "delivery", "sales_return", "receipt"}
    assert {clerk.get(card.url).status_code for card in recent["c"]} == {200}
    assert len(recent["b"]) == 8


def test_home_costs_the_same_statements_for_few_and_for_many_documents(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ADMINISTRATOR)
    for _ in range(2):
        refuse(trade, trade.order("placed"))
        trade.order("invoiced", quantity="1")
    few = _statements(client)
    for _ in range(8):
        refuse(trade, trade.order("placed"))
        trade.order("invoiced", quantity="1")
    assert _statements(client) == few
    assert few <= 30


def _statements(client: Client) -> int:
    client.get("/")
    with counted_statements() as count:
        client.get("/")
        return count()
