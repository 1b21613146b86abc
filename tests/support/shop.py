"""A company that trades: masters and shortcuts to the operations, all inside one open scope."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from erp.catalog.drafts import ProductDraft
from erp.catalog.operations.save_products import save_products
from erp.core.actor import Actor
from erp.core.rows import insert_rows
from erp.inventory.models import StockLevel, Warehouse
from erp.inventory.operations.post_receipts import PostedReceipt
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.ledger.models import AccountRole, PostingAccount
from erp.ledger.queries import trial_balance
from erp.parties.drafts import PartyDraft
from erp.parties.operations.save_parties import save_parties
from erp.reference.models import ExchangeRate
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.deliver_orders import DeliveryPlan, PostedDelivery, deliver_orders
from erp.sales.operations.place_orders import OrderLineDraft, PlacedOrder, SalesOrderDraft, place_orders
from erp.sales.operations.reserve_orders import reserve_orders
from tests.support.cast import AT, TODAY


@dataclass
class Shop:
    """Lamps and metres of cable in stock, an hour of work; Zen pays in euro, Yen in US dollars."""

    actor: Actor
    products: dict[str, int] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)
    warehouse: int = 0
    at: datetime.datetime = AT

    @property
    def by(self) -> dict[str, Any]:
        return {"actor": self.actor, "at": self.at}

    def wait(self, days: int) -> None:
        """What is done from now on is done that many days later."""
        self.at += datetime.timedelta(days=days)

    def receive(self, sku: str, quantity: str, value: str, date: datetime.date = TODAY) -> PostedReceipt:
        line = ReceiptLineDraft(product_id=self.products[sku], quantity=Decimal(quantity), value=Decimal(value))
        return receive_goods(receipts=[ReceiptDraft(warehouse_id=self.warehouse, date=date, lines=[line])], **self.by)[0]

    def draft(self, customer: str, lines: Sequence[tuple[str, str]], **more: Any) -> SalesOrderDraft:
        facts: dict[str, Any] = {"date": TODAY, "warehouse_id": self.warehouse}
        drafts = [OrderLineDraft(product_id=self.products[sku], quantity=Decimal(quantity)) for sku, quantity in lines]
        return SalesOrderDraft(customer_id=self.customers[customer], lines=drafts, **(facts | more))

    def place(self, customer: str, *lines: tuple[str, str], **more: Any) -> PlacedOrder:
        return place_orders(orders=[self.draft(customer, lines, **more)], **self.by)[0]

    def confirmed(self, customer: str, *lines: tuple[str, str], **more: Any) -> PlacedOrder:
        order = self.place(customer, *lines, **more)
        confirm_orders(order_ids=[order.id], **self.by)
        return order

    def reserved(self, customer: str, *lines: tuple[str, str], **more: Any) -> PlacedOrder:
        order = self.confirmed(customer, *lines, **more)
        reserve_orders(order_ids=[order.id], **self.by)
        return order

    def delivered(self, customer: str, *lines: tuple[str, str], **more: Any) -> PostedDelivery:
        order = self.reserved(customer, *lines, **more)
        return deliver_orders(deliveries=[DeliveryPlan(order_id=order.id, date=TODAY)], **self.by)[0]

    def level(self, sku: str) -> tuple[Decimal, Decimal, Decimal]:
        """On hand, reserved, value."""
        level = StockLevel.objects.get(product_id=self.products[sku], warehouse_id=self.warehouse)
        return level.on_hand, level.reserved, level.value

    def balance(self, role: str) -> Decimal:
        """Balance of the account of a role, debit positive."""
        account = PostingAccount.objects.get(role=role).account_id
        rows = trial_balance(first_date=datetime.date(TODAY.year, 1, 1), last_date=TODAY)
        return next(row.closing for row in rows if row.account_id == account)


@pytest.fixture
def shop(in_acme: Actor) -> Shop:
    """Acme with 10 lamps worth 100.00 and no cables yet; one US dollar is 0.90 euro, from the 20th on 0.95."""
    shop = Shop(in_acme)
    goods = [("LAMP", "40", "stocked", "PC"), ("CABLE", "2.5", "stocked", "M"), ("HOUR", "80", "service", "H")]
    drafts = [
        ProductDraft(sku=sku, name=sku.title(), kind=kind, unit_code=unit, tax_code="STD", list_price=Decimal(price))
        for sku, price, kind, unit in goods
    ]
    shop.products = dict(zip([sku for sku, *_ in goods], save_products(products=drafts, **shop.by), strict=True))
    zen = PartyDraft(
        code="ZEN", name="Zen", is_customer=True, currency_code="EUR", payment_term_code="NET30", credit_limit=Decimal(1000)
    )
    yen = PartyDraft(code="YEN", name="Yen", is_customer=True, currency_code="USD", payment_term_code="NET0")
    shop.customers = dict(zip(["ZEN", "YEN"], save_parties(parties=[zen, yen], **shop.by), strict=True))
    shop.warehouse = Warehouse.objects.get().pk
    rates = [
        ("USD", TODAY - datetime.timedelta(days=30), Decimal("0.90")),
        ("USD", TODAY + datetime.timedelta(days=18), Decimal("0.95")),
    ]
    insert_rows(ExchangeRate, ["currency_id", "valid_from_date", "rate"], rates)
    shop.receive("LAMP", "10", "100.00")
    assert shop.balance(AccountRole.INVENTORY) == 100
    return shop
