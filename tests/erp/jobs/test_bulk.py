"""A verb on many rows of a list: handed to a worker, done row by row exactly once, seen, stopped, continued."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from erp.core.scope import company_scope
from erp.identity.models import Company, Membership, User
from erp.identity.roles import Role
from erp.jobs.models import BulkRun, Job
from erp.jobs.tasks import run_bulk
from erp.sales.models import SalesOrder
from erp.sales.tables import ORDERS
from erp.screens.lists import BulkVerb
from erp.screens.views import lists
from tests.erp.jobs.test_runner import Killed
from tests.support.trade import LogIn, Trade, log_in, trade

__all__ = ["log_in", "trade"]
Asked = list[tuple[int, str, int]]
URL = reverse("sales:orders")


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """Two rows at once, and what a worker was asked to do instead of a worker."""
    found: Asked = []
    monkeypatch.setattr(lists, "AT_ONCE", 2)
    monkeypatch.setattr(run_bulk, "delay", lambda *arguments: found.append(arguments))
    yield found


def states(trade: Trade) -> list[str]:
    with company_scope(trade.actor, read_only=True):
        return list(SalesOrder.objects.order_by("pk").values_list("state", flat=True))


def job(trade: Trade) -> Job:
    with company_scope(trade.actor, read_only=True):
        return Job.objects.get(kind="bulk")


def press(client: Client, **data: Any) -> Any:
    return client.post(URL, {"verb": "confirm", "all": "1", "query": "", **data}, headers={"HX-Request": "true"})


def confirm_with(monkeypatch: pytest.MonkeyPatch, wrap: Callable[[Any], Any]) -> None:
    """Put something around the verb `confirm` of the list."""
    verb = next(verb for verb in ORDERS.bulk if verb.name == "confirm")
    replaced = BulkVerb(name="confirm", label=verb.label, permission=verb.permission, perform=wrap(verb.perform))
    monkeypatch.setattr(type(ORDERS), "bulk_for", lambda self, actor: (replaced,) if actor.can(verb.permission) else ())


def test_more_rows_than_can_be_waited_for_become_background_work(trade: Trade, log_in: LogIn, asked: Asked) -> None:
    orders = [trade.order() for _ in range(4)]
    trade.order("confirmed")
    client = log_in(Role.SALES_MANAGER)
    answer = press(client)
    page = reverse("jobs:job", args=[job(trade).pk])
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, page)
    assert states(trade).count("placed") == 4
    [arguments] = asked
    run_bulk(*arguments)
    assert states(trade) == ["confirmed"] * 5
    done = job(trade)
    assert (done.state, done.report["done"], done.report["refused"]) == ("done", len(orders), 1)
    text = client.get(page).content.decode()
    assert "100 %" in client.get(reverse("jobs:jobs")).content.decode()
    assert "4 done" in text and "1 refused" in text and "is already" in text and "every 1s" not in text


def test_few_rows_are_done_while_the_reader_waits(trade: Trade, log_in: LogIn, asked: Asked) -> None:
    trade.order(), trade.order()
    assert press(log_in(Role.SALES_MANAGER)).status_code == 200
    assert states(trade) == ["confirmed"] * 2 and asked == []


def test_only_what_matched_when_the_button_was_pressed_is_meant(trade: Trade, log_in: LogIn, asked: Asked) -> None:
    for _ in range(3):
        trade.order()
    press(log_in(Role.SALES_MANAGER))
    later = trade.order()
    run_bulk(*asked[0])
    with company_scope(trade.actor, read_only=True):
        assert SalesOrder.objects.get(pk=later).state == "placed"
        assert later not in BulkRun.objects.get().row_ids


def test_a_killed_worker_is_followed_by_one_that_goes_on_with_the_next_row(
    trade: Trade, log_in: LogIn, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        trade.order()
    press(log_in(Role.SALES_MANAGER))
    calls: list[int] = []

    def dying_in_the_third(perform: Any) -> Any:
        def run(request: Any, ids: list[int]) -> Any:
            outcome = perform(request, ids)
            calls.extend(ids)
            if len(calls) == 3:
                raise Killed
            return outcome

        return run

    confirm_with(monkeypatch, dying_in_the_third)
    with pytest.raises(Killed):
        run_bulk(*asked[0])
    assert states(trade).count("confirmed") == 2, "the row of the kill is undone with its place in the work"
    run_bulk(*asked[0])
    assert states(trade) == ["confirmed"] * 4
    assert (job(trade).report["done"], job(trade).report["refused"]) == (4, 0)


def test_who_lost_the_role_meanwhile_does_nothing(trade: Trade, acme: Company, log_in: LogIn, asked: Asked) -> None:
    for _ in range(3):
        trade.order()
    press(log_in(Role.SALES_MANAGER))
    user = User.objects.get(pk=int(asked[0][1].removeprefix("user:")))
    Membership.objects.filter(user=user, company=acme).update(active=False)
    Membership.objects.create(user=user, company=acme, role=Role.ACCOUNTANT)
    run_bulk(*asked[0])
    assert states(trade) == ["placed"] * 3 and job(trade).report["refused"] == 3
    Membership.objects.filter(user=user).update(active=False)
    run_bulk(*asked[0])


def test_stopping_leaves_what_is_done_and_does_no_more(trade: Trade, log_in: LogIn, asked: Asked) -> None:
    for _ in range(3):
        trade.order()
    client = log_in(Role.SALES_MANAGER)
    press(client)
    started = job(trade)
    assert "Stop" in client.get(reverse("jobs:job", args=[started.pk])).content.decode()
    client.post(reverse("jobs:stop", args=[started.pk]))
    run_bulk(*asked[0])
    assert states(trade) == ["placed"] * 3 and job(trade).state == "stopped"
    answer = client.post(reverse("jobs:stop", args=[started.pk]), follow=True)
    assert "is not running" in answer.content.decode()


def test_nobody_else_sees_or_stops_it_but_those_who_look_after_all(trade: Trade, log_in: LogIn, asked: Asked) -> None:
    for _ in range(3):
        trade.order()
    press(log_in(Role.SALES_MANAGER))
    page = reverse("jobs:job", args=[job(trade).pk])
    colleague, director = log_in(Role.SALESPERSON), log_in(Role.MANAGING_DIRECTOR)
    assert colleague.get(page).status_code == 404 and director.get(page).status_code == 200
    colleague.post(reverse("jobs:stop", args=[job(trade).pk]))
    assert job(trade).state == "running"


def test_without_a_worker_it_says_so_and_can_be_continued(
    trade: Trade, log_in: LogIn, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_arguments: int) -> None:
        raise ConnectionError("no broker")

    for _ in range(3):
        trade.order()
    client = log_in(Role.SALES_MANAGER)
    with monkeypatch.context() as patch:
        patch.setattr(run_bulk, "delay", unreachable)
        press(client)
    failed = job(trade)
    page = reverse("jobs:job", args=[failed.pk])
    assert failed.state == "failed" and reverse("jobs:resume", args=[failed.pk]) in client.get(page).content.decode()
    client.post(reverse("jobs:resume", args=[failed.pk]), {"next": page})
    run_bulk(*asked[0])
    assert states(trade) == ["confirmed"] * 3


def test_more_rows_than_one_press_may_mean_are_refused_in_words(
    trade: Trade, log_in: LogIn, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST_ROWS", 2)
    for _ in range(3):
        trade.order()
    text = press(log_in(Role.SALES_MANAGER)).content.decode()
    assert "Narrow the list first" in text and asked == [] and states(trade) == ["placed"] * 3
