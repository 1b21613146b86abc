import pytest

from erp.core import clock
from tests.integration.dashboards.board import busy
from tests.support.buying import buying
from tests.support.cast import AT, acme, in_acme, rival, system
from tests.support.factory import factory
from tests.support.making import making
from tests.support.trade import log_in, trade

__all__ = ["acme", "busy", "buying", "factory", "making", "in_acme", "log_in", "rival", "system", "trade"]


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the cast's own day, so that "this month" and "overdue" mean the same every time."""
    monkeypatch.setattr(clock, "now", lambda: AT)
