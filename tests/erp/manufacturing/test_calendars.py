"""When production works: weekdays, holidays, days worked beside the usual ones; what takes so many days is counted by it."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from erp.core.errors import Refusals
from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.manufacturing.drafts import CalendarDayDraft, CalendarDraft, ManufacturingDraft
from erp.manufacturing.models import CalendarDay, ManufacturingOrder, WorkingCalendar
from erp.manufacturing.operations.place_production import place_production
from erp.manufacturing.operations.save_calendars import save_calendars
from erp.manufacturing.queries import working_calendars
from erp.reference.rules import ALWAYS, MONDAY_TO_FRIDAY
from tests.support.books import differing
from tests.support.cast import AT, TODAY
from tests.support.making import Making
from tests.support.trade import LogIn

MONDAY = datetime.date(2026, 3, 16)


def save(making: Making, *days: tuple[datetime.date, bool], weekdays: int = MONDAY_TO_FRIDAY) -> int:
    drafts = [CalendarDayDraft(date=date, works=works) for date, works in days]
    draft = CalendarDraft(warehouse_id=making.trade.warehouse, weekdays=weekdays, days=drafts)
    with company_scope(making.trade.actor):
        return save_calendars(calendars=[draft], actor=making.trade.actor, at=AT)[0]


def starts(making: Making, due: datetime.date) -> datetime.date:
    """When an order for a heron, which takes two days, begins that is due on a day."""
    draft = ManufacturingDraft(
        product_id=making.products["HERON"], quantity=Decimal(1), warehouse_id=making.trade.warehouse, date=TODAY, due_date=due
    )
    with company_scope(making.trade.actor):
        [placed] = place_production(orders=[draft], actor=making.trade.actor, at=AT)
        return ManufacturingOrder.objects.get(pk=placed.id).start_date


def test_without_a_calendar_every_day_counts(making: Making) -> None:
    with company_scope(making.trade.actor):
        assert working_calendars([making.trade.warehouse]) == {making.trade.warehouse: ALWAYS}
    assert starts(making, MONDAY) == MONDAY - datetime.timedelta(days=2)


def test_days_of_rest_are_left_out_and_days_worked_beside_the_usual_ones_count(making: Making) -> None:
    friday, saturday = MONDAY - datetime.timedelta(days=3), MONDAY - datetime.timedelta(days=2)
    save(making)
    assert starts(making, MONDAY) == MONDAY - datetime.timedelta(days=4)
    save(making, (friday, False))
    assert starts(making, MONDAY) == MONDAY - datetime.timedelta(days=5)
    save(making, (friday, False), (saturday, True))
    assert starts(making, MONDAY) == MONDAY - datetime.timedelta(days=4)


def test_a_calendar_is_replaced_as_a_whole(making: Making) -> None:
    first = save(making, (MONDAY, False))
    assert save(making, weekdays=0b1000001) == first
    with company_scope(making.trade.actor):
        assert not CalendarDay.objects.exists()
        calendar = working_calendars([making.trade.warehouse])[making.trade.warehouse]
        assert [n for n in range(7) if calendar.works(MONDAY + datetime.timedelta(days=n))] == [0, 6]
    assert differing(making.trade.actor) == []


def test_everything_that_is_wrong_with_it_is_said_at_once(making: Making) -> None:
    days = [CalendarDayDraft(date=MONDAY), CalendarDayDraft(date=MONDAY, name="x" * 61)]
    draft = CalendarDraft(warehouse_id=making.trade.warehouse + 99, weekdays=0, days=days)
    with pytest.raises(Refusals) as many, company_scope(making.trade.actor):
        save_calendars(calendars=[draft], actor=making.trade.actor, at=AT)
    assert {refusal.field for refusal in many.value.refusals} == {"warehouse", "weekdays", "days.1.date", "days.1.name"}


def words(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(strip_tags(answer.content.decode().replace("<", " <")).split())


def test_it_is_written_on_its_form(making: Making, log_in: LogIn) -> None:
    client, new = log_in(Role.PLANNER), reverse("manufacturing:new_calendar")
    assert "every day counts" in words(client.get(reverse("manufacturing:calendars")))
    body = {"warehouse": making.trade.warehouse, "weekdays": ["0", "1"], "days": "2026-12-25 Christmas\n+2026-12-19\n"}
    refused = words(client.post(new, {"warehouse": making.trade.warehouse, "days": "Christmas\n2026-13-01"}))
    assert "“Christmas” does not begin with a day" in refused and "“2026-13-01” does not begin with a day" in refused
    assert "Choose at least one day of the week." in words(client.post(new, {"warehouse": making.trade.warehouse, "days": ""}))
    assert client.post(new, body).status_code == 302
    with company_scope(making.trade.actor):
        calendar = WorkingCalendar.objects.get()
        days = [(f"{day.date}", day.works, day.name) for day in CalendarDay.objects.order_by("date")]
    assert (calendar.weekdays, days) == (3, [("2026-12-19", True, ""), ("2026-12-25", False, "Christmas")])
    page = reverse("manufacturing:calendar", args=[calendar.pk])
    assert "+2026-12-19 2026-12-25 Christmas" in words(client.get(page))
    assert client.post(page, {"weekdays": ["2"], "days": ""}).status_code == 302
    with company_scope(making.trade.actor):
        assert WorkingCalendar.objects.get().weekdays == 4 and not CalendarDay.objects.exists()
