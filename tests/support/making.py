"""A lamp of three levels and the ways to make it, for the tests of making and planning."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

import pytest

from erp.catalog.drafts import ProductDraft
from erp.catalog.operations.save_products import save_products
from erp.core.scope import company_scope
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.manufacturing.drafts import BomDraft, BomLineDraft, CompletionDraft, ManufacturingDraft
from erp.manufacturing.operations.complete_production import complete_production
from erp.manufacturing.operations.place_production import place_production
from erp.manufacturing.operations.release_production import release_production
from erp.manufacturing.operations.save_bills import save_bills
from tests.support.cast import AT, TODAY
from tests.support.trade import Trade

FIRST = datetime.date(2026, 1, 1)
STOCKED = datetime.date(2026, 1, 2)


@dataclass
class Making:
    """Ids of what there is: HERON is made of a SHADE (made of FRAME and half a metre of FABRIC), a BASE and two BULBs."""

    trade: Trade
    products: dict[str, int]

    def bom(self, sku: str, *lines: tuple[str, str], **head: object) -> BomDraft:
        drafts = [BomLineDraft(component_id=self.products[name], quantity=Decimal(quantity)) for name, quantity in lines]
        return BomDraft(product_id=self.products[sku], valid_from_date=FIRST, lines=drafts, **head)  # type: ignore[arg-type]

    def save(self, *drafts: BomDraft) -> list[int]:
        with company_scope(self.trade.actor):
            return save_bills(bills=drafts, actor=self.trade.actor, at=AT)

    def stock(self, quantity: str, *skus: str, cost: str = "2") -> None:
        lines = [
            ReceiptLineDraft(product_id=self.products[sku], quantity=Decimal(quantity), unit_cost=Decimal(cost)) for sku in skus
        ]
        with company_scope(self.trade.actor):
            draft = ReceiptDraft(warehouse_id=self.trade.warehouse, date=STOCKED, lines=lines)
            receive_goods(receipts=[draft], actor=self.trade.actor, at=AT)

    def order(self, sku: str, quantity: str, *, released: bool = True, priority: int = 0, days: int = 5) -> int:
        draft = ManufacturingDraft(
            product_id=self.products[sku],
            quantity=Decimal(quantity),
            warehouse_id=self.trade.warehouse,
            date=TODAY,
            start_date=TODAY,
            due_date=TODAY + datetime.timedelta(days=days),
            priority=priority,
        )
        with company_scope(self.trade.actor):
            [placed] = place_production(orders=[draft], actor=self.trade.actor, at=AT)
            if released:
                release_production(order_ids=[placed.id], actor=self.trade.actor, at=AT)
        return placed.id

    def complete(self, order_id: int, good: str, scrapped: str = "0", *, expected: bool = False) -> None:
        draft = CompletionDraft(
            order_id=order_id, good=Decimal(good), scrapped=Decimal(scrapped), expected_scrap=expected, date=TODAY
        )
        with company_scope(self.trade.actor):
            complete_production(completions=[draft], actor=self.trade.actor, at=AT)


@pytest.fixture
def making(trade: Trade) -> Making:
    names = {"HERON": "PC", "SHADE": "PC", "FRAME": "PC", "FABRIC": "M", "BASE": "PC", "BULB": "PC"}
    with company_scope(trade.actor):
        drafts = [
            ProductDraft(sku=sku, name=sku.title(), unit_code=unit, tax_code="STD", list_price=Decimal(50))
            for sku, unit in names.items()
        ]
        products = dict(zip(names, save_products(products=drafts, actor=trade.actor, at=AT), strict=True))
    made = Making(trade, products)
    made.save(
        made.bom("SHADE", ("FRAME", "1"), ("FABRIC", "0.5"), lead_days=1),
        made.bom("HERON", ("SHADE", "1"), ("BASE", "1"), ("BULB", "2"), lead_days=2),
    )
    return made
