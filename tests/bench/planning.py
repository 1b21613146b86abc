"""`mrp.regenerate` and `mrp.net_change`: the plan of a factory of 20,000 items on 6 levels, with everything it reads and writes.

The same factory as in `mrp_arithmetic`, entered through the operations; the reference is that arithmetic alone on the same input.
"""

import datetime
import random
import resource
import statistics
import time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from erp.catalog.drafts import ProductDraft
from erp.catalog.operations.save_products import save_products
from erp.core.scope import take_time
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.manufacturing.drafts import BomDraft, BomLineDraft
from erp.manufacturing.operations.save_bills import save_bills
from erp.parties.drafts import PartyDraft
from erp.parties.operations.save_parties import save_parties
from erp.purchasing.drafts import AgreementDraft, AgreementLineDraft, TierDraft
from erp.purchasing.operations.save_agreements import save_agreements
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.place_orders import OrderLineDraft, SalesOrderDraft, place_orders
from scm.planning.drafts import FinishedRun, ItemPolicyDraft
from scm.planning.models import ItemPolicy
from scm.planning.netting import Kind
from scm.planning.operations.run_plan import run_plan
from scm.planning.operations.save_policies import save_policies
from scm.planning.problem import read_everything
from scm.planning.rules import MICRO
from tests.bench import mrp_numpy
from tests.bench.database import analyse
from tests.bench.mrp_arithmetic import DEMANDS, PER_LEVEL, factory
from tests.bench.row import Row
from tests.bench.timing import statements
from tests.bench.trade import Trade

D = Decimal
SET, WEEKS = 1000, 13


class Factory:
    """The company; `products` are its items in the order of the arithmetic's."""

    def __init__(self) -> None:
        self.trade = Trade("bench_factory", stock=10, customers=10)
        self.dice = random.Random(4)
        self.first = self.trade.today.replace(day=1)
        items, lines = factory(self.dice)
        kinds = {Kind.MAKE: "make", Kind.BUY: "buy"}
        self.products = self.saved(
            save_products,
            "products",
            [
                ProductDraft(
                    sku=f"I{item.product_id:05}", name=f"Item {item.product_id}", unit_code="PC", tax_code="VAT13",
                    list_price=D(1), supply=kinds[item.kind],
                )
                for item in items
            ],
        )  # fmt: skip
        self._bills(items, lines)
        self._agreement([item for item in items if item.kind is Kind.BUY])
        self._stock(items)
        policies = [
            ItemPolicyDraft(
                product_id=self.products[item.product_id],
                warehouse_id=self.trade.warehouse,
                safety_stock=D(item.safety_stock // MICRO),
                lot_rule=ItemPolicy.LotRule.LIMITS,
                lot_minimum=D(5),
                lot_multiple=D(1),
                bucket="week",
            )
            for item in items
        ]
        self.saved(save_policies, "policies", policies)
        for start in range(0, DEMANDS, SET):
            self.sell(SET if start + SET <= DEMANDS else DEMANDS - start)
        analyse()

    def saved(self, save: Any, name: str, drafts: Sequence[Any]) -> list[Any]:
        """What an operation makes of the drafts, in sets."""
        found: list[Any] = []
        for start in range(0, len(drafts), SET):
            part = drafts[start : start + SET]
            found += self.trade.unit(lambda part=part: save(**{name: part}, **self.trade.by)) or []  # type: ignore[misc]
        return found

    def sell(self, orders: int) -> list[int]:
        """Confirmed orders of one line each, of items of the top level, over the next weeks; the products."""
        sold = [self.products[self.dice.randrange(PER_LEVEL)] for _ in range(orders)]
        drafts = [
            SalesOrderDraft(
                customer_id=self.trade.customers[0],
                warehouse_id=self.trade.warehouse,
                date=self.trade.today,
                promised_date=self.trade.today
                + datetime.timedelta(weeks=self.dice.randrange(WEEKS), days=self.dice.randrange(5)),
                lines=[OrderLineDraft(product_id=product, quantity=D(self.dice.randint(1, 20)))],
            )
            for product in sold
        ]

        def place() -> None:
            placed = place_orders(orders=drafts, **self.trade.by)
            confirm_orders(order_ids=[order.id for order in placed], **self.trade.by)

        self.trade.unit(place)
        return sold

    def _some_day(self) -> datetime.date:
        return self.trade.today + datetime.timedelta(weeks=self.dice.randrange(WEEKS), days=self.dice.randrange(5))

    def plan(self, products: Sequence[int] | None = None) -> FinishedRun:
        """Of everything as at night: without the limit that the server sets for requests."""

        def work() -> FinishedRun:
            if products is None:
                take_time()
            return run_plan(warehouse_id=self.trade.warehouse, product_ids=products, **self.trade.by)

        return self.trade.unit(work)

    def arithmetic(self) -> tuple[float, float, int]:
        """Processor seconds of the planner's arithmetic alone and of a plain numpy pass, on what a run would read; the
        lots of the latter."""

        def work() -> tuple[float, float, int]:
            company = self.trade.actor.company_id
            problem = read_everything(self.trade.warehouse, today=self.trade.today, company_id=company)
            began = time.process_time()
            problem.plan(self.trade.today)
            planned = time.process_time()
            lots, _quantity = mrp_numpy.plan(problem.items, problem.lines, problem.requirements, self.trade.today)
            return planned - began, time.process_time() - planned, lots

        return self.trade.unit(work)

    def _bills(self, items: Sequence[Any], lines: Sequence[Any]) -> None:
        parts: dict[int, list[BomLineDraft]] = {}
        for line in lines:
            quantity = D(line.usage.of_parents(MICRO) // MICRO)
            parts.setdefault(line.parent_id, []).append(
                BomLineDraft(component_id=self.products[line.component_id], quantity=quantity)
            )
        bills = [
            BomDraft(product_id=self.products[p], valid_from_date=self.first, lead_days=items[p].lead_days, lines=parts[p])
            for p in sorted(parts)
        ]
        self.saved(save_bills, "bills", bills)

    def _agreement(self, bought: Sequence[Any]) -> None:
        party = PartyDraft(code="SUPPLIER", name="Supplier", is_supplier=True, currency_code="CNY", payment_term_code="NET30")
        [supplier] = self.saved(save_parties, "parties", [party])
        lines = [
            AgreementLineDraft(
                product_id=self.products[item.product_id],
                lead_days=item.lead_days,
                min_quantity=D(5),
                tiers=[TierDraft(price=D(1))],
            )
            for item in bought
        ]
        head = AgreementDraft(supplier_id=supplier, currency_code="CNY", valid_from_date=self.first, lines=lines)
        self.saved(save_agreements, "agreements", [head])

    def _stock(self, items: Sequence[Any]) -> None:
        lines = [
            ReceiptLineDraft(product_id=self.products[item.product_id], quantity=D(item.on_hand // MICRO), unit_cost=D(1))
            for item in items
            if item.on_hand
        ]
        receipts = [
            ReceiptDraft(warehouse_id=self.trade.warehouse, date=self.trade.today, lines=lines[start : start + SET])
            for start in range(0, len(lines), SET)
        ]
        for receipt in receipts:
            self.trade.unit(lambda receipt=receipt: receive_goods(receipts=[receipt], **self.trade.by))  # type: ignore[misc]


def planning(net_changes: int) -> Iterator[Row]:
    """A full run that finds nothing planned yet, the same again, then one new order at a time."""
    made = Factory()
    before = _megabytes()
    began = time.perf_counter()
    run = made.plan()
    seconds = time.perf_counter() - began
    each = 1e3 * seconds / run.proposals
    arithmetic, plain, lots = made.arithmetic()
    alone = 1e3 * arithmetic / run.proposals
    note = f"{run.proposals:,} planned orders in {seconds:.1f} s, {_megabytes() - before:,.0f} MB more; reference: the arithmetic"
    yield Row("mrp.regenerate", each, "ms per planned order", alone, each / alone, "<= 2", each <= 2, note)
    plain_each = 1e3 * plain / lots
    note = f"reference: a plain numpy pass over the same arrays, {lots:,} lots, without pegs, dates and documents"
    yield Row("mrp.numpy", each, "ms per planned order", plain_each, each / plain_each, note=note)
    analyse()
    began = time.perf_counter()
    again = made.plan()
    note = f"{again.changed} changed"
    yield Row("mrp.again", 1e3 * (time.perf_counter() - began) / again.proposals, "ms per planned order", note=note)
    calls = []
    for _ in range(net_changes):
        sold = made.sell(1)
        began = time.perf_counter()
        made.plan(sold)
        calls.append(1e3 * (time.perf_counter() - began))
    yield Row("mrp.net_change.p50", statistics.median(calls), "ms for one new order")
    yield Row("mrp.net_change", max(calls), f"ms, the slowest of {net_changes} new orders", aim="< 300", met=max(calls) < 300)
    yield Row("mrp.statements", statements(made.plan), f"of a full run of {len(made.products):,} items")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
