"""The trial balance: every account over whole periods, each figure the way to its lines."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from erp.core.money import ZERO
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.ledger.forms import PeriodRangeForm
from erp.ledger.models import LedgerAccount, Period
from erp.ledger.permissions import VIEW_LEDGER
from erp.ledger.queries import TrialBalanceRow, trial_balance
from erp.screens.views.guard import requires

KINDS = dict(LedgerAccount.Kind.choices)


@dataclass(frozen=True)
class Line:
    """A row as drawn, with the address of its journal lines."""

    row: TrialBalanceRow
    kind: str
    url: str


@dataclass(frozen=True)
class Totals:
    opening: Decimal
    debit: Decimal
    credit: Decimal
    closing: Decimal

    @property
    def balanced(self) -> bool:
        return self.opening == 0 and self.debit == self.credit


@requires(VIEW_LEDGER)
def show(request: CompanyRequest) -> HttpResponse:
    """`?first=2026-01&last=2026-03`; without it the current year up to the current month."""
    periods = list(Period.objects.order_by("first_date"))
    form = PeriodRangeForm(_asked(request, periods), periods)
    lines: list[Line] = []
    days: dict[str, datetime.date] = {}
    if form.is_valid():
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
        days = {"first_date": first.first_date, "last_date": last.last_date}
        rows = trial_balance(**days)
        lines = [_line(row, first, last) for row in rows if row.is_used or "all" in request.GET]
    currency = request.company.currency_code  # type: ignore[union-attr]
    context = {"form": form, "lines": lines, "totals": _totals(lines), "currency": currency, **days}
    return render(request, "erp/ledger/trial_balance.html", context)


def _asked(request: CompanyRequest, periods: list[Period]) -> dict[str, str]:
    today = company_today()
    current = next((p for p in periods if p.first_date <= today <= p.last_date), periods[-1] if periods else None)
    if current is None:
        return {}
    start = next(p for p in periods if p.first_date.year == current.first_date.year)
    return {"first": request.GET.get("first") or start.code, "last": request.GET.get("last") or current.code}


def _line(row: TrialBalanceRow, first: Period, last: Period) -> Line:
    days = {"date_after": first.first_date.isoformat(), "date_before": last.last_date.isoformat()}
    return Line(row, str(KINDS[row.kind]), reverse("ledger:lines", query={"account": row.code, **days}))


def _totals(lines: list[Line]) -> Totals:
    def total(name: str) -> Decimal:
        return sum((getattr(line.row, name) for line in lines), ZERO)

    return Totals(total("opening"), total("debit"), total("credit"), total("closing"))
