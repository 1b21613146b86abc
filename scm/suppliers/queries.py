"""How suppliers keep their word, and what the company shares with them."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from erp.core.rows import COMPANY, fetch
from erp.core.scope import current_company_id
from erp.identity.models import ApiKey, Membership
from erp.ledger.models import AccountRole, OpenItem
from erp.ledger.queries import role_account
from erp.parties.models import Party
from erp.payables.models import VendorBill
from erp.purchasing.models import AdviceLine, Agreement, PurchaseOrder, PurchaseOrderLine
from erp.purchasing.queries import list_agreements
from erp.purchasing.states import OPEN

SHOWN = 200

# Written for the role weft_partner too: of shared tables only the columns that it may read.
_STANDING = f"""
SELECT count(*) FILTER (WHERE l.quantity > l.received AND NOT l.closed_short) AS open_lines,
       count(*) FILTER (WHERE l.quantity > l.received AND NOT l.closed_short
                        AND COALESCE(l.last_promised_date, l.requested_date) < %s::date) AS late_lines,
       count(*) FILTER (WHERE l.received >= l.quantity) AS received_lines,
       count(*) FILTER (WHERE l.received >= l.quantity
                        AND r.last <= COALESCE(l.first_promised_date, l.requested_date)) AS on_time_lines,
       count(*) FILTER (WHERE l.rejected > 0) AS rejected_lines
FROM purchasing_purchaseorderline l
JOIN purchasing_purchaseorder o ON o.company_id = l.company_id AND o.id = l.order_id
LEFT JOIN LATERAL (
    SELECT max(g.date) AS last FROM purchasing_goodsreceiptline g
    WHERE g.company_id = l.company_id AND g.order_line_id = l.id AND g.accepted > 0
) r ON true
WHERE l.company_id = {COMPANY} AND l.supplier_id = %s AND o.issued_at IS NOT NULL AND o.state <> 'cancelled'
"""  # noqa: S608
_ITEMS = f"""
SELECT l.product_id, p.sku, p.name, bool_or(a.shares_stock), bool_or(a.shares_demand), bool_or(a.shares_forecast)
FROM purchasing_agreementline l
JOIN purchasing_agreement a ON a.company_id = l.company_id AND a.id = l.agreement_id
JOIN catalog_product p ON p.company_id = l.company_id AND p.id = l.product_id
WHERE l.company_id = {COMPANY} AND l.supplier_id = %s AND l.active AND NOT a.blocked
  AND a.valid_from_date <= %s::date AND (a.valid_to_date IS NULL OR a.valid_to_date >= %s::date)
GROUP BY l.product_id, p.sku, p.name ORDER BY p.sku
"""  # noqa: S608
_STOCK = f"""
SELECT product_id, sum(on_hand), sum(reserved) FROM inventory_stocklevel
WHERE company_id = {COMPANY} AND product_id = ANY (%s::bigint[]) GROUP BY product_id
"""  # noqa: S608
# What holds of what the runs found to be wanted, by week; what is past due is wanted this week.
_DEMAND = f"""
SELECT g.product_id, date_trunc('week', GREATEST(g.demand_date, %s::date))::date, sum(g.quantity) FROM planning_peg g
WHERE g.company_id = {COMPANY} AND g.product_id = ANY (%s::bigint[]) AND g.demand_date IS NOT NULL AND g.until_run_id IS NULL
GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608
_FORECAST = f"""
SELECT product_id, date_trunc('week', GREATEST(need_date, %s::date))::date, sum(quantity) FROM planning_proposal
WHERE company_id = {COMPANY} AND product_id = ANY (%s::bigint[]) AND kind = 'buy' AND state IN ('open', 'firm')
GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608


@dataclass(frozen=True)
class Standing:
    """Order lines of a supplier: open, late by their last promise, received, of these on time by their first promise, and
    those of which something was rejected."""

    open_lines: int
    late_lines: int
    received_lines: int
    on_time_lines: int
    rejected_lines: int

    @property
    def on_time_share(self) -> Decimal | None:
        """In percent; None before anything came."""
        return Decimal(100 * self.on_time_lines) / self.received_lines if self.received_lines else None


@dataclass(frozen=True)
class Week:
    """So much of an item in the week that begins on the day (a Monday)."""

    week: datetime.date
    quantity: Decimal


@dataclass(frozen=True)
class SharedItem:
    """What a supplier may know of an item that is agreed with them; None where the agreement does not share it."""

    product: str
    name: str
    on_hand: Decimal | None
    available: Decimal | None
    demand: list[Week] | None
    forecast: list[Week] | None


def list_suppliers() -> QuerySet[Party]:
    return Party.objects.filter(is_supplier=True)


def list_suppliers_with_orders() -> QuerySet[Party]:
    """Suppliers with the number of their `open_orders`."""
    orders = PurchaseOrder.objects.filter(supplier=OuterRef("pk"), state__in=OPEN).order_by().values("supplier")
    counted = Subquery(orders.annotate(n=Count("pk")).values("n"))
    return list_suppliers().select_related("payment_term").annotate(open_orders=Coalesce(counted, 0))


def find_supplier(pk: int) -> Party | None:
    return list_suppliers().select_related("payment_term").filter(pk=pk).first()


def agreements_of(supplier_id: int) -> list[Agreement]:
    """Agreements with the number of their `items`, the newest first."""
    return list(list_agreements().filter(supplier=supplier_id).order_by("-valid_from_date", "-pk"))


def open_orders_of(supplier_id: int) -> QuerySet[PurchaseOrder]:
    """Open orders by the day on which the first of each is `expected`."""
    return _with_expected_day().filter(supplier=supplier_id, state__in=OPEN).order_by("expected", "id")


def owed_to(supplier_id: int, *, today: datetime.date) -> tuple[Decimal, Decimal]:
    """What is owed to the supplier and what of it is overdue, in company currency."""
    items = OpenItem.objects.filter(party=supplier_id, is_open=True, account_id=role_account(AccountRole.PAYABLE))
    owed = Coalesce(Sum("company_residual"), Decimal(0))
    found = items.aggregate(all=owed, late=Coalesce(Sum("company_residual", filter=Q(due_date__lt=today)), Decimal(0)))
    return -found["all"], -found["late"]


def people_of_supplier(supplier_id: int) -> QuerySet[Membership]:
    """Those who act for the supplier in the portal."""
    rows = Membership.objects.filter(company_id=current_company_id(), party_id=supplier_id, active=True)
    return rows.select_related("user").order_by("pk")


def keys_of(supplier_id: int) -> QuerySet[ApiKey]:
    """Keys of the supplier's programs that open something."""
    return ApiKey.objects.filter(company_id=current_company_id(), party_id=supplier_id, revoked_at=None).order_by("pk")


def own_orders(*, open_only: bool) -> list[PurchaseOrder]:
    """The supplier's orders that are open, by the day on which they are `expected`, or the last 200 of the others; for the role
    that sees no one else's."""
    rows = _with_expected_day()
    if open_only:
        return list(rows.filter(state__in=OPEN).order_by("expected", "id"))
    return list(rows.exclude(state__in=OPEN).order_by("-id")[:SHOWN])


def _with_expected_day() -> QuerySet[Any]:
    lines = PurchaseOrderLine.objects.filter(order=OuterRef("pk"), closed_short=False, quantity__gt=F("received")).order_by()
    first = lines.values("order").annotate(day=Min(Coalesce("last_promised_date", "requested_date"))).values("day")
    return PurchaseOrder.objects.select_related("warehouse").annotate(expected=Subquery(first))


def advised_of_order(order_id: int) -> QuerySet[AdviceLine]:
    """What was said to be on its way, the last first."""
    rows = AdviceLine.objects.filter(advice__order=order_id).select_related("advice", "order_line__product__unit")
    return rows.order_by("-advice_id", "sequence")


@dataclass(frozen=True)
class OwnBill:
    """A bill of the supplier and what of it is still to be paid; None as long as it is in no books."""

    id: int
    number: str
    supplier_number: str
    state: str
    date: datetime.date
    due_date: datetime.date
    currency_code: str
    total: Decimal
    open: Decimal | None


def own_bills() -> list[OwnBill]:
    """The supplier's last bills; two statements."""
    bills = list(VendorBill.objects.order_by("-id")[:SHOWN])
    items = OpenItem.objects.filter(kind="vendor_bill", document_id__in=[bill.pk for bill in bills])
    residual = dict(items.values_list("document_id", "residual"))
    return [
        OwnBill(
            id=bill.pk,
            number=bill.number,
            supplier_number=bill.supplier_number,
            state=bill.get_state_display(),
            date=bill.date,
            due_date=bill.due_date,
            currency_code=bill.currency_code,
            total=bill.total,
            open=-residual[bill.pk] if bill.pk in residual else None,
        )
        for bill in bills
    ]


def standing_of(supplier_id: int, *, today: datetime.date) -> Standing:
    """How the supplier keeps their word; one statement."""
    return Standing(*fetch(_STANDING, [today, supplier_id])[0])


def shared_items(supplier_id: int, *, today: datetime.date) -> list[SharedItem]:
    """The items of the supplier's valid agreements with what these share of them; four statements."""
    rows = fetch(_ITEMS, [supplier_id, today, today])
    stock = {row[0]: row[1:] for row in fetch(_STOCK, [[row[0] for row in rows if row[3]]])}
    demand = _by_week(fetch(_DEMAND, [today, [row[0] for row in rows if row[4]]]))
    forecast = _by_week(fetch(_FORECAST, [today, [row[0] for row in rows if row[5]]]))
    nothing = (Decimal(0), Decimal(0))
    found = []
    for product, sku, name, shares_stock, shares_demand, shares_forecast in rows:
        on_hand, reserved = stock.get(product, nothing)
        found.append(
            SharedItem(
                product=sku,
                name=name,
                on_hand=on_hand if shares_stock else None,
                available=on_hand - reserved if shares_stock else None,
                demand=demand[product] if shares_demand else None,
                forecast=forecast[product] if shares_forecast else None,
            )
        )
    return found


def _by_week(rows: Iterable[Any]) -> dict[int, list[Week]]:
    found: dict[int, list[Week]] = defaultdict(list)
    for product, week, quantity in rows:
        found[product].append(Week(week, quantity))
    return found
