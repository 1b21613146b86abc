"""A small factory with the real wiring: lamps of shades of cables, a supplier, and what the outside world does by hand."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from erp.catalog.models import Product
from erp.manufacturing.drafts import BomDraft, BomLineDraft
from erp.manufacturing.operations.save_bills import save_bills
from erp.parties.drafts import PartyDraft
from erp.parties.operations.save_parties import save_parties
from erp.purchasing.drafts import AdviceDraft, AdvisedLine, AgreementLineDraft, OrderAnswer, TierDraft
from erp.purchasing.models import PurchaseOrder, PurchaseOrderLine
from erp.purchasing.operations.advise_deliveries import advise_deliveries
from erp.purchasing.operations.answer_orders import answer_orders
from erp.purchasing.operations.save_agreements import save_agreements
from erp.sales.models import SalesOrder
from scm.planning.drafts import ItemPolicyDraft
from scm.planning.operations.save_policies import save_policies
from tests.support.buying import FIRST, agreement_of
from tests.support.market import VERBS, Market, open_market, today

SUPPLIER = PartyDraft(code="WIRES", name="Wires & Co", is_supplier=True, currency_code="EUR", payment_term_code="NET30")


def found_works(market: Market, skus: Sequence[str], *, term: str = "NET30") -> int:
    """The first of the three is made of the second, in two days; the second of the third, in one; the third is bought, and comes
    three days after it is ordered. The id of its supplier; in a unit of work."""
    lamp, shade, cable = (market.products[sku] for sku in skus)
    Product.objects.filter(pk__in=[lamp, shade]).update(supply=Product.Supply.MAKE)
    bills = [
        BomDraft(
            product_id=made,
            valid_from_date=FIRST,
            lead_days=days,
            lines=[BomLineDraft(component_id=part, quantity=Decimal(1))],
        )
        for made, part, days in ((lamp, shade, 2), (shade, cable, 1))
    ]
    save_bills(bills=bills, **market.by())
    [supplier] = save_parties(parties=[replace(SUPPLIER, payment_term_code=term)], **market.by())
    line = AgreementLineDraft(product_id=cable, lead_days=3, tiers=[TierDraft(price=Decimal(5))])
    save_agreements(agreements=[agreement_of(supplier, [line])], **market.by())
    save_policies(policies=[ItemPolicyDraft(product_id=lamp, warehouse_id=market.warehouse)], **market.by())
    return supplier


class Works:
    """A LAMP takes a SHADE and two days, a SHADE takes a CABLE and one day, a CABLE comes three days after it is ordered."""

    def __init__(self, *, rules: Sequence[str] = (*VERBS, "accept", "issue", "release")) -> None:
        skus = ("LAMP", "SHADE", "CABLE")
        self.market = open_market(skus=skus, rules=rules)
        self.supplier: int = self.market.unit(lambda: found_works(self.market, skus))

    def safety(self, sku: str, quantity: str) -> None:
        policy = ItemPolicyDraft(
            product_id=self.market.products[sku], warehouse_id=self.market.warehouse, safety_stock=Decimal(quantity)
        )
        self.market.unit(lambda: save_policies(policies=[policy], **self.market.by()))

    def orders(self) -> list[PurchaseOrder]:
        with self.market.looking():
            return list(PurchaseOrder.objects.order_by("id"))

    def confirm(self, order_id: int, *, days: int) -> None:
        """The supplier promises everything of an order for so many days from today."""
        answer = OrderAnswer(order_id=order_id, kind="confirm", promised_date=today() + datetime.timedelta(days=days))
        self.market.unit(lambda: answer_orders(answers=[answer], **self.market.by()))

    def advise(self, order_id: int, quantity: str = "", *, days: int) -> None:
        """The supplier says that so much of the one line of an order, or all that is open, comes in so many days from today."""
        with self.market.looking():
            line = PurchaseOrderLine.objects.get(order=order_id)
        lines = [AdvisedLine(line_id=line.pk, quantity=Decimal(quantity))] if quantity else []
        advice = AdviceDraft(order_id=order_id, expected_date=today() + datetime.timedelta(days=days), lines=lines)
        self.market.unit(lambda: advise_deliveries(advices=[advice], **self.market.by()))

    def promises_of(self, order_id: int) -> tuple[int, int]:
        """The first and the last promise of the one line of a purchase order, in days from today."""
        with self.market.looking():
            line = PurchaseOrderLine.objects.get(order=order_id)
        first, last = line.first_promised_date, line.last_promised_date
        assert first and last
        return (first - today()).days, (last - today()).days

    def promised(self, order_id: int) -> tuple[int, int | None]:
        """The promise of a sales order and its first one if it was moved, in days from today."""
        with self.market.looking():
            order = SalesOrder.objects.get(pk=order_id)
        first = order.first_promised_date
        return (order.promised_date - today()).days, None if first is None else (first - today()).days
