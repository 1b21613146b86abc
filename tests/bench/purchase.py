"""Purchase to pay: 1,000 products, 100 suppliers, five-line orders, 13 % tax, five durable steps each."""

import datetime
import random
from decimal import Decimal
from typing import Any

from erp.parties.drafts import PartyDraft
from erp.parties.models import Party
from erp.parties.operations.save_parties import save_parties
from erp.payables.operations.pay_bills import BillPaymentDraft, pay_bills
from erp.purchasing.drafts import (
    BillDraft,
    BillLineDraft,
    OrderReceipt,
    PlacedPurchaseOrder,
    PurchaseLineDraft,
    PurchaseOrderDraft,
    ReceivedLine,
)
from erp.purchasing.operations.bill_orders import bill_orders
from erp.purchasing.operations.issue_orders import issue_orders
from erp.purchasing.operations.place_purchase_orders import place_purchase_orders
from erp.purchasing.operations.receive_orders import receive_orders
from tests.bench.trade import LINES, Trade

SUPPLIERS = 100


class Purchase:
    """What a company that trades buys."""

    def __init__(self, trade: Trade, *, seed: int = 1) -> None:
        self.trade, self.dice = trade, random.Random(seed)
        self.suppliers = trade.unit(self._suppliers)

    def _suppliers(self) -> list[int]:
        drafts = [
            PartyDraft(code=f"S{i:03}", name=f"Supplier {i}", is_supplier=True, currency_code="CNY", payment_term_code="NET30")
            for i in range(SUPPLIERS)
        ]
        known = list(Party.objects.filter(is_supplier=True).order_by("pk").values_list("pk", flat=True))
        return known or save_parties(parties=drafts, **self.trade.by)

    def purchase_to_pay(self, orders: int = 1, lines: int = LINES) -> None:
        """Write; issue; receive with its value; bill with its match; pay and reconcile: five commits."""
        trade, today = self.trade, self.trade.today
        drafts = [self._draft(lines) for _ in range(orders)]
        placed = trade.unit(lambda: place_purchase_orders(orders=drafts, **trade.by))
        ids = [order.id for order in placed]
        trade.unit(lambda: issue_orders(order_ids=ids, **trade.by))
        pairs = list(zip(placed, drafts, strict=True))
        receipts = [self._receipt(order, draft, today) for order, draft in pairs]
        trade.unit(lambda: receive_orders(receipts=receipts, **trade.by))
        bills = [self._bill(order, draft) for order, draft in pairs]
        entered = trade.unit(lambda: bill_orders(bills=bills, **trade.by))
        assert all(bill.state == "posted" for bill in entered)
        payments: list[Any] = [
            BillPaymentDraft(supplier_id=draft.supplier_id, amount=order.company_total, date=today, bill_ids=[bill.id])
            for (order, draft), bill in zip(pairs, entered, strict=True)
        ]
        trade.unit(lambda: pay_bills(payments=payments, **trade.by))

    def _draft(self, lines: int) -> PurchaseOrderDraft:
        return PurchaseOrderDraft(
            supplier_id=self.dice.choice(self.suppliers),
            warehouse_id=self.trade.warehouse,
            date=self.trade.today,
            lines=[
                PurchaseLineDraft(
                    product_id=product,
                    quantity=Decimal(self.dice.randint(1, 5)),
                    unit_price=Decimal(5 + product % 40),
                    requested_date=self.trade.today,
                )
                for product in self.dice.sample(self.trade.products, lines)
            ],
        )

    def _receipt(self, order: PlacedPurchaseOrder, draft: PurchaseOrderDraft, today: datetime.date) -> OrderReceipt:
        arrived = [ReceivedLine(line_id=pk, arrived=line.quantity) for pk, line in zip(order.line_ids, draft.lines, strict=True)]
        return OrderReceipt(order_id=order.id, date=today, lines=arrived)

    def _bill(self, order: PlacedPurchaseOrder, draft: PurchaseOrderDraft) -> BillDraft:
        return BillDraft(
            supplier_id=draft.supplier_id,
            supplier_number=f"R-{order.number}",
            date=self.trade.today,
            lines=[
                BillLineDraft(order_line_id=pk, quantity=line.quantity)
                for pk, line in zip(order.line_ids, draft.lines, strict=True)
            ],
        )
