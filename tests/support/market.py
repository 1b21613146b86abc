"""A company whose rules let everything up to 1,000 go by itself, and the verbs of the line in a unit of work each."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from io import StringIO
from typing import Any

from django.core.management import call_command

from crm.pipeline.drafts import QuotationDraft, QuotationLineDraft
from crm.pipeline.operations.accept_quotations import accept_quotations
from crm.pipeline.operations.save_quotations import save_quotations
from erp.automation.operations.save_rules import RuleDraft, save_rules
from erp.catalog.drafts import ProductDraft
from erp.catalog.operations.save_products import save_products
from erp.core import clock
from erp.core.actor import Actor, system_actor
from erp.core.scope import company_scope
from erp.core.units import run_unit
from erp.inventory.models import StockLevel, Warehouse
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.parties.drafts import PartyDraft
from erp.parties.operations.save_parties import save_parties
from erp.sales.models import Delivery, SalesOrder
from erp.sales.operations.place_orders import OrderLineDraft, SalesOrderDraft, place_orders
from tests.support.cast import ZONE, found

VERBS = ("confirm", "reserve", "deliver", "invoice")
LIMIT = Decimal(1000)
PARTY = PartyDraft(code="", name="", is_customer=True, currency_code="EUR", payment_term_code="NET30")


@dataclass
class Market:
    """Ids by code. Plain values only, so that it can be handed to another process."""

    actor: Actor
    warehouse: int = 0
    products: dict[str, int] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)

    def unit(self, work: Callable[[], Any]) -> Any:
        """In a unit of work of its own."""
        return run_unit(self.actor, work)

    def by(self, **more: Any) -> dict[str, Any]:
        return {"actor": self.actor, "at": clock.now(), **more}

    def limit(self, customer: str, amount: str) -> None:
        """Give a customer a credit limit."""
        draft = replace(PARTY, id=self.customers[customer], code=customer, name=customer.title(), credit_limit=Decimal(amount))
        self.unit(lambda: save_parties(parties=[draft], **self.by()))

    def receive(self, goods: Mapping[str, str], cost: str = "6") -> None:
        lines = [
            ReceiptLineDraft(product_id=self.products[sku], quantity=Decimal(quantity), unit_cost=Decimal(cost))
            for sku, quantity in goods.items()
        ]
        receipt = ReceiptDraft(warehouse_id=self.warehouse, date=today(), lines=lines)
        self.unit(lambda: receive_goods(receipts=[receipt], **self.by()))

    def sell(self, goods: Mapping[str, str], customer: str = "ZEN", **more: Any) -> int:
        """A quotation, accepted; the id of its sales order."""
        quotation = self.offer(goods, customer, **more)
        self.unit(lambda: accept_quotations(quotation_ids=[quotation], **self.by()))
        with self.looking():
            return SalesOrder.objects.get(source_kind="quotation", source_id=quotation).pk

    def offer(self, goods: Mapping[str, str], customer: str = "ZEN", **more: Any) -> int:
        """A quotation; its id."""
        lines = [QuotationLineDraft(product_id=self.products[sku], quantity=Decimal(q)) for sku, q in goods.items()]
        draft = QuotationDraft(customer_id=self.customers[customer], date=today(), lines=lines, **more)
        [saved] = self.unit(lambda: save_quotations(quotations=[draft], **self.by()))
        return saved if isinstance(saved, int) else saved.id

    def place(self, orders: Sequence[Mapping[str, str]], customer: str = "ZEN", **more: Any) -> list[int]:
        """Sales orders placed straight in the ERP; their ids."""
        drafts = [
            SalesOrderDraft(
                customer_id=self.customers[customer],
                warehouse_id=self.warehouse,
                date=today(),
                lines=[OrderLineDraft(product_id=self.products[sku], quantity=Decimal(q)) for sku, q in goods.items()],
                **more,
            )
            for goods in orders
        ]
        return [order.id for order in self.unit(lambda: place_orders(orders=drafts, **self.by()))]

    def looking(self) -> Any:
        """A scope to read in."""
        return company_scope(self.actor, read_only=True)

    def states(self, *order_ids: int) -> list[str]:
        with self.looking():
            found = dict(SalesOrder.objects.filter(pk__in=order_ids).values_list("pk", "state"))
        return [found[i] for i in order_ids]

    def deliveries(self, order_id: int) -> list[int]:
        with self.looking():
            return list(Delivery.objects.filter(order_id=order_id).order_by("pk").values_list("pk", flat=True))

    def level(self, sku: str) -> tuple[Decimal, Decimal]:
        """On hand and reserved."""
        with self.looking():
            level = StockLevel.objects.get(product_id=self.products[sku], warehouse_id=self.warehouse)
        return level.on_hand, level.reserved


def open_market(code: str = "acme", *, skus: Sequence[str] = ("LAMP", "CABLE"), rules: Sequence[str] = VERBS) -> Market:
    """Lamps at 40 and cables at 40 (13 % tax), no stock; ZEN without a credit limit, POOR with one of 100.00."""
    market = Market(system_actor(found(code).pk, "market"))
    products = [ProductDraft(sku=sku, name=sku.title(), unit_code="PC", tax_code="STD", list_price=Decimal(40)) for sku in skus]
    parties = [
        replace(PARTY, code="ZEN", name="Zen"),
        replace(PARTY, code="POOR", name="Poor", credit_limit=Decimal(100)),
    ]
    drafts = [RuleDraft(verb=verb, name=verb, valid_from_date=datetime.date(2025, 1, 1), limit_amount=LIMIT) for verb in rules]

    def found_masters() -> None:
        market.products = dict(zip(skus, save_products(products=products, **market.by()), strict=True))
        market.customers = dict(zip(("ZEN", "POOR"), save_parties(parties=parties, **market.by()), strict=True))
        save_rules(drafts=drafts, **market.by())
        market.warehouse = Warehouse.objects.get().pk

    market.unit(found_masters)
    return market


def today() -> datetime.date:
    """The day where the market is; no scope need be open."""
    return clock.local_date(clock.now(), ZONE)


def verify() -> str:
    """What `manage.py verify` prints; raises CommandError if anything differs."""
    out = StringIO()
    call_command("verify", stdout=out, no_color=True)
    return out.getvalue()
