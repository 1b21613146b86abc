"""A company that moves is closed where it was: nobody goes on there, and what was written is in the files."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import connections
from django.test import Client
from django.urls import reverse

from erp.core import clock
from erp.core.errors import CompanyClosed
from erp.core.events import DocumentRef
from erp.core.models import Delivery as Duty
from erp.core.owner import owner_connection
from erp.core.rows import fetch
from erp.core.scope import company_scope
from erp.core.units import run_unit
from erp.documents.models import Comment
from erp.documents.operations.add_comments import CommentDraft, add_comments
from erp.identity.api_keys import create_api_key
from erp.identity.models import Company, Membership
from erp.identity.roles import Role
from erp.sales.models import SalesOrder
from integration.moving.closing import close_company
from integration.moving.errors import MovingRefused
from integration.relay.claims import at_work, claim_sets
from integration.relay.drain import drain
from integration.relay.handling import handle
from integration.tasks import forget_old
from tests.integration.moving.conftest import enter_order, member, run
from tests.integration.moving.databases import other_cell, working_in
from tests.support.cast import found
from tests.support.story import Story, empty_all_tables, tell

pytestmark = pytest.mark.xdist_group("closing")
BACKEND = "django.contrib.auth.backends.ModelBackend"
WAITING = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
AND database = (SELECT oid FROM pg_database WHERE datname = %s)
"""


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: Any) -> Iterator[Story]:
    """Acme in business, and another company."""
    with django_db_blocker.unblock():
        empty_all_tables()
        try:
            found("other")
            yield tell("acme")
        finally:
            empty_all_tables()


@pytest.fixture
def acme(story: Story, django_db_blocker: Any) -> Iterator[Story]:
    """Open, with nothing due; open again at the end."""
    with django_db_blocker.unblock():
        drain()
        yield story
        if closed(story):
            run("close_company", "acme", "--reopen")
        drain()


def closed(story: Story) -> bool:
    return Company.objects.get(pk=story.company.pk).closed_at is not None


def duties(story: Story) -> Counter[str]:
    states = Duty.objects.filter(company_id=story.company.pk, state__in=["pending", "held"])
    return Counter(states.values_list("state", flat=True))


def state_of(story: Story, order_id: int) -> str:
    with company_scope(story.actor, read_only=True):
        return SalesOrder.objects.get(pk=order_id).state


def comment(story: Story, order_id: int, body: str) -> None:
    draft = CommentDraft(document=DocumentRef("sales_order", order_id), body=body)
    add_comments(comments=[draft], actor=story.actor, at=clock.now())


def test_its_work_rests_until_it_is_open_again(acme: Story) -> None:
    order = enter_order(acme)
    due = duties(acme)["pending"]
    assert due > 0
    assert f"acme is closed; {due} deliveries are held" in run("close_company", "acme")
    assert (drain(), duties(acme), state_of(acme, order)) == (0, Counter(held=due), "placed")
    assert f"acme is open; {due} deliveries are due again" in run("close_company", "acme", "--reopen")
    assert drain() > due
    assert (duties(acme), state_of(acme, order)) == (Counter(), "invoiced")
    assert "BAD" not in run("verify")


def test_nothing_is_written_in_it_and_all_of_it_can_be_read(acme: Story) -> None:
    run("close_company", "acme")
    with pytest.raises(CompanyClosed, match="it has moved. Ask your administrator"):
        enter_order(acme)
    assert "BAD" not in run("verify")
    forget_old()
    other = Company.objects.get(code="other")
    assert fetch("SELECT core_may_write(%s), core_may_write(%s)", [other.pk, acme.company.pk]) == [(True, False)]


def test_its_people_are_told_and_may_go_on_in_another_company(acme: Story) -> None:
    run("close_company", "acme")
    user = member(acme.company, "carl")
    client = Client()
    client.force_login(user, backend=BACKEND)
    for address in (reverse("home"), reverse("sales:orders")):
        page = client.get(address)
        assert (page.status_code, page.wsgi_request.actor) == (403, None)  # type: ignore[attr-defined]
        assert "Acme</strong>: This company is closed here: it has moved. Ask your administrator" in page.content.decode()
    assert client.get("/api/v1/erp/sales-orders/").json()["errors"][0]["code"] == "company_closed"

    Membership.objects.create(user=user, company=Company.objects.get(code="other"), role=Role.SALESPERSON)
    assert "· Other</title>" in client.get(reverse("home")).content.decode()
    assert "Acme" not in client.get(reverse("identity:switch_company")).content.decode()
    client.post(reverse("identity:switch_company"), {"company": acme.company.pk})
    assert "· Other</title>" in client.get(reverse("home")).content.decode()


def test_who_is_at_work_in_it_is_told_and_offered_the_others(acme: Story) -> None:
    user = member(acme.company, "dora")
    other = Company.objects.get(code="other")
    Membership.objects.create(user=user, company=other, role=Role.SALESPERSON)
    client = Client()
    client.force_login(user, backend=BACKEND)
    client.post(reverse("identity:switch_company"), {"company": acme.company.pk})
    assert "· Acme</title>" in client.get(reverse("home")).content.decode()
    run("close_company", "acme")
    page = client.get(reverse("home"))
    assert page.status_code == 403
    assert f'name="company" value="{other.pk}"' in page.content.decode()
    assert client.get("/api/v1/erp/sales-orders/").status_code == 403
    client.post(reverse("identity:switch_company"), {"company": other.pk})
    assert "· Other</title>" in client.get(reverse("home")).content.decode()


def test_its_keys_open_nothing(acme: Story) -> None:
    key = create_api_key(company=acme.company, name="shop", role=Role.SALESPERSON, at=clock.now())
    headers = {"Authorization": f"Bearer {key}"}
    assert Client(headers=headers).get("/api/v1/erp/sales-orders/").status_code == 200
    run("close_company", "acme")
    for answer in (
        Client(headers=headers).get("/api/v1/erp/sales-orders/"),
        Client(headers=headers).post("/api/v1/erp/payments/"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:weft:problem:company_closed")
    run("close_company", "acme", "--reopen")
    assert Client(headers=headers).get("/api/v1/erp/sales-orders/").status_code == 200


@contextmanager
def writing(story: Story, order_id: int, body: str) -> Iterator[None]:
    """Somebody writes a comment and commits when the block ends."""
    written, go_on = Event(), Event()

    def unit() -> None:
        comment(story, order_id, body)
        written.set()
        assert go_on.wait(60)

    def work() -> None:
        try:
            run_unit(story.actor, unit)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        assert written.wait(60)
        try:
            yield
        finally:
            go_on.set()
            working.result(60)


def until_somebody_waits() -> None:
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as looking:
        for _ in range(100_000):
            if looking.execute(WAITING, [connections["default"].settings_dict["NAME"]]).fetchone() != (0,):
                return
    raise AssertionError("nobody waits")


def test_the_closing_waits_for_who_writes_and_nobody_begins_meanwhile(acme: Story, tmp_path: Path) -> None:
    order = enter_order(acme)
    with ThreadPoolExecutor(1) as pool:
        with writing(acme, order, "the last word"):
            closing = pool.submit(run, "export_company", "acme", tmp_path / "acme", "--close")
            until_somebody_waits()
            with pytest.raises(CompanyClosed):
                run_unit(acme.actor, lambda: comment(acme, order, "too late"))
            assert not closing.done()
            assert not closed(acme)
        assert "acme is closed here" in closing.result(60)
        pool.submit(connections.close_all).result(60)
    text = (tmp_path / "acme" / "documents_comment.copy").read_text()
    assert "the last word" in text
    assert "too late" not in text
    with company_scope(acme.actor, read_only=True):
        assert not Comment.objects.filter(body="too late").exists()


def test_who_does_not_end_is_not_waited_for_for_ever(acme: Story) -> None:
    order = enter_order(acme)
    with writing(acme, order, "long"), pytest.raises(MovingRefused, match="Somebody is writing in acme for more than 0.05 s"):
        close_company(acme.company, at=clock.now(), patience=0.05)
    assert not closed(acme)
    run_unit(acme.actor, lambda: comment(acme, order, "goes on"))


def test_what_was_claimed_before_is_not_done_after(acme: Story) -> None:
    order = enter_order(acme)
    with at_work() as worker:
        sets = claim_sets(worker)
        run("close_company", "acme")
        for claimed in sets:
            handle(claimed)
    assert (duties(acme)["pending"], state_of(acme, order)) == (0, "placed")
    assert not Duty.objects.filter(company_id=acme.company.pk, state="held").exclude(last_error="").exists()


def test_what_was_claimed_while_a_closing_failed_is_due_again_as_if_it_had_not_been(acme: Story) -> None:
    enter_order(acme)
    due = Duty.objects.filter(company_id=acme.company.pk, state="pending")
    with at_work() as worker, owner_connection() as owner:
        sets = claim_sets(worker)
        with owner.transaction():
            owner.execute("SELECT pg_advisory_xact_lock(hashtextextended('company', %s))", [acme.company.pk])
            for claimed in sets:
                handle(claimed)
    assert set(due.values_list("claim", "started_attempts", "finished_attempts", "last_error")) == {(None, 0, 0, "")}


def test_a_failed_export_leaves_it_open(acme: Story, tmp_path: Path) -> None:
    (tmp_path / "something").touch()
    with pytest.raises(CommandError, match="not empty"):
        run("export_company", "acme", tmp_path, "--close")
    assert not closed(acme)


def test_it_arrives_open_with_its_work_due(acme: Story, tmp_path: Path) -> None:
    order = enter_order(acme)
    due = duties(acme)["pending"]
    run("export_company", "acme", tmp_path / "acme", "--close")
    assert duties(acme) == Counter(held=due)
    with other_cell(2) as name, working_in(name):
        run("import_company", tmp_path / "acme")
        assert (closed(acme), duties(acme)) == (False, Counter(pending=due))
        drain()
        assert state_of(acme, order) == "invoiced"
        assert "BAD" not in run("verify")
    assert state_of(acme, order) == "placed"


def test_twice_is_refused(acme: Story) -> None:
    with pytest.raises(CommandError, match="acme is open already"):
        run("close_company", "acme", "--reopen")
    run("close_company", "acme")
    with pytest.raises(CommandError, match="acme is closed already"):
        run("close_company", "acme")
    with pytest.raises(CommandError, match="no company nobody"):
        run("close_company", "nobody")


def test_only_the_owner_closes(acme: Story, settings: Any) -> None:
    settings.DATABASE_OWNER_URL = ""
    for command in (["close_company", "acme"], ["export_company", "acme", "/nowhere", "--close"]):
        with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
            run(*command)
    assert not closed(acme)
