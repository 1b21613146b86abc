"""Reads of the stock."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count as CountOf
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from erp.catalog.ports import StockOfProduct
from erp.documents.drafts import versioned
from erp.inventory.models import (
    Adjustment,
    AdjustmentLine,
    Count,
    CountLine,
    Receipt,
    ReceiptLine,
    StockLevel,
    StockMove,
    ValueEntry,
    Warehouse,
)

ZERO = Value(Decimal(0))


def list_levels() -> QuerySet[StockLevel]:
    """Levels with `available`, product, unit and warehouse loaded."""
    rows = StockLevel.objects.select_related("product__unit", "warehouse")
    return rows.annotate(available=F("on_hand") - F("reserved"))


def levels_at(rows: QuerySet[StockLevel], day: datetime.date) -> QuerySet[StockLevel]:
    """The levels with `quantity_at` and `value_at` as they stood at the end of a day, by the dates of the facts."""
    key = {"product": OuterRef("product"), "warehouse": OuterRef("warehouse"), "date__lte": day}
    moves = StockMove.objects.filter(**key).order_by().values("product")
    values = ValueEntry.objects.filter(**key).order_by().values("product")
    return rows.annotate(
        quantity_at=Coalesce(Subquery(moves.annotate(s=Sum("quantity")).values("s")), ZERO),
        value_at=Coalesce(Subquery(values.annotate(s=Sum("amount")).values("s")), ZERO),
    )


def find_receipt(receipt_id: int) -> Receipt | None:
    return Receipt.objects.select_related("warehouse", "supplier").filter(pk=receipt_id).first()


def list_receipt_lines(receipt_id: int) -> QuerySet[ReceiptLine]:
    return ReceiptLine.objects.filter(receipt_id=receipt_id).select_related("product__unit").order_by("sequence")


def find_count(count_id: int) -> Count | None:
    return Count.objects.select_related("warehouse").filter(pk=count_id).first()


def list_count_lines(count_id: int) -> QuerySet[CountLine]:
    """The lines with `difference` (found - expected)."""
    rows = CountLine.objects.filter(count_id=count_id).select_related("product__unit").order_by("sequence")
    return rows.annotate(difference=F("found") - F("expected"))


def find_adjustment(adjustment_id: int) -> Adjustment | None:
    return Adjustment.objects.select_related("warehouse").filter(pk=adjustment_id).first()


def list_adjustment_lines(adjustment_id: int) -> QuerySet[AdjustmentLine]:
    return AdjustmentLine.objects.filter(adjustment_id=adjustment_id).select_related("product__unit").order_by("sequence")


def average_costs(product_ids: Iterable[int]) -> dict[int, Decimal]:
    """The moving average of each product over all warehouses; none where nothing lies."""
    rows = StockLevel.objects.filter(product_id__in=list(product_ids), on_hand__gt=0).values("product_id")
    return {r["product_id"]: r["v"] / r["q"] for r in rows.annotate(v=Sum("value"), q=Sum("on_hand")).order_by()}


def stock_of_product(product_id: int) -> list[StockOfProduct]:
    """Where a product lies, by warehouse; the answer to the catalog's port."""
    rows = list_levels().filter(product_id=product_id, on_hand__gt=0).order_by("warehouse__code")
    return [StockOfProduct(row.warehouse.code, row.on_hand, row.reserved, row.on_hand - row.reserved, row.value) for row in rows]


@dataclass(frozen=True)
class WarehouseTotals:
    """What a warehouse holds and how many documents it has."""

    levels: int
    products: int
    value: Decimal
    receipts: int
    counts: int


def find_warehouse(warehouse_id: int) -> Warehouse | None:
    """The warehouse with its `version`."""
    found: Warehouse | None = versioned(Warehouse.objects.all()).filter(pk=warehouse_id).first()
    return found


def warehouse_totals(warehouse_id: int) -> WarehouseTotals:
    """Three statements."""
    levels = StockLevel.objects.filter(warehouse_id=warehouse_id).order_by()
    found = levels.aggregate(
        levels=CountOf("pk"), products=CountOf("pk", filter=Q(on_hand__gt=0)), value=Coalesce(Sum("value"), ZERO)
    )
    receipts = Receipt.objects.filter(warehouse_id=warehouse_id).count()
    return WarehouseTotals(**found, receipts=receipts, counts=Count.objects.filter(warehouse_id=warehouse_id).count())
