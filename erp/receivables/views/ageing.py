"""The ageing of receivables: what customers owed at the end of a day, by days past due."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.ledger.queries import AgeingRow
from erp.receivables.forms import AgeingForm
from erp.receivables.permissions import VIEW_INVOICES
from erp.receivables.queries import ageing
from erp.screens.views.guard import requires

PAGE = 50


@dataclass(frozen=True)
class Line:
    """A customer as drawn, with the address of the open invoices behind the figures."""

    row: AgeingRow
    url: str


@requires(VIEW_INVOICES)
def show(request: CompanyRequest) -> HttpResponse:
    """`?on=2026-03-31&page=2`; without a day, today. Largest debt first."""
    today = company_today()
    form = AgeingForm({"on": request.GET.get("on") or today.isoformat(), "page": request.GET.get("page") or 1})
    context: dict[str, Any] = {"form": form, "currency": request.company.currency_code}  # type: ignore[union-attr]
    if form.is_valid():
        on, page = form.cleaned_data["on"], form.cleaned_data["page"]
        found = ageing(on=on, limit=PAGE, offset=PAGE * (page - 1))
        context |= {
            "lines": [Line(row, _invoices_of(row)) for row in found.rows],
            "total": found.total,
            "customers": found.parties,
            "first": PAGE * (page - 1) + 1,
            "last": PAGE * (page - 1) + len(found.rows),
            "before": _page(on.isoformat(), page - 1) if page > 1 else "",
            "after": _page(on.isoformat(), page + 1) if PAGE * page < found.parties else "",
            "on": on,
            "buckets": _buckets(found.total),
        }
    return render(request, "erp/receivables/ageing.html", context)


def _invoices_of(row: AgeingRow) -> str:
    return reverse("receivables:invoices", query={"state": "open", "customer": row.code})


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
