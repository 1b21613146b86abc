"""The purchase history of AdventureWorks and its currencies: orders that are over, with what came and what was refused."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from erp.core.money import round_half_up
from erp.core.rows import insert_rows
from erp.purchasing.models import GoodsReceiptLine, PurchaseOrder, PurchaseOrderLine
from erp.purchasing.operations.record_history import HistoricLine, HistoricOrder, record_history
from erp.reference.models import Currency, ExchangeRate
from integration.datasets.adventureworks.records import PIECE, OrderRow, Records

SOURCE = "adventureworks"
A_SET = 500
DOLLAR, REJECTED = "USD", 3
NO_DECIMALS = frozenset({"JPY"})
Control = list[tuple[str, Decimal, Decimal]]


def load_currencies(records: Records) -> int:
    """The currencies that have rates, and their rates: dollars for one of them, at the end of each day."""
    rated = sorted({rate.currency for rate in records.rates} - {DOLLAR})
    rows = [Currency(code=code, name=records.currencies[code], minor_units=0 if code in NO_DECIMALS else 2) for code in rated]
    Currency.objects.bulk_create(rows, ignore_conflicts=True)
    rates = [(r.currency, r.date, dollars_for_one(r.per_dollar)) for r in records.rates if r.currency != DOLLAR]
    insert_rows(ExchangeRate, ["currency_id", "valid_from_date", "rate"], rates)
    return len(rates)


def dollars_for_one(per_dollar: Decimal) -> Decimal:
    return round_half_up(1 / per_dollar, 10)


def load_orders(
    records: Records, start: int, *, products: dict[int, int], suppliers: dict[int, int], warehouse: int, by: dict[str, Any]
) -> int:
    """The next few orders, from one place in the file on; how many."""
    units = {(s.vendor, s.product): "" if s.unit == PIECE else s.unit for s in records.sources}
    orders = records.orders[start : start + A_SET]
    drafts = [
        HistoricOrder(
            supplier_id=suppliers[order.vendor],
            warehouse_id=warehouse,
            date=order.ordered,
            received_date=max(order.shipped, order.ordered),
            cancelled=_is_cancelled(order),
            external_source=SOURCE,
            external_ref=str(order.id),
            lines=[
                HistoricLine(
                    product_id=products[line.product],
                    quantity=Decimal(line.quantity),
                    unit=units[order.vendor, line.product],
                    unit_price=line.price,
                    requested_date=max(line.due, order.ordered),
                    accepted=line.received - line.rejected,
                    rejected=line.rejected,
                )
                for line in order.lines
            ],
        )
        for order in orders
    ]
    record_history(orders=drafts, **by)
    return len(orders)


def _is_cancelled(order: OrderRow) -> bool:
    """What its own house rejected, as far as nothing of it was kept."""
    return order.status == REJECTED and not any(line.received > line.rejected for line in order.lines)


def control_history(records: Records) -> Control:
    """Orders, lines, amounts and quantities as the files have them and as the company has them, in purchase units; by month and
    by vendor too, where only what differs is named."""
    lines = [(order, line) for order in records.orders for line in order.lines]
    ours = PurchaseOrder.objects.filter(external_source=SOURCE)
    of_ours = PurchaseOrderLine.objects.filter(order__external_source=SOURCE)
    goods = GoodsReceiptLine.objects.filter(order_line__order__external_source=SOURCE)
    kept = _in_purchase_units(goods, "accepted")
    refused = _in_purchase_units(goods, "rejected")
    ordered = sum(of_ours.values_list("entered_quantity", flat=True), Decimal(0))
    rates = [rate for rate in records.rates if rate.currency != DOLLAR]
    found: Control = [
        ("purchase orders", Decimal(len(records.orders)), Decimal(ours.count())),
        ("purchase order lines", Decimal(len(lines)), Decimal(of_ours.count())),
        ("ordered", _sum(Decimal(line.quantity) for _o, line in lines), ordered),
        ("received and kept", _sum(line.received - line.rejected for _o, line in lines), kept),
        ("rejected", _sum(line.rejected for _o, line in lines), refused),
        ("value of the orders", _sum(_net(line) for _o, line in lines), ours.aggregate(n=Sum("net"))["n"] or Decimal(0)),
        ("exchange rates", Decimal(len(rates)), Decimal(ExchangeRate.objects.count())),
        (
            "sum of the rates",
            _sum(dollars_for_one(rate.per_dollar) for rate in rates),
            ExchangeRate.objects.aggregate(n=Sum("rate"))["n"] or Decimal(0),
        ),
    ]
    return found + _parts(lines, of_ours)


def _parts(lines: Sequence[tuple[OrderRow, Any]], of_ours: Any) -> Control:
    """The value by month and by vendor: how many of these sums there are, and how many are the same."""
    by_file: dict[str, Decimal] = defaultdict(Decimal)
    for order, line in lines:
        by_file[f"{order.ordered:%Y-%m}"] += _net(line)
        by_file[f"vendor {order.vendor}"] += _net(line)
    by_weft: dict[str, Decimal] = defaultdict(Decimal)
    for date, vendor, net in of_ours.values_list("order__date", "supplier__external_ref", "net"):
        by_weft[_month(date)] += net
        by_weft[vendor] += net
    same = sum(by_weft[name] == value for name, value in by_file.items())
    return [("values by month and by vendor", Decimal(len(by_file)), Decimal(same))]


def _month(date: datetime.date) -> str:
    return f"{date:%Y-%m}"


def _net(line: Any) -> Decimal:
    return round_half_up(line.quantity * line.price, 2)


def _in_purchase_units(goods: Any, column: str) -> Decimal:
    rows = goods.values_list(column, "order_line__unit_numerator", "order_line__unit_denominator")
    return _sum(quantity * denominator / numerator for quantity, numerator, denominator in rows)


def _sum(values: Any) -> Decimal:
    return sum(values, Decimal(0))


def remarks_of_history(records: Records) -> list[str]:
    """What was not taken as it stands."""
    by_status = {status: sum(order.status == status for order in records.orders) for status in (1, 2, 3, 4)}
    tax, freight = (_sum(getattr(order, name) for order in records.orders) for name in ("tax", "freight"))
    dollars = sum(rate.currency == DOLLAR for rate in records.rates)
    return [
        "PurchaseOrderHeader: of the orders "
        + ", ".join(f"{count:,} have status {status}" for status, count in by_status.items())
        + "; all are over: closed, or cancelled where the house rejected them and kept nothing.",
        f"PurchaseOrderHeader: tax ({tax:,.2f}) and freight ({freight:,.2f}) are amounts of the head without lines: left out.",
        "PurchaseOrderDetail: the history moves no stock and posts nothing; the opening stock is what is left of it.",
        f"Currency: the {len({r.currency for r in records.rates}) - 1} currencies that have rates are loaded; "
        f"{dollars:,} rates are those of the dollar to itself.",
        "Employee, Department, Shift, SpecialOffer, SalesTaxRate, ScrapReason and the histories of prices and costs have no "
        "table yet and are left out.",
    ]
