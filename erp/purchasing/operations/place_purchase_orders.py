"""Writing purchase orders."""

import datetime
from collections.abc import Sequence

from erp.core import bus
from erp.core.actor import Actor
from erp.core.money import ZERO
from erp.core.operation import operation
from erp.core.rows import insert_documents, numbered
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.purchasing.drafts import PlacedPurchaseOrder, PurchaseOrderDraft
from erp.purchasing.events import PurchaseOrderPlaced
from erp.purchasing.models import PurchaseOrder, PurchaseOrderLine
from erp.purchasing.operations.price_purchase_orders import PricedPurchaseLine, PricedPurchaseOrder, priced_orders, read_masters
from erp.purchasing.permissions import PLACE
from erp.reference.rules import MEASURE_COLUMNS

_HEAD = [
    "supplier_id",
    "warehouse_id",
    "agreement_id",
    "date",
    "currency_code",
    "rate",
    "prices_include_tax",
    "payment_days",
    "net",
    "tax",
    "total",
    "company_total",
    "over_fraction",
    "under_fraction",
    "source_kind",
    "source_id",
    "actor",
    "placed_at",
    "external_source",
    "external_ref",
]
_LINE = [
    "supplier_id",
    "sequence",
    "product_id",
    "description",
    "stocked",
    *MEASURE_COLUMNS,
    "unit_price",
    "tax_code",
    "tax_rate",
    "net",
    "tax",
    "total",
    "requested_date",
    "chosen",
    "source_kind",
    "source_id",
]


@operation(PLACE)
def place_purchase_orders(
    *, orders: Sequence[PurchaseOrderDraft], actor: Actor, at: datetime.datetime
) -> list[PlacedPurchaseOrder]:
    """Write the orders as drafts; nothing leaves the house before they are issued. At most four reads and two writes for any
    number of them.

    Refuses, all at once: parties that are no active supplier, services, inactive products, quantities outside the agreement's
    minimum, maximum and multiple, lines without a price, missing exchange and tax rates, days after today.
    """
    future = future_refusals([order.date for order in orders], actor=actor, at=at)
    home = company_facts(actor.company_id).currency_code
    priced = priced_orders(orders, read_masters(orders, actor.company_id), home, future)
    placed = _insert(priced, actor, at)
    bus.publish(
        [
            PurchaseOrderPlaced(
                id=order.id,
                number=order.number,
                status="draft",
                supplier_id=p.supplier.id,
                total=p.company_total,
                stems_from=p.draft.source,
            )
            for order, p in zip(placed, priced, strict=True)
        ],
        at=at,
    )
    return placed


def _insert(priced: Sequence[PricedPurchaseOrder], actor: Actor, at: datetime.datetime) -> list[PlacedPurchaseOrder]:
    rows = insert_documents(
        PurchaseOrder,
        _HEAD,
        [_head(p, actor, at) for p in priced],
        PurchaseOrderLine,
        _LINE,
        [(position, *_line_values(p, i, line)) for position, p in enumerate(priced) for i, line in enumerate(p.lines, 1)],
        parent="order_id",
        computed=numbered("purchase_order"),
        returning=["id", "number"],
        with_lines=True,
    )
    return [
        PlacedPurchaseOrder(pk, number, tuple(lines), p.company_total)
        for (pk, number, lines), p in zip(rows, priced, strict=True)
    ]


def _head(p: PricedPurchaseOrder, actor: Actor, at: datetime.datetime) -> tuple[object, ...]:
    d, source, agreement = p.draft, p.draft.source, p.agreement
    days = agreement.payment_days if agreement and agreement.payment_days is not None else p.supplier.payment_days
    return (
        d.supplier_id,
        d.warehouse_id,
        d.agreement_id,
        d.date,
        p.currency,
        p.rate,
        d.prices_include_tax,
        days,
        p.amount.net,
        p.amount.tax,
        p.amount.total,
        p.company_total,
        agreement.over_fraction if agreement else ZERO,
        agreement.under_fraction if agreement else ZERO,
        source.kind if source else "",
        source.id if source else None,
        actor.name,
        at,
        d.external_source,
        d.external_ref,
    )


def _line_values(p: PricedPurchaseOrder, i: int, line: PricedPurchaseLine) -> tuple[object, ...]:
    d = line.draft
    return (
        p.supplier.id,
        i,
        line.product.id,
        d.description or line.product.name,
        line.product.stocked,
        *line.measure.columns,
        line.unit_price,
        line.product.tax_code,
        line.product.tax_rate,
        line.amount.net,
        line.amount.tax,
        line.amount.total,
        d.requested_date,
        dict(d.chosen),
        d.source_kind,
        d.source_id,
    )
