"""Working days: the start is day 0, a lead time of 0 is the same day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp.reference.rules import ALWAYS, EVERY_DAY, Calendar, add_working_days, working_days_between

WEEK = Calendar()
# China's golden week: seven days closed, the Sunday before and the Saturday after it worked.
HOLIDAYS = Calendar(
    closed=frozenset(date(2026, 10, day) for day in range(1, 8)), opened=frozenset({date(2026, 9, 27), date(2026, 10, 10)})
)
THURSDAY, FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 3, day) for day in (5, 6, 7, 8, 9))

days = st.dates(date(2026, 9, 1), date(2026, 11, 30))
leads = st.integers(0, 40)
around = st.frozensets(st.dates(date(2026, 8, 1), date(2026, 12, 31)), max_size=20)
calendars = st.builds(Calendar, st.integers(1, EVERY_DAY), around, around)


@pytest.mark.parametrize(
    ("day", "count", "calendar", "then"),
    [
        (FRIDAY, 0, WEEK, FRIDAY),
        (FRIDAY, 1, WEEK, MONDAY),
        (SATURDAY, 0, WEEK, SATURDAY),
        (SATURDAY, 1, WEEK, MONDAY),
        (MONDAY, 5, WEEK, date(2026, 3, 16)),
        (FRIDAY, 1, ALWAYS, SATURDAY),
        (MONDAY, -1, WEEK, FRIDAY),
        (SUNDAY, -1, WEEK, THURSDAY),
        (MONDAY, -3, ALWAYS, FRIDAY),
        (date(2026, 9, 30), 1, HOLIDAYS, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, HOLIDAYS, date(2026, 10, 10)),
        (date(2026, 10, 8), -1, HOLIDAYS, date(2026, 9, 30)),
        (date(2026, 9, 28), -1, HOLIDAYS, date(2026, 9, 27)),
    ],
)
def test_a_lead_time_counts_working_days_only(day: date, count: int, calendar: Calendar, then: date) -> None:
    assert add_working_days(day, count, calendar) == then


def test_the_days_between_leave_the_first_out_and_count_the_last() -> None:
    assert working_days_between(FRIDAY, MONDAY, WEEK) == 1
    assert working_days_between(MONDAY, FRIDAY, WEEK) == -1
    assert working_days_between(SATURDAY, SUNDAY, WEEK) == 0
    assert working_days_between(FRIDAY, MONDAY, ALWAYS) == 3
    assert working_days_between(date(2026, 9, 30), date(2026, 10, 10), HOLIDAYS) == 3


def test_a_calendar_on_which_nobody_ever_works_is_refused() -> None:
    with pytest.raises(ValueError, match="working weekday"):
        Calendar(0)


@given(day=days, count=leads, calendar=calendars)
def test_so_many_days_later_are_so_many_days_between(day: date, count: int, calendar: Calendar) -> None:
    assert working_days_between(day, add_working_days(day, count, calendar), calendar) == count


@given(day=days, count=st.integers(1, 40), calendar=calendars)
def test_the_way_back_is_the_latest_working_day_that_ends_in_time(day: date, count: int, calendar: Calendar) -> None:
    start = add_working_days(day, -count, calendar)
    assert calendar.works(start)
    assert add_working_days(start, count, calendar) <= day
    later = start + timedelta(days=1)
    while not calendar.works(later):
        later += timedelta(days=1)
    assert add_working_days(later, count, calendar) > day
