"""The days that are played through the product itself, relay included, and later copied.

An ordinary day is one that is over: delivered, invoiced and, but for a few, paid within six weeks. A recent day is under
way: orders wait for a person, for stock, for the invoice, for the money.
"""

import datetime
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, TypeVar

from crm.pipeline.drafts import QuotationDraft, QuotationLineDraft
from crm.pipeline.operations.accept_quotations import accept_quotations
from crm.pipeline.operations.save_quotations import save_quotations
from erp.core import clock
from erp.core.events import DocumentRef
from erp.core.units import run_unit
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.ledger.models import AccountRole, LedgerAccount
from erp.ledger.operations.post_entries import EntryDraft, LineDraft, post_entries
from erp.receivables.models import Invoice
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from erp.sales.models import Delivery, SalesOrder
from erp.sales.operations.cancel_orders import cancel_orders
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.deliver_orders import DeliveryPlan, deliver_orders
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.operations.place_orders import OrderLineDraft, SalesOrderDraft, place_orders
from erp.sales.operations.reserve_orders import reserve_orders
from integration.relay.drain import drain
from tests.bench.million.company import SCARCE, ZONE, BigCompany

T = TypeVar("T")
SET, LINES, EXPENSE_LINES = 25, 5, 30
PAID_WITHIN_DAYS = 44
QUOTED, CANCELLED, UNPAID, PART_PAID = 0.1, 0.2, 0.004, 0.02
LEFT_OPEN, PAID_AT_ONCE, SHORT = 0.5, 0.2, 0.03


class Day:
    """One day of the company. `now` is the clock that the product sees while it is played."""

    def __init__(self, company: BigCompany, first: datetime.datetime, seed: int) -> None:
        self.company, self.now, self.first, self.dice = company, first, first, random.Random(seed)

    @property
    def by(self) -> dict[str, Any]:
        return {"actor": self.company.actor, "at": self.now}

    @property
    def date(self) -> datetime.date:
        return clock.local_date(self.now, ZONE)

    def unit(self, work: Callable[[], T]) -> T:
        return run_unit(self.company.actor, work)

    def play(self, orders: int, *, finished: bool) -> None:
        """Take `orders`; if `finished`, see them through to the money."""
        with self._clock():
            self._receipt()
            for taken in range(0, orders, SET):
                self._take(min(SET, orders - taken), short=not finished)
                self.now += datetime.timedelta(seconds=30_000 * SET / max(orders, SET))
                _settle()
            self._people(share=1.0 if finished else LEFT_OPEN)
            self._expenses(orders)
            if finished:
                self._money_later()
            else:
                self._money_today()

    @contextmanager
    def _clock(self) -> Iterator[None]:
        real = clock.now
        clock.now = lambda: self.now
        try:
            yield
        finally:
            clock.now = real

    def _take(self, count: int, *, short: bool) -> None:
        lines = [self._lines(short=short) for _ in range(count)]
        customers = [self._customer() for _ in range(count)]
        quoted = round(count * QUOTED)
        direct = list(zip(customers, lines, strict=True))[quoted:]
        self.unit(lambda: place_orders(orders=[self._order(c, ls) for c, ls in direct], **self.by))
        if quoted:
            self.unit(lambda: self._quote(customers[:quoted], lines[:quoted]))

    def _quote(self, customers: list[int], lines: list[list[tuple[int, Decimal]]]) -> None:
        drafts = [
            QuotationDraft(
                customer_id=customer,
                warehouse_id=self.company.warehouse,
                date=self.date,
                promised_date=self.date + datetime.timedelta(days=2),
                lines=[QuotationLineDraft(product_id=product, quantity=quantity) for product, quantity in goods],
            )
            for customer, goods in zip(customers, lines, strict=True)
        ]
        saved = save_quotations(quotations=drafts, **self.by)
        accept_quotations(quotation_ids=[quotation.id for quotation in saved], **self.by)

    def _order(self, customer: int, goods: list[tuple[int, Decimal]]) -> SalesOrderDraft:
        return SalesOrderDraft(
            customer_id=customer,
            warehouse_id=self.company.warehouse,
            date=self.date,
            promised_date=self.date + datetime.timedelta(days=self.dice.choice((1, 2, 2, 3, 7))),
            partial_delivery=self.dice.random() < 0.3,
            lines=[OrderLineDraft(product_id=product, quantity=quantity) for product, quantity in goods],
        )

    def _customer(self) -> int:
        return self.company.customers[_skewed(self.dice, len(self.company.customers), 2)]

    def _lines(self, *, short: bool) -> list[tuple[int, Decimal]]:
        """Five products, a few of them in most orders; quantities small, now and then large."""
        stocked = self.company.products[:-SCARCE]
        chosen: dict[int, Decimal] = {}
        while len(chosen) < LINES:
            product = stocked[_skewed(self.dice, len(stocked), 2)]
            chosen[product] = Decimal(max(1, min(5000, round(self.dice.lognormvariate(1.0, 1.1)))))
        if short and self.dice.random() < SHORT:
            chosen.popitem()
            chosen[self.dice.choice(self.company.products[-SCARCE:])] = Decimal(self.dice.randint(1, 9))
        return list(chosen.items())

    def _receipt(self) -> None:
        goods = self.dice.sample(self.company.products[:-SCARCE], min(20, len(self.company.products) - SCARCE))
        lines = [
            ReceiptLineDraft(product_id=p, quantity=Decimal(100), unit_cost=Decimal(self.dice.randint(5, 60))) for p in goods
        ]
        draft = ReceiptDraft(warehouse_id=self.company.warehouse, supplier_id=self.company.supplier, date=self.date, lines=lines)
        self.unit(lambda: receive_goods(receipts=[draft], **self.by))
        _settle()

    def _expenses(self, orders: int) -> None:
        """What else is booked in a firm that takes so many orders: expenses by cost account, three lines an order."""

        def post() -> None:
            accounts = list(LedgerAccount.objects.filter(kind="expense", is_control=False).order_by("code"))
            post_entries(entries=[self._expense(i, accounts) for i in range(max(1, 3 * orders // EXPENSE_LINES))], **self.by)

        self.unit(post)
        _settle()

    def _expense(self, i: int, accounts: list[LedgerAccount]) -> EntryDraft:
        costs = [
            LineDraft(account_id=self.dice.choice(accounts).pk, debit=cost, currency_code="CNY", currency_amount=cost)
            for cost in (Decimal(self.dice.randint(50, 9000)) for _ in range(EXPENSE_LINES - 1))
        ]
        spent = sum((line.debit for line in costs), Decimal(0))
        paid = LineDraft(role=AccountRole.BANK, credit=spent, currency_code="CNY", currency_amount=-spent)
        return EntryDraft(
            journal="general",
            date=self.date,
            document=DocumentRef("", i),
            document_number="",
            lines=[*costs, paid],
            memo="Expenses",
        )

    def _people(self, *, share: float) -> None:
        """What automation left to people: a share of it is done by hand, some is cancelled."""

        def waiting() -> list[int]:
            rows = SalesOrder.objects.filter(state="placed", date=self.date).order_by("pk")
            return [pk for pk in rows.values_list("pk", flat=True) if self.dice.random() < share]

        placed = self.unit(waiting)
        dropped = [pk for pk in placed if self.dice.random() < CANCELLED]
        kept = [pk for pk in placed if pk not in dropped]
        if dropped:
            self.unit(lambda: cancel_orders(order_ids=dropped, **self.by))
        if kept:
            self.unit(lambda: confirm_orders(order_ids=kept, **self.by))
            _settle()
            self.unit(lambda: reserve_orders(order_ids=kept, **self.by))
        _settle()
        self.now += datetime.timedelta(hours=1)
        self.unit(lambda: self._deliver(kept))
        _settle()
        self.unit(self._invoice)
        _settle()

    def _deliver(self, orders: list[int]) -> None:
        rows = SalesOrder.objects.filter(pk__in=orders, state="confirmed").exclude(
            lines__product__in=self.company.products[-SCARCE:]
        )
        plans = [DeliveryPlan(order_id=pk, date=self.date) for pk in rows.order_by("pk").values_list("pk", flat=True)]
        if plans:
            deliver_orders(deliveries=plans, **self.by)

    def _invoice(self) -> None:
        rows = Delivery.objects.filter(invoice__isnull=True, date=self.date).order_by("pk")
        if deliveries := list(rows.values_list("pk", flat=True)):
            invoice_deliveries(delivery_ids=deliveries, **self.by)

    def _money_later(self) -> None:
        """Invoices are paid around the day they are due, a few only in part, very few never."""
        due: dict[int, list[tuple[int, int, Decimal]]] = {}
        for pk, customer, total in self.unit(self._invoices):
            if self.dice.random() > UNPAID:
                part = total if self.dice.random() > PART_PAID else (total / 2).quantize(Decimal("0.01"))
                days = max(1, min(PAID_WITHIN_DAYS, round(self.dice.gauss(29, 8))))
                due.setdefault(days, []).append((pk, customer, part))
        for days, invoices in sorted(due.items()):
            self.now = self.first + datetime.timedelta(days=days)
            self._pay(invoices)

    def _money_today(self) -> None:
        self._pay([invoice for invoice in self.unit(self._invoices) if self.dice.random() < PAID_AT_ONCE])

    def _invoices(self) -> list[tuple[int, int, Decimal]]:
        return list(Invoice.objects.filter(date=self.date).order_by("pk").values_list("pk", "customer_id", "total"))

    def _pay(self, invoices: list[tuple[int, int, Decimal]]) -> None:
        drafts = [
            PaymentDraft(customer_id=customer, amount=amount, date=self.date, invoice_ids=[pk])
            for pk, customer, amount in invoices
            if amount > 0
        ]
        if drafts:
            self.unit(lambda: receive_payments(payments=drafts, **self.by))
        _settle()


def _skewed(dice: random.Random, count: int, power: int) -> int:
    """A position of `count`, the first ones far more often than the last."""
    return int(count * dice.random() ** power)


def _settle() -> None:
    """Until the relay has nothing left to do."""
    while drain():
        pass
