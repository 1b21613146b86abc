"""Instants are UTC; a day is the day where the company is."""

import datetime

import pytest

from erp.core.clock import local_date, now


def test_now_is_in_utc() -> None:
    assert now().tzinfo is datetime.UTC


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Asia/Shanghai", 1), ("Europe/Berlin", 31), ("America/Los_Angeles", 31), ("UTC", 31), ("Pacific/Kiritimati", 1)],
)
def test_the_day_is_that_of_the_companys_time_zone(zone: str, day: int) -> None:
    assert local_date(datetime.datetime(2025, 12, 31, 17, 0, tzinfo=datetime.UTC), zone).day == day
