"""The page of a planned item over time."""

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.core.events import DocumentRef
from erp.documents.registry import describe, find_url
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.screens.documents import DocumentPage, Fact, Lines
from erp.screens.figures import Chart, Series
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires
from scm.planning.messages import Code
from scm.planning.models import PlanMessage
from scm.planning.permissions import VIEW
from scm.planning.queries import ProjectedRow, find_policy, list_messages, project_item
from scm.planning.rules import STOCK, Ref
from scm.planning.tables import LOT_RULES, MESSAGES, POLICIES, end_words


@requires(VIEW)
def item(request: CompanyRequest, pk: int) -> HttpResponse:
    """One planned item over time: what there is, what comes and goes, what that is pegged to, and what the last run says."""
    policy = find_policy(pk)
    if policy is None:
        raise Http404
    assert request.actor is not None
    today, can = company_today(), request.actor.can
    rows = project_item(policy.product_id, warehouse_id=policy.warehouse_id, today=today)
    below = next((row for row in rows if row.balance < policy.safety_stock), None)
    stock = rows[0].quantity if rows and rows[0].source.kind == STOCK else Decimal(0)
    messages = list(list_messages(policy.product_id, policy.warehouse_id))
    unit: str = policy.unit  # type: ignore[attr-defined]
    page = DocumentPage(
        number=policy.product.sku,
        title=_("Product"),
        type_label=_("Projection"),
        state_label=_("Falls below the safety stock") if below else _("Covered"),
        state_family="bad" if below else "done",
        actor=request.actor,
        party=policy.product.name,
        party_url=find_url("product", policy.product_id, can),
        trail=find_trail(request, POLICIES, reverse("planning:policies"), pk),
        key_amount=Fact(label=_("On hand"), value=stock, kind="quantity", unit=unit),
        key_date=Fact(label=_("Below from"), value=max(below.date, today) if below else None, kind="date"),
        facts=[
            Fact(label=_("Warehouse"), value=policy.warehouse.name),
            Fact(label=_("Safety stock"), value=policy.safety_stock, kind="quantity", unit=unit),
            Fact(label=_("Lot rule"), value=LOT_RULES[policy.lot_rule].label),
            Fact(label=_("Lowest"), value=min((row.balance for row in rows), default=Decimal(0)), kind="quantity", unit=unit),
        ],
        lines=_projected(rows, can),
        more_lines=[_said(messages)] if messages else [],
    )
    chart = _chart(rows, policy.safety_stock, unit, today)
    return render(request, "scm/planning/item.html", {"document": page, "chart": chart})


def _chart(rows: Sequence[ProjectedRow], safety: Decimal, unit: str, today: datetime.date) -> Chart | None:
    """What there is at the end of each day on which something moves, with what is proposed and without; None where nothing is."""
    firm = Decimal(0)
    ends: dict[datetime.date, tuple[Decimal, Decimal]] = {}
    for row in rows:
        firm += row.quantity if row.source.kind != "proposal" or row.quantity < 0 else 0
        ends[max(row.date, today)] = (row.balance, firm)
    if not ends or not any(any(end) for end in ends.values()):
        return None
    last = max(ends)
    days = [*ends, last + datetime.timedelta(days=1)]
    values = [*ends.values(), ends[last]]
    series = [Series(name=_("As planned"), values=[planned for planned, _firm in values])]
    if any(planned != firm for planned, firm in values):
        series.append(Series(name=_("Without proposals"), values=[firm for _planned, firm in values]))
    if safety:
        series.append(Series(name=_("Safety stock"), values=[safety] * len(days)))
    return Chart(name="projection", title=_("What there will be"), labels=days, series=series, kind="steps", unit=unit)


def _projected(rows: Sequence[ProjectedRow], can: Callable[[str], bool]) -> Lines:
    """The projection as a table; each line opens its document."""
    ends = [row.source for row in rows] + [end for row in rows for end, _quantity in row.pegged]
    cards = describe({DocumentRef(end.kind, end.id) for end in ends})

    def words(end: Ref) -> str:
        card = cards.get(DocumentRef(end.kind, end.id))
        return f"{card.label} {card.number}" if card else end_words(end.kind)

    columns = (
        Column(name="date", label=_("Date"), kind="date"),
        Column(
            name="source",
            label=_("What"),
            text=lambda row: words(row.source),
            url=lambda row: find_url(row.source.kind, row.source.id, can) if row.source.id else "",
        ),
        Column(name="quantity", label=_("Quantity"), kind="quantity"),
        Column(name="balance", label=_("Then there is"), kind="quantity", bad=lambda row: row.balance < 0),
        Column(
            name="pegged",
            label=_("Pegged to"),
            text=lambda row: ", ".join(f"{words(end)}: {quantity.normalize():f}" for end, quantity in row.pegged),
        ),
    )
    return Lines(columns=columns, rows=rows, title=_("Projection"))


def _said(messages: Sequence[PlanMessage]) -> Lines:
    cards = describe({DocumentRef(m.document_kind, m.document_id) for m in messages if m.document_id})

    def document(message: PlanMessage) -> str:
        card = cards.get(DocumentRef(message.document_kind, message.document_id)) if message.document_id else None
        return f"{card.label} {card.number}" if card else ""

    columns = (
        Column(name="code", label=_("Message"), text=lambda row: MESSAGES[Code(row.code)]),
        Column(name="document", label=_("Document"), text=document),
        Column(name="quantity", label=_("Quantity"), kind="quantity"),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="better_date", label=_("Better"), kind="date"),
        Column(name="days", label=_("Days"), kind="number", blank_zero=True),
    )
    return Lines(columns=columns, rows=messages, title=_("What the last run says"))
