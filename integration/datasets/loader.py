"""Loading a plan through the operations, in sets, as a job that goes on after a kill.

Each chunk is one transaction with the job's cursor: master records, the opening stock, then the documents of a day, at
most `SET_SIZE` at a time, each taken from order to invoice before the transaction ends. So no document is ever half
loaded, and the automatic reactions that the relay hands out later find nothing left to do.
"""

import datetime
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from erp.catalog.operations.save_products import save_products
from erp.core.actor import Actor
from erp.inventory.operations.receive_goods import receive_goods
from erp.jobs.models import Job
from erp.jobs.rules import Chunk
from erp.jobs.runner import Step, run_chunks
from erp.parties.operations.save_parties import save_parties
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.deliver_orders import deliver_orders
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.operations.place_orders import place_orders
from erp.sales.operations.reserve_orders import reserve_orders
from integration.datasets.drafts import Ids, delivery_plan, opening_draft, order_draft, party_draft, product_draft, read_ids
from integration.datasets.errors import DatasetError
from integration.datasets.judging import SourceDocument
from integration.datasets.mapping import DatasetMapping
from integration.datasets.plan import Plan
from integration.datasets.progress import Progress, Stopwatch
from integration.datasets.rules import set_end
from integration.datasets.statistics import refresh_statistics

JOB = "load_dataset"
MASTER_SET, SET_SIZE = 1000, 200


class Loader:
    """Loads one plan into the company of the actor; `tell` gets a line of progress now and then."""

    def __init__(
        self, mapping: DatasetMapping, plan: Plan, actor: Actor, tell: Callable[[str], None], *, set_size: int = SET_SIZE
    ) -> None:
        self.mapping, self.plan, self.actor, self.set_size = mapping, plan, actor, set_size
        self.watch, self.progress = Stopwatch(), Progress(len(plan.sales), tell)
        self._days = [document.date for document in plan.sales]

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
        """The next documents of a day. All are recorded at the instant of the last of them: a set has one instant."""
        sales, start = self.plan.sales, position or 0
        self.progress.reached(start)
        with self.watch.timing("(analyse)"):
            refresh_statistics()
        end = set_end(self._days, start, self.set_size)
        self._take_to_invoice(sales[start:end], actor, sales[end - 1].at)
        return self._chunk(end, len(sales), documents=end - start)

    def _take_to_invoice(self, documents: Sequence[SourceDocument], actor: Actor, at: datetime.datetime) -> None:
        by: dict[str, Any] = {"actor": actor, "at": at}
        with self.watch.timing("place_orders"):
            orders = place_orders(orders=[order_draft(self.mapping, document, self._ids) for document in documents], **by)
        order_ids = [order.id for order in orders]
        with self.watch.timing("confirm_orders"):
            confirm_orders(order_ids=order_ids, **by)
        with self.watch.timing("reserve_orders"):
            reserved = reserve_orders(order_ids=order_ids, **by)
        if short := [d.number for d, order_id in zip(documents, order_ids, strict=True) if not reserved[order_id]]:
            raise DatasetError(f"The stock does not suffice for {', '.join(short[:10])}: other work has used it.")
        plans = [delivery_plan(self.mapping, *pair) for pair in zip(documents, order_ids, strict=True)]
        with self.watch.timing("deliver_orders"):
            deliveries = deliver_orders(deliveries=plans, **by)
        with self.watch.timing("invoice_deliveries"):
            invoice_deliveries(delivery_ids=[delivery.id for delivery in deliveries], **by)

    @cached_property
    def _ids(self) -> Ids:
        return read_ids(self.mapping)

    def _chunk(self, end: int, of: int, **numbers: int) -> Chunk:
        return Chunk(position=end if end < of else None, done=min(end, of), of=of, report=self.watch.report(**numbers))


def _next(position: int | None, size: int) -> tuple[int, int]:
    start = position or 0
    return start, start + size
