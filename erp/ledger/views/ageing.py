"""The ageing of receivables and payables: what was owed at the end of a day, by days past due."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.ledger.forms import AgeingForm
from erp.ledger.queries import AgeingRow, ageing_of

PAGE = 50


@dataclass(frozen=True)
class Side:
    """One side of the books as it is drawn: the account's role, the words, the address of what is behind a party's figures."""

    role: str
    heading: str | Promise
    party: str | Promise
    empty: str | Promise
    url: Callable[[AgeingRow], str]


@dataclass(frozen=True)
class Line:
    """A party as drawn, with the address of the open documents behind the figures."""

    row: AgeingRow
    url: str


def draw_ageing(request: CompanyRequest, side: Side) -> HttpResponse:
    """`?on=2026-03-31&page=2`; without a day, today. Largest debt first."""
    today = company_today()
    form = AgeingForm({"on": request.GET.get("on") or today.isoformat(), "page": request.GET.get("page") or 1})
    context: dict[str, Any] = {"form": form, "currency": request.company.currency_code, "side": side}  # type: ignore[union-attr]
    if form.is_valid():
        on, page = form.cleaned_data["on"], form.cleaned_data["page"]
        found = ageing_of(side.role, on=on, limit=PAGE, offset=PAGE * (page - 1))
        context |= {
            "lines": [Line(row, side.url(row)) for row in found.rows],
            "total": found.total,
            "parties": found.parties,
            "first": PAGE * (page - 1) + 1,
            "last": PAGE * (page - 1) + len(found.rows),
            "before": _page(on.isoformat(), page - 1) if page > 1 else "",
            "after": _page(on.isoformat(), page + 1) if PAGE * page < found.parties else "",
            "on": on,
            "buckets": _buckets(found.total),
        }
    return render(request, "erp/ledger/ageing.html", context)


def _page(on: str, page: int) -> str:
    return "?" + f"on={on}&page={page}"


def _buckets(total: AgeingRow) -> list[tuple[str, Any]]:
    """The buckets with their names, oldest last."""
    return [
        (_("Not due"), total.not_due),
        (_("1-30 days"), total.days_30),
        (_("31-60 days"), total.days_60),
        (_("61-90 days"), total.days_90),
        (_("91-120 days"), total.days_120),
        (_("Over 120 days"), total.older),
        (_("On account"), total.on_account),
    ]
