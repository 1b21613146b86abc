"""The monitor: how the relay stands, and repairing what is parked."""

import pytest
from django.test import Client
from django.urls import reverse

from erp.core.models import Delivery
from erp.core.scope import company_scope
from erp.identity.models import Company
from erp.identity.roles import Role
from integration.relay import heartbeat
from integration.relay.queries import parked_deliveries, relay_status
from tests.support.cast import counted_statements
from tests.support.trade import LogIn, Trade

URL = reverse("relay:monitor")
ERROR = 'Traceback (most recent call last):\n  File "x.py", line 1\nerp.core.errors.Busy: Try <again>.\n'


def park(trade: Trade, count: int = 1) -> list[int]:
    """Park the first deliveries of as many orders; what follows them waits."""
    ids = []
    for _ in range(count):
        order = trade.order("confirmed")
        told = Delivery.objects.filter(company_id=trade.actor.company_id, consumer="customer_timeline.record")
        ids.append(told.filter(key=f"sales_order:{order}").order_by("id").values_list("pk", flat=True)[0])
    Delivery.objects.filter(pk__in=ids).update(state="parked", started_attempts=5, finished_attempts=5, last_error=ERROR)
    return ids


def state_of(pk: int) -> str:
    return Delivery.objects.get(pk=pk).state


def test_it_tells_lag_waiting_parked_and_whether_a_worker_is_alive(
    trade: Trade, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    park(trade)
    client = log_in(Role.MANAGING_DIRECTOR)
    monkeypatch.setattr(heartbeat, "is_alive", lambda: False)
    page = client.get(URL).content.decode()
    assert "Silent" in page and "No worker has reported" in page
    monkeypatch.setattr(heartbeat, "is_alive", lambda: True)
    page = client.get(URL).content.decode()
    assert "At work" in page and "No worker has reported" not in page
    with company_scope(trade.actor, read_only=True):
        status = relay_status()
    assert status.parked == 1 and status.pending > 0 and status.lag_seconds > 0
    assert "behind a parked one of the same document" in page


def test_a_parked_event_is_told_with_its_document_its_last_line_and_the_whole_error(trade: Trade, log_in: LogIn) -> None:
    [pk] = park(trade)
    with company_scope(trade.actor, read_only=True):
        [parked] = parked_deliveries(trade.actor.can, limit=50)
    assert parked.last_line == "erp.core.errors.Busy: Try <again>." and parked.attempts == 5 and parked.held_back > 0
    page = log_in(Role.ADMINISTRATOR).get(URL).content.decode()
    assert f'href="{parked.url}"' in page and parked.number in page and parked.consumer in page
    assert "Try &lt;again&gt;." in page and "Traceback (most recent call last)" in page
    assert f'id="repair-{pk}" hx-preserve="true"' in page


def test_the_parts_that_refresh_themselves_come_alone(trade: Trade, log_in: LogIn) -> None:
    [pk] = park(trade)
    client = log_in(Role.ADMINISTRATOR)
    page = client.get(URL).content.decode()
    for name in ("status", "parked"):
        url = reverse(f"relay:{name}")
        part = client.get(url, headers={"HX-Request": "true"}).content.decode()
        assert f'hx-get="{url}" hx-trigger="every' in page and "<html" not in part
    assert f'id="repair-{pk}" hx-preserve="true"' in client.get(reverse("relay:parked")).content.decode()


@pytest.mark.parametrize(("verb", "state"), [("replay", "pending"), ("skip", "skipped")])
def test_an_administrator_replays_or_skips_with_a_reason_once(trade: Trade, log_in: LogIn, verb: str, state: str) -> None:
    [pk] = park(trade)
    client, url = log_in(Role.ADMINISTRATOR), reverse(f"relay:{verb}", args=[pk])
    assert "Say why" in client.post(url, {"reason": " ", "next": URL}, follow=True).content.decode()
    assert state_of(pk) == "parked"
    assert f"#{pk} is" in client.post(url, {"reason": "repaired", "next": URL}, follow=True).content.decode()
    assert state_of(pk) == state
    again = client.post(url, {"reason": "repaired", "next": URL}, follow=True).content.decode()
    assert f"is already {state}" in again and again.count("w-message-") == 1


def test_who_only_watches_gets_no_buttons_and_the_others_do_not_get_in(trade: Trade, log_in: LogIn) -> None:
    [pk] = park(trade)
    watcher, outsider = log_in(Role.MANAGING_DIRECTOR), log_in(Role.FINANCE_MANAGER)
    assert "repair-" not in watcher.get(URL).content.decode()
    assert watcher.post(reverse("relay:skip", args=[pk]), {"reason": "x"}).status_code == 403
    for name in ("monitor", "status", "parked"):
        assert outsider.get(reverse(f"relay:{name}")).status_code == 403
    assert state_of(pk) == "parked"


def test_another_companys_parked_events_are_neither_seen_nor_touched(trade: Trade, rival: Company, log_in: LogIn) -> None:
    [pk] = park(trade)
    theirs = Delivery.objects.get(pk=pk)
    Delivery.objects.filter(pk=pk).update(state="done")
    theirs.pk, theirs.company_id = None, rival.pk
    theirs.save(force_insert=True)
    client = log_in(Role.ADMINISTRATOR)
    assert "Nothing is parked" in client.get(URL).content.decode()
    client.post(reverse("relay:skip", args=[theirs.pk]), {"reason": "x", "next": URL})
    assert state_of(theirs.pk) == "parked"


def test_the_monitor_costs_the_same_statements_for_two_parked_events_and_for_many(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ADMINISTRATOR)
    park(trade, 2)
    few = _statements(client)
    park(trade, 12)
    assert _statements(client) == few


def _statements(client: Client) -> int:
    client.get(URL)
    with counted_statements() as count:
        client.get(URL)
        return count()
