"""A small trade for the tests of screens: two products on stock, a customer, orders at every stage of the line."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.test import Client

from erp.catalog.drafts import ProductDraft
from erp.catalog.operations.save_products import save_products
from erp.core import clock
from erp.core.actor import Actor, system_actor
from erp.core.scope import company_scope
from erp.identity.models import Company, Membership, User
from erp.identity.roles import Role
from erp.inventory.models import Warehouse
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.parties.drafts import PartyDraft
from erp.parties.operations.save_parties import save_parties
from erp.receivables.models import Invoice
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from erp.sales.models import DeliveryLine
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.credit_returns import credit_returns
from erp.sales.operations.deliver_orders import DeliveryPlan, deliver_orders
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.operations.place_orders import OrderLineDraft, SalesOrderDraft, place_orders
from erp.sales.operations.reserve_orders import reserve_orders
from erp.sales.operations.return_goods import ReturnDraft, ReturnLineDraft, return_goods
from tests.support.cast import AT, TODAY

STAGES = ("placed", "confirmed", "reserved", "delivered", "invoiced", "paid")
STOCKED = datetime.date(2026, 1, 2)
LogIn = Callable[..., Client]


@dataclass
class Trade:
    """Ids of what there is, and the ways to make more of it as the system."""

    actor: Actor
    warehouse: int
    lamp: int
    cable: int
    customer: int
    receipt: int

    def order(
        self, stage: str = "placed", *, quantity: str = "3", unit: str = "", partial: bool = False, day: datetime.date = TODAY
    ) -> int:
        """An order of lamps and cables taken as far as the stage; its id."""
        with company_scope(self.actor):
            lines = [
                OrderLineDraft(product_id=self.lamp, quantity=Decimal(quantity), unit=unit),
                OrderLineDraft(product_id=self.cable, quantity=Decimal(2)),
            ]
            draft = SalesOrderDraft(
                customer_id=self.customer, warehouse_id=self.warehouse, date=day, lines=lines, partial_delivery=partial
            )
            [placed] = place_orders(orders=[draft], actor=self.actor, at=AT)
            self._advance(placed.id, STAGES.index(stage), day)
        return placed.id

    def take_back(self, order_id: int, *, credit: bool = False) -> int:
        """A lamp of the order's delivery comes back, and is credited where asked; the id of its return."""
        with company_scope(self.actor):
            line = DeliveryLine.objects.filter(delivery__order_id=order_id, product_id=self.lamp).get()
            lines = [ReturnLineDraft(delivery_line_id=line.pk, quantity=Decimal(1))]
            draft = ReturnDraft(delivery_id=line.delivery_id, date=TODAY, reason="damaged", lines=lines)
            [made] = return_goods(returns=[draft], actor=self.actor, at=AT)
            if credit:
                credit_returns(return_ids=[made.id], actor=self.actor, at=AT)
        return made.id

    def _advance(self, order_id: int, steps: int, day: datetime.date) -> None:
        actor = self.actor
        if steps >= 1:
            confirm_orders(order_ids=[order_id], actor=actor, at=AT)
        if steps >= 2:
            reserve_orders(order_ids=[order_id], actor=actor, at=AT)
        if steps >= 3:
            [delivery] = deliver_orders(deliveries=[DeliveryPlan(order_id=order_id, date=day)], actor=actor, at=AT)
        if steps >= 4:
            [posted] = invoice_deliveries(delivery_ids=[delivery.id], actor=actor, at=AT)
        if steps >= 5:
            invoice = Invoice.objects.get(pk=posted.id)
            draft = PaymentDraft(customer_id=self.customer, amount=invoice.total, date=day, invoice_ids=[invoice.pk])
            receive_payments(payments=[draft], actor=actor, at=AT)


@pytest.fixture
def trade(acme: Company, monkeypatch: pytest.MonkeyPatch) -> Trade:
    """Acme with 100 lamps and 100 cables in MAIN and the customer ZEN, on the day of the tests."""
    monkeypatch.setattr(clock, "now", lambda: AT)
    actor = system_actor(acme.pk, "test")
    with company_scope(actor):
        lamp = ProductDraft(sku="LAMP", name="Lamp", unit_code="PC", tax_code="STD", list_price=Decimal(40))
        cable = ProductDraft(sku="CABLE", name="Cable", unit_code="PC", tax_code="STD", list_price=Decimal("2.5"))
        products = save_products(products=[lamp, cable], actor=actor, at=AT)
        zen = PartyDraft(code="ZEN", name="Zen GmbH", is_customer=True, currency_code="EUR", payment_term_code="NET30")
        [customer] = save_parties(parties=[zen], actor=actor, at=AT)
        warehouse = Warehouse.objects.get().pk
        lines = [ReceiptLineDraft(product_id=pk, quantity=Decimal(100), unit_cost=Decimal(7)) for pk in products]
        [receipt] = receive_goods(receipts=[ReceiptDraft(warehouse_id=warehouse, date=STOCKED, lines=lines)], actor=actor, at=AT)
    return Trade(actor, warehouse, products[0], products[1], customer, receipt.id)


@pytest.fixture
def log_in(acme: Company) -> LogIn:
    """Somebody with these roles, logged in."""

    def enter(*roles: Role) -> Client:
        name = "-".join(roles)
        user = User.objects.create_user(username=name, email=f"{name}@acme.example", password="x", display_name=name.title())
        Membership.objects.bulk_create([Membership(user=user, company=acme, role=role) for role in roles])
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter
