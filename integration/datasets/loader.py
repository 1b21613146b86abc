"""Loading a plan through the operations, in sets, as a job that goes on after a kill.

Each chunk is one transaction with the job's cursor: master records, the opening stock, then the documents of a day, at
most `SET_SIZE` at a time, each taken to its end before the transaction ends: sales to the invoice, returns to the credit
note. So no document is ever half loaded, and the automatic reactions that the relay hands out later find nothing left to
do. Within a chunk documents of one kind are done together as far as each product still moves in the order of the file.
"""

import datetime
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from erp.catalog.operations.save_products import save_products
from erp.core.actor import Actor
from erp.inventory.operations.adjust_stock import adjust_stock
from erp.inventory.operations.receive_goods import receive_goods
from erp.jobs.models import Job
from erp.jobs.rules import Chunk
from erp.jobs.runner import Step, run_chunks
from erp.parties.operations.save_parties import save_parties
from erp.receivables.operations.post_credit_notes import post_credit_notes
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.credit_returns import credit_returns
from erp.sales.operations.deliver_orders import deliver_orders
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.operations.place_orders import place_orders
from erp.sales.operations.reserve_orders import reserve_orders
from erp.sales.operations.return_goods import return_goods
from integration.datasets.drafts import (
    Ids,
    adjustment_draft,
    credit_draft,
    delivery_plan,
    opening_draft,
    order_draft,
    party_draft,
    product_draft,
    read_delivered,
    read_ids,
    return_draft,
)
from integration.datasets.errors import DatasetError
from integration.datasets.mapping import DatasetMapping
from integration.datasets.outcomes import Outcome
from integration.datasets.plan import Plan
from integration.datasets.progress import Progress, Stopwatch
from integration.datasets.rules import phases, set_end
from integration.datasets.statistics import refresh_statistics

JOB = "load_dataset"
MASTER_SET, SET_SIZE = 1000, 200


class Loader:
    """Loads one plan into the company of the actor; `tell` gets a line of progress now and then."""

    def __init__(
        self, mapping: DatasetMapping, plan: Plan, actor: Actor, tell: Callable[[str], None], *, set_size: int = SET_SIZE
    ) -> None:
        self.mapping, self.plan, self.actor, self.set_size = mapping, plan, actor, set_size
        self.watch, self.progress = Stopwatch(), Progress(len(plan.loads), tell)
        self._days = [outcome.document.date for outcome in plan.loads]

    def run(self, key: str) -> Job:
        """Load what is not loaded yet; a job that is done is left as it is."""
        steps = [
            Step("Customers", 1, self._save_customers),
            Step("Products", 2, self._save_products),
            Step("Opening stock", 2, self._receive_opening),
            Step("Documents", 95, self._load_documents),
        ]
        return run_chunks(kind=JOB, key=key, steps=steps, actor=self.actor)

    def _save_customers(self, position: int | None, actor: Actor, _at: datetime.datetime) -> Chunk:
        start, end = _next(position, MASTER_SET)
        drafts = [party_draft(self.mapping, customer) for customer in self.plan.customers[start:end]]
        with self.watch.timing("save_parties"):
            save_parties(parties=drafts, actor=actor, at=self.plan.opening_at)
        return self._chunk(end, len(self.plan.customers), customers=len(drafts))

    def _save_products(self, position: int | None, actor: Actor, _at: datetime.datetime) -> Chunk:
        start, end = _next(position, MASTER_SET)
        drafts = [product_draft(self.mapping, product) for product in self.plan.products[start:end]]
        with self.watch.timing("save_products"):
            save_products(products=drafts, actor=actor, at=self.plan.opening_at)
        return self._chunk(end, len(self.plan.products), products=len(drafts))

    def _receive_opening(self, _position: None, actor: Actor, _at: datetime.datetime) -> Chunk:
        receipt = opening_draft(self.mapping, self.plan, self._ids)
        if receipt.lines:
            with self.watch.timing("receive_goods"):
                receive_goods(receipts=[receipt], actor=actor, at=self.plan.opening_at)
        return self._chunk(1, 1, opening_lines=len(receipt.lines))

    def _load_documents(self, position: int | None, actor: Actor, _at: datetime.datetime) -> Chunk:
        """The next documents of a day. All of one phase are recorded at the instant of its last: a call has one instant."""
        loads, start = self.plan.loads, position or 0
        self.progress.reached(start)
        with self.watch.timing("(analyse)"):
            refresh_statistics()
        end = set_end(self._days, start, self.set_size)
        chosen = loads[start:end]
        for kind, positions in phases([(_kind(outcome), outcome.touches()) for outcome in chosen]):
            outcomes = [chosen[i] for i in positions]
            _LOADS[kind](self, outcomes, {"actor": actor, "at": outcomes[-1].document.at})
        return self._chunk(end, len(loads), documents=end - start)

    def _take_to_invoice(self, outcomes: Sequence[Outcome], by: dict[str, Any]) -> None:
        with self.watch.timing("place_orders"):
            orders = place_orders(orders=[order_draft(self.mapping, outcome, self._ids) for outcome in outcomes], **by)
        order_ids = [order.id for order in orders]
        with self.watch.timing("confirm_orders"):
            confirm_orders(order_ids=order_ids, **by)
        with self.watch.timing("reserve_orders"):
            reserved = reserve_orders(order_ids=order_ids, **by)
        if short := [o.number for o, order_id in zip(outcomes, order_ids, strict=True) if not reserved[order_id]]:
            raise DatasetError(f"The stock does not suffice for {', '.join(short[:10])}: other work has used it.")
        plans = [delivery_plan(self.mapping, o.document, order_id) for o, order_id in zip(outcomes, order_ids, strict=True)]
        with self.watch.timing("deliver_orders"):
            deliveries = deliver_orders(deliveries=plans, **by)
        with self.watch.timing("invoice_deliveries"):
            invoice_deliveries(delivery_ids=[delivery.id for delivery in deliveries], **by)

    def _take_back(self, outcomes: Sequence[Outcome], by: dict[str, Any]) -> None:
        parts = [part for outcome in outcomes for part in outcome.returns]
        with self.watch.timing("return_goods"):
            delivered = read_delivered(self.mapping, {part.sale for part in parts if part.sale})
            drafts = [return_draft(self.mapping, self.plan, part, self._ids, delivered) for part in parts]
            returned = return_goods(returns=drafts, **by) if drafts else []
        with self.watch.timing("credit_returns"):
            if returned:
                credit_returns(return_ids=[one.id for one in returned], **by)
        credits = [outcome.credit for outcome in outcomes if outcome.credit]
        with self.watch.timing("post_credit_notes"):
            if credits:
                post_credit_notes(notes=[credit_draft(self.mapping, credit, self._ids) for credit in credits], **by)

    def _adjust(self, outcomes: Sequence[Outcome], by: dict[str, Any]) -> None:
        plans = [outcome.adjustment for outcome in outcomes if outcome.adjustment]
        with self.watch.timing("adjust_stock"):
            adjust_stock(adjustments=[adjustment_draft(self.mapping, self.plan, one, self._ids) for one in plans], **by)

    @cached_property
    def _ids(self) -> Ids:
        return read_ids(self.mapping)

    def _chunk(self, end: int, of: int, **numbers: int) -> Chunk:
        return Chunk(position=end if end < of else None, done=min(end, of), of=of, report=self.watch.report(**numbers))


def _next(position: int | None, size: int) -> tuple[int, int]:
    start = position or 0
    return start, start + size


def _kind(outcome: Outcome) -> str:
    return "adjustment" if outcome.adjustment else outcome.treatment


_LOADS: dict[str, Callable[[Loader, Sequence[Outcome], dict[str, Any]], None]] = {
    "sale": Loader._take_to_invoice,
    "return": Loader._take_back,
    "adjustment": Loader._adjust,
}
