"""The work: 1,000 products with ample stock, 100 customers, five-line orders, 13 % tax, five durable steps each."""

import datetime
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from erp.automation.operations.save_rules import RuleDraft, save_rules
from erp.catalog.drafts import ProductDraft
from erp.catalog.operations.save_products import save_products
from erp.core import bus, clock
from erp.core.actor import Actor, system_actor
from erp.core.units import run_unit
from erp.inventory.models import Receipt, Warehouse
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.parties.drafts import PartyDraft
from erp.parties.operations.save_parties import save_parties
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.deliver_orders import DeliveryPlan, deliver_orders
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.operations.place_orders import OrderLineDraft, SalesOrderDraft, place_orders
from erp.sales.operations.reserve_orders import reserve_orders
from integration.founding import CompanyPlan, found_company

T = TypeVar("T")
PRODUCTS, CUSTOMERS, LINES = 1000, 100, 5


class Trade:
    """A company that trades; it is founded if there is none of that code. `products` narrows what is ordered."""

    def __init__(
        self,
        code: str,
        *,
        products: int = PRODUCTS,
        seed: int = 1,
        automatic: bool = False,
        stock: int = PRODUCTS,
        customers: int = CUSTOMERS,
    ) -> None:
        at = clock.now()
        plan = CompanyPlan(
            code=code,
            name=code,
            currency_code="CNY",
            time_zone="Asia/Shanghai",
            country="CN",
            chart="china_enterprise",
            taxes=(("VAT13", "13 %", Decimal("0.13")),),
            warehouses=(("MAIN", "Main"),),
            first_year=at.year - 1,
            last_year=at.year + 1,
        )
        company, _ = found_company(plan, at=at, then=lambda actor: _seed(actor, at, stock, customers, automatic=automatic))
        self.actor, self.dice = system_actor(company.pk, "bench"), random.Random(seed)
        self.today = clock.local_date(at, "Asia/Shanghai")
        self.warehouse, self.products, self.customers = self.unit(_ids)
        self.products = self.products[:products]

    def unit(self, work: Callable[[], T]) -> T:
        return run_unit(self.actor, work)

    @property
    def by(self) -> dict[str, Any]:
        return {"actor": self.actor, "at": clock.now()}

    def draft(self, lines: int = LINES) -> SalesOrderDraft:
        return SalesOrderDraft(
            customer_id=self.dice.choice(self.customers),
            warehouse_id=self.warehouse,
            date=self.today,
            lines=[
                OrderLineDraft(product_id=product, quantity=Decimal(self.dice.randint(1, 5)))
                for product in self.dice.sample(self.products, lines)
            ],
        )

    def place(self, orders: int, lines: int = LINES) -> list[int]:
        return list(self._place(orders, lines))

    def _place(self, orders: int, lines: int) -> dict[int, int]:
        """The orders with their customers."""
        drafts = [self.draft(lines) for _ in range(orders)]
        placed = self.unit(lambda: place_orders(orders=drafts, **self.by))
        return {order.id: draft.customer_id for order, draft in zip(placed, drafts, strict=True)}

    def order_to_cash(self, orders: int = 1, lines: int = LINES) -> None:
        """Create; confirm with reservation; deliver with cost of sales; invoice; pay and reconcile: five commits."""
        customers = self._place(orders, lines)
        placed = list(customers)

        def confirm() -> None:
            with bus.together():
                confirm_orders(order_ids=placed, **self.by)
                assert all(reserve_orders(order_ids=placed, **self.by).values())

        self.unit(confirm)
        plans = [DeliveryPlan(order_id=order_id, date=self.today) for order_id in placed]
        delivered = [d.id for d in self.unit(lambda: deliver_orders(deliveries=plans, **self.by))]
        invoices = self.unit(lambda: invoice_deliveries(delivery_ids=delivered, **self.by))
        payments = [
            PaymentDraft(customer_id=customers[order_id], amount=invoice.total, date=self.today, invoice_ids=[invoice.id])
            for order_id, invoice in zip(placed, invoices, strict=True)
        ]
        self.unit(lambda: receive_payments(payments=payments, **self.by))


def _seed(actor: Actor, at: datetime.datetime, stock: int, buyers: int, *, automatic: bool) -> None:
    today = clock.local_date(at, "Asia/Shanghai")
    by: dict[str, Any] = {"actor": actor, "at": at}
    products = [
        ProductDraft(sku=f"P{i:04}", name=f"Product {i}", unit_code="PC", tax_code="VAT13", list_price=Decimal(10 + i % 90))
        for i in range(stock)
    ]
    ids = save_products(products=products, **by)
    customers = [
        PartyDraft(
            code=f"C{i:03}",
            name=f"Customer {i}",
            is_customer=True,
            currency_code="CNY",
            payment_term_code="NET30",
            credit_limit=Decimal(10**9),
        )
        for i in range(buyers)
    ]
    save_parties(parties=customers, **by)
    lines = [
        ReceiptLineDraft(product_id=pk, quantity=Decimal(10_000_000), unit_cost=Decimal(5 + i % 40)) for i, pk in enumerate(ids)
    ]
    warehouse = Warehouse.objects.get().pk
    receive_goods(receipts=[ReceiptDraft(warehouse_id=warehouse, date=today, purpose=Receipt.Purpose.OPENING, lines=lines)], **by)
    if automatic:
        verbs = ("confirm", "reserve", "deliver", "invoice")
        save_rules(drafts=[RuleDraft(verb=v, name=v, valid_from_date=today, limit_amount=Decimal(10**9)) for v in verbs], **by)


def _ids() -> tuple[int, list[int], list[int]]:
    from erp.catalog.models import Product
    from erp.parties.models import Party

    return (
        Warehouse.objects.get().pk,
        list(Product.objects.filter(stocklevel__on_hand__gt=0).order_by("pk").values_list("pk", flat=True)[:PRODUCTS]),
        list(Party.objects.filter(is_customer=True).order_by("pk").values_list("pk", flat=True)[:CUSTOMERS]),
    )
