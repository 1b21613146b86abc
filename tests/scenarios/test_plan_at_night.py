"""Every night each warehouse is planned once from the ground up, and what old runs found goes where nobody needs it."""

import datetime
import zoneinfo
from typing import Any

import pytest

from erp.core import clock
from erp.core.rows import fetch_one
from integration.tasks import plan_at_night
from scm.planning.drafts import FinishedRun
from scm.planning.models import Peg, PlanItem, PlanRun, Proposal
from scm.planning.operations.run_plan import run_plan
from tests.support.cast import ZONE
from tests.support.market import verify
from tests.support.works import Works

pytestmark = pytest.mark.django_db(transaction=True)
FIRST_NIGHT = datetime.datetime(2026, 11, 24, 2, 10, tzinfo=zoneinfo.ZoneInfo(ZONE))


@pytest.fixture
def works(db: None) -> Works:
    return Works(rules=("confirm", "reserve"))


def at(monkeypatch: pytest.MonkeyPatch, *, days: int = 0, hours: int = 0) -> None:
    monkeypatch.setattr(clock, "now", lambda: (FIRST_NIGHT + datetime.timedelta(days=days, hours=hours)).astimezone(datetime.UTC))
    plan_at_night()


def kinds(works: Works) -> list[str]:
    with works.market.looking():
        return list(PlanRun.objects.order_by("id").values_list("kind", flat=True))


def test_it_plans_once_a_night_and_at_no_other_hour(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    for hours in (-1, 1, 9):
        at(monkeypatch, hours=hours)
    assert kinds(works) == []
    at(monkeypatch)
    at(monkeypatch)
    assert kinds(works) == ["full"]
    at(monkeypatch, days=1)
    assert kinds(works) == ["full", "full"]


def test_it_may_take_longer_than_a_request(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = []

    def looked_at(**asked: Any) -> FinishedRun:
        limits.append(fetch_one("SELECT coalesce(current_setting('transaction_timeout', true), '0')"))
        return run_plan(**asked)

    monkeypatch.setattr("scm.planning.operations.run_plan.run_plan", looked_at)
    at(monkeypatch)
    assert limits == [("0",)]
    assert kinds(works) == ["full"]


def test_old_runs_lose_what_they_found_but_not_the_reason_of_a_proposal(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch)
    works.market.receive({"LAMP": "3"})
    with works.market.looking():
        assert PlanItem.objects.count() == 3
    works.safety("LAMP", "10")
    at(monkeypatch, days=1)
    for days in (2, 3, 17, 18):
        at(monkeypatch, days=days)
    with works.market.looking():
        first, second, *_more = PlanRun.objects.order_by("id").values_list("pk", flat=True)
        assert not PlanItem.objects.filter(run_id=first).exists() and not Peg.objects.filter(run_id=first).exists()
        assert set(Proposal.objects.values_list("run_id", "state")) == {(second, "open")}
        assert set(PlanItem.objects.filter(run_id=second).values_list("product_id", flat=True)) == set(
            Proposal.objects.values_list("product_id", flat=True)
        )
    assert len(kinds(works)) == 6
    assert "0 differ" in verify()
