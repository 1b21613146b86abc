"""The one posting of a receipt: what came in, already judged, measured and valued by whoever calls."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core import bus
from erp.core.actor import Actor
from erp.core.events import DocumentRef
from erp.core.money import ZERO
from erp.core.rows import insert_documents, numbered
from erp.identity.queries import company_facts
from erp.inventory.events import ReceiptPosted
from erp.inventory.models import Receipt, ReceiptLine, StockMove
from erp.inventory.operations.lock_levels import lock_levels
from erp.inventory.operations.post_stock import MoveDraft, StockPosting, post_stock
from erp.reference.rules import MEASURE_COLUMNS, Measure


@dataclass(frozen=True, kw_only=True)
class FinishedLine:
    """What came in of a product, and its whole value in company currency."""

    product_id: int
    measure: Measure
    value: Decimal


@dataclass(frozen=True, kw_only=True)
class FinishedReceipt:
    """A receipt whose rows only have to be written; `counter_role` is the account against inventory. Without one it was
    received before the opening: stock and books have it already."""

    warehouse_id: int
    date: datetime.date
    lines: Sequence[FinishedLine]
    purpose: str
    counter_role: str | None
    supplier_id: int | None = None
    external_source: str = ""
    external_ref: str = ""
    stems_from: DocumentRef | None = None


@dataclass(frozen=True)
class PostedReceipt:
    id: int
    number: str


def post_receipts_for(*, receipts: Sequence[FinishedReceipt], actor: Actor, at: datetime.datetime) -> list[PostedReceipt]:
    """Lock the stock levels and post stock, value and books, for operations whose own permission was checked.

    Refuses nothing but a closed period: the caller judged the lines.
    """
    lock_levels(((line.product_id, r.warehouse_id) for r in receipts if r.counter_role for line in r.lines), create=True)
    posted = _insert(receipts, actor, at)
    came_in = [(receipt, draft) for receipt, draft in zip(posted, receipts, strict=True) if draft.counter_role]
    bus.publish([_event(receipt, draft) for receipt, draft in came_in], at=at)
    postings = [_posting(receipt, draft, draft.counter_role) for receipt, draft in came_in if draft.counter_role]
    post_stock(postings=postings, currency=company_facts(actor.company_id).currency_code, actor=actor, at=at)
    return posted


def _insert(receipts: Sequence[FinishedReceipt], actor: Actor, at: datetime.datetime) -> list[PostedReceipt]:
    heads = [
        (
            r.purpose,
            r.warehouse_id,
            r.supplier_id,
            r.date,
            sum((line.value for line in r.lines), ZERO),
            r.external_source,
            r.external_ref,
            actor.name,
            at,
        )
        for r in receipts
    ]
    lines = [
        (position, i, line.product_id, *line.measure.columns, line.value)
        for position, r in enumerate(receipts)
        for i, line in enumerate(r.lines, 1)
    ]
    rows = insert_documents(
        Receipt,
        ["purpose", "warehouse_id", "supplier_id", "date", "value", "external_source", "external_ref", "actor", "posted_at"],
        heads,
        ReceiptLine,
        ["sequence", "product_id", *MEASURE_COLUMNS, "value"],
        lines,
        parent="receipt_id",
        computed=numbered("receipt"),
        returning=["id", "number"],
    )
    return [PostedReceipt(*row) for row in rows]


def _event(receipt: PostedReceipt, draft: FinishedReceipt) -> ReceiptPosted:
    products = tuple(sorted({line.product_id for line in draft.lines}))
    return ReceiptPosted(
        id=receipt.id,
        number=receipt.number,
        status="posted",
        warehouse_id=draft.warehouse_id,
        products=products,
        stems_from=draft.stems_from,
    )


def _posting(receipt: PostedReceipt, draft: FinishedReceipt, counter_role: str) -> StockPosting:
    return StockPosting(
        document=DocumentRef("receipt", receipt.id),
        number=receipt.number,
        reason=StockMove.Reason.RECEIPT,
        date=draft.date,
        counter_role=counter_role,
        moves=[
            MoveDraft(
                product_id=line.product_id,
                warehouse_id=draft.warehouse_id,
                quantity=line.measure.quantity,
                amount=line.value,
                line_id=i,
            )
            for i, line in enumerate(draft.lines, 1)
        ],
    )
