"""A factory: the lamp HERON of three levels, a supplier for each bought part, policies, and orders that find too little."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

import pytest

from erp.catalog.models import Product
from erp.core.scope import company_scope
from erp.parties.drafts import PartyDraft
from erp.parties.operations.save_parties import save_parties
from erp.purchasing.drafts import AgreementLineDraft, TierDraft
from erp.purchasing.operations.save_agreements import save_agreements
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.place_orders import OrderLineDraft, SalesOrderDraft, place_orders
from scm.planning.drafts import FinishedRun, ItemPolicyDraft
from scm.planning.models import Proposal
from scm.planning.operations.accept_proposals import accept_proposals
from scm.planning.operations.run_plan import run_plan
from scm.planning.operations.save_policies import save_policies
from tests.support.buying import agreement_of
from tests.support.cast import AT, TODAY
from tests.support.making import Making

PRICES = {"FRAME": "3", "FABRIC": "4", "BASE": "5", "BULB": "1.5"}


@dataclass
class Factory:
    """Everything of `making`, and who supplies its parts."""

    making: Making
    supplier: int

    @property
    def ids(self) -> dict[str, int]:
        return self.making.products

    def sell(self, quantity: str, *, days: int = 0, sku: str = "HERON", confirmed: bool = True) -> int:
        trade = self.making.trade
        with company_scope(trade.actor):
            draft = SalesOrderDraft(
                customer_id=trade.customer,
                warehouse_id=trade.warehouse,
                date=TODAY,
                promised_date=TODAY + datetime.timedelta(days=days),
                lines=[OrderLineDraft(product_id=self.ids[sku], quantity=Decimal(quantity))],
            )
            [placed] = place_orders(orders=[draft], actor=trade.actor, at=AT)
            if confirmed:
                confirm_orders(order_ids=[placed.id], actor=trade.actor, at=AT)
        return placed.id

    def plan(self, *skus: str) -> FinishedRun:
        trade = self.making.trade
        products = [self.ids[sku] for sku in skus] if skus else None
        with company_scope(trade.actor):
            return run_plan(warehouse_id=trade.warehouse, product_ids=products, actor=trade.actor, at=AT)

    def policy(self, sku: str, **changes: object) -> None:
        trade = self.making.trade
        draft = ItemPolicyDraft(product_id=self.ids[sku], warehouse_id=trade.warehouse, **changes)  # type: ignore[arg-type]
        with company_scope(trade.actor):
            save_policies(policies=[draft], actor=trade.actor, at=AT)

    def proposals(self) -> dict[str, tuple[str, str, datetime.date]]:
        """Kind, quantity and day of what is proposed, by SKU."""
        with company_scope(self.making.trade.actor):
            rows = Proposal.objects.filter(state="open").order_by("product__sku", "need_date")
            found = rows.values_list("product__sku", "kind", "quantity", "need_date")
            return {sku: (kind, f"{quantity.normalize():f}", day) for sku, kind, quantity, day in found}

    def accept_all(self) -> None:
        trade = self.making.trade
        with company_scope(trade.actor):
            ids = list(Proposal.objects.filter(state="open").values_list("id", flat=True))
            accept_proposals(proposal_ids=ids, actor=trade.actor, at=AT)


@pytest.fixture
def factory(making: Making) -> Factory:
    trade = making.trade
    with company_scope(trade.actor):
        Product.objects.filter(sku__in=["HERON", "SHADE"]).update(supply=Product.Supply.MAKE)
        party = PartyDraft(code="PARTS", name="Parts & Co", is_supplier=True, currency_code="EUR", payment_term_code="NET30")
        [supplier] = save_parties(parties=[party], actor=trade.actor, at=AT)
        lines = [
            AgreementLineDraft(
                product_id=making.products[sku], lead_days=3, multiple=Decimal(1), tiers=[TierDraft(price=Decimal(price))]
            )
            for sku, price in PRICES.items()
        ]
        save_agreements(agreements=[agreement_of(supplier, lines)], actor=trade.actor, at=AT)
    made = Factory(making, supplier)
    made.policy("HERON")
    return made
