"""The work of procure to pay: 100 suppliers with 50 agreed products each, five-line orders, 13 % tax, five durable steps each."""

from decimal import Decimal
from typing import Any

from erp.core.units import run_unit
from erp.parties.drafts import PartyDraft
from erp.parties.models import Party
from erp.parties.operations.save_parties import save_parties
from erp.payables.operations.pay_bills import BillPaymentDraft, pay_bills
from erp.purchasing.drafts import (
    AgreementDraft,
    AgreementLineDraft,
    BillDraft,
    BillLineDraft,
    OrderReceipt,
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
from tests.bench.trade import LINES, PRODUCTS, Trade

SUPPLIERS, OFFERED = 100, 50


class Buying:
    """What the company of a `Trade` buys, from suppliers of its own."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self.suppliers, self.agreements, self.terms = trade.unit(self._seed)

    def _seed(self) -> tuple[list[int], list[int], dict[tuple[int, int], int]]:
        """Suppliers, their agreements, and the line of each agreement and product."""
        parties = [
            PartyDraft(code=f"S{i:03}", name=f"Supplier {i}", is_supplier=True, currency_code="CNY", payment_term_code="NET30")
            for i in range(SUPPLIERS)
        ]
        save_parties(parties=parties, **self.trade.by)
        suppliers = list(
            Party.objects.filter(is_supplier=True, code__startswith="S").order_by("code").values_list("pk", flat=True)
        )
        agreements = [
            AgreementDraft(
                supplier_id=supplier,
                currency_code="CNY",
                valid_from_date=self.trade.today,
                lines=[
                    AgreementLineDraft(product_id=product, tiers=[TierDraft(price=Decimal(5 + (i + k) % 40))])
                    for k, product in enumerate(self._offered(i))
                ],
            )
            for i, supplier in enumerate(suppliers)
        ]
        saved = list(save_agreements(agreements=agreements, **self.trade.by))
        lines = AgreementLine.objects.filter(agreement_id__in=saved).values_list("agreement_id", "product_id", "pk")
        return suppliers, saved, {(agreement, product): pk for agreement, product, pk in lines}

    def _offered(self, supplier: int) -> list[int]:
        return [self.trade.products[(supplier * 10 + k) % PRODUCTS] for k in range(OFFERED)]

    def draft(self, lines: int) -> tuple[PurchaseOrderDraft, list[Decimal]]:
        dice, today = self.trade.dice, self.trade.today
        chosen = dice.randrange(SUPPLIERS)
        quantities = [Decimal(dice.randint(1, 5)) for _ in range(lines)]
        products = dice.sample(self._offered(chosen), lines)
        order = PurchaseOrderDraft(
            supplier_id=self.suppliers[chosen],
            warehouse_id=self.trade.warehouse,
            agreement_id=self.agreements[chosen],
            date=today,
            lines=[
                PurchaseLineDraft(
                    product_id=product,
                    quantity=quantity,
                    requested_date=today,
                    agreement_line_id=self.terms[self.agreements[chosen], product],
                )
                for product, quantity in zip(products, quantities, strict=True)
            ],
        )
        return order, quantities

    def procure_to_pay(self, orders: int = 1, lines: int = LINES) -> None:
        """Place; issue; receive everything; bill it, matched with order and receipt; pay and reconcile: five commits."""
        today = self.trade.today
        drafts = [self.draft(lines) for _ in range(orders)]
        placed = self._unit(place_purchase_orders, orders=[order for order, _ in drafts])
        self._unit(issue_orders, order_ids=[order.id for order in placed])
        come = [dict(zip(p.line_ids, quantities, strict=True)) for p, (_, quantities) in zip(placed, drafts, strict=True)]
        receipts = [
            OrderReceipt(order_id=p.id, date=today, lines=[ReceivedLine(line_id=pk, arrived=q) for pk, q in c.items()])
            for p, c in zip(placed, come, strict=True)
        ]
        self._unit(receive_orders, receipts=receipts)
        suppliers = [order.supplier_id for order, _ in drafts]
        bills = [
            BillDraft(
                supplier_id=supplier,
                supplier_number=f"R-{p.number}",
                date=today,
                lines=[BillLineDraft(order_line_id=pk, quantity=q) for pk, q in c.items()],
            )
            for supplier, p, c in zip(suppliers, placed, come, strict=True)
        ]
        entered = self._unit(bill_orders, bills=bills)
        assert all(bill.state == "posted" for bill in entered)
        payments = [
            BillPaymentDraft(supplier_id=supplier, amount=p.company_total, date=today, bill_ids=[bill.id])
            for supplier, p, bill in zip(suppliers, placed, entered, strict=True)
        ]
        self._unit(pay_bills, payments=payments)

    def _unit(self, operation: Any, **what: Any) -> Any:
        return run_unit(self.trade.actor, lambda: operation(**what, **self.trade.by))
