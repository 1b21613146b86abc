"""A supplier, an agreement and the ways to order and receive by it, for the tests of buying, planning and making."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pytest

from erp.core.scope import company_scope
from erp.parties.drafts import PartyDraft
from erp.parties.operations.save_parties import save_parties
from erp.purchasing.drafts import (
    AgreementDraft,
    AgreementLineDraft,
    BillDraft,
    BillLineDraft,
    EnteredBill,
    OrderReceipt,
    PlacedPurchaseOrder,
    PurchaseLineDraft,
    PurchaseOrderDraft,
    ReceivedLine,
    TierDraft,
)
from erp.purchasing.models import AgreementLine
from erp.purchasing.operations.bill_orders import bill_orders
from erp.purchasing.operations.issue_orders import issue_orders
from erp.purchasing.operations.place_purchase_orders import place_purchase_orders
from erp.purchasing.operations.receive_orders import receive_orders
from erp.purchasing.operations.save_agreements import save_agreements
from tests.support.cast import AT, TODAY
from tests.support.trade import Trade

FIRST = datetime.date(2026, 1, 1)


@dataclass
class Buying:
    """Ids of what there is: the supplier ORION, with whom lamps are agreed at 10.00 from 1 and 9.00 from 50."""

    trade: Trade
    supplier: int
    agreement: int
    line: int

    def draft(self, quantity: str = "100", *, price: str | None = None, days: int = 7) -> PurchaseOrderDraft:
        lines = [
            PurchaseLineDraft(
                product_id=self.trade.lamp,
                quantity=Decimal(quantity),
                unit_price=None if price is None else Decimal(price),
                requested_date=TODAY + datetime.timedelta(days=days),
                agreement_line_id=self.line,
            )
        ]
        return PurchaseOrderDraft(
            supplier_id=self.supplier, warehouse_id=self.trade.warehouse, date=TODAY, lines=lines, agreement_id=self.agreement
        )

    def order(self, quantity: str = "100", *, price: str | None = None, issued: bool = True) -> PlacedPurchaseOrder:
        """An order of lamps, sent to the supplier unless it is said otherwise."""
        actor = self.trade.actor
        with company_scope(actor):
            [placed] = place_purchase_orders(orders=[self.draft(quantity, price=price)], actor=actor, at=AT)
            if issued:
                issue_orders(order_ids=[placed.id], actor=actor, at=AT)
        return placed

    def receive(self, order: PlacedPurchaseOrder, arrived: str, rejected: str = "0", *, day: datetime.date = TODAY) -> None:
        lines = [
            ReceivedLine(line_id=order.line_ids[0], arrived=Decimal(arrived), rejected=Decimal(rejected), reason="scratched")
        ]
        with company_scope(self.trade.actor):
            draft = OrderReceipt(order_id=order.id, date=day, lines=lines)
            receive_orders(receipts=[draft], actor=self.trade.actor, at=AT)

    def bill(
        self,
        order: PlacedPurchaseOrder,
        quantity: str,
        price: str | None = None,
        *,
        number: str = "R-1",
        kind: str = "bill",
        day: datetime.date = TODAY,
    ) -> EnteredBill:
        lines = [
            BillLineDraft(
                order_line_id=order.line_ids[0],
                quantity=Decimal(quantity),
                unit_price=None if price is None else Decimal(price),
            )
        ]
        draft = BillDraft(supplier_id=self.supplier, supplier_number=number, date=day, lines=lines, kind=kind)
        with company_scope(self.trade.actor):
            [entered] = bill_orders(bills=[draft], actor=self.trade.actor, at=AT)
        return entered


def agreement_of(
    supplier: int, products: Sequence[AgreementLineDraft], *, currency: str = "EUR", **head: object
) -> AgreementDraft:
    return AgreementDraft(supplier_id=supplier, currency_code=currency, valid_from_date=FIRST, lines=products, **head)  # type: ignore[arg-type]


@pytest.fixture
def buying(trade: Trade) -> Buying:
    """Acme buys lamps from ORION."""
    with company_scope(trade.actor):
        orion = PartyDraft(code="ORION", name="Orion Optics", is_supplier=True, currency_code="EUR", payment_term_code="NET30")
        [supplier] = save_parties(parties=[orion], actor=trade.actor, at=AT)
        tiers = [TierDraft(price=Decimal(10)), TierDraft(from_quantity=Decimal(50), price=Decimal(9))]
        line = AgreementLineDraft(product_id=trade.lamp, lead_days=5, min_quantity=Decimal(10), tiers=tiers)
        [agreement] = save_agreements(agreements=[agreement_of(supplier, [line])], actor=trade.actor, at=AT)
        line_id = AgreementLine.objects.get(agreement_id=agreement).pk
    return Buying(trade, supplier, agreement, line_id)
