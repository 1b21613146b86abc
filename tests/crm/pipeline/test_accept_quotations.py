"""The customer takes the offer: the sales order is there in the same transaction, or nothing happened."""

import datetime
import threading
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection, transaction

from crm.pipeline.drafts import OpportunityDraft, QuotationDraft, QuotationLineDraft
from crm.pipeline.models import Opportunity, Quotation
from crm.pipeline.operations.accept_quotations import accept_quotations
from crm.pipeline.operations.cancel_quotations import cancel_quotations
from crm.pipeline.operations.save_opportunities import save_opportunities
from crm.pipeline.operations.save_quotations import save_quotations
from crm.pipeline.queries import get_quotation
from erp.core.actor import Actor, system_actor
from erp.core.errors import BusinessRuleViolation, ChangedSinceSeen, NotFound, PermissionDenied, Refusals, WrongState
from erp.core.models import EventRow
from erp.core.scope import company_scope
from erp.core.units import run_unit
from erp.sales.models import SalesOrder
from tests.crm.conftest import Customers, Goods
from tests.crm.pipeline.test_save_quotations import line, offer, save
from tests.support.cast import AT, TODAY, counted_statements

__all__ = ["offer"]


def test_accepting_places_the_sales_order(in_acme: Actor, salesperson: Actor, offer: QuotationDraft) -> None:
    [pk] = save(in_acme, replace(offer, reference="PO 7", partial_delivery=True))
    [accepted] = accept_quotations(quotation_ids=[pk], actor=salesperson, at=AT)
    order = SalesOrder.objects.get()
    assert (accepted.quotation_id, accepted.sales_order_id, accepted.number) == (pk, order.pk, order.number)
    assert (order.customer_id, order.reference, order.partial_delivery, order.total) == (
        offer.customer_id,
        "PO 7",
        True,
        Decimal("150.29"),
    )
    assert (order.source_kind, order.source_id) == ("quotation", pk)
    assert list(order.lines.order_by("sequence").values_list("quantity", "net")) == [
        (Decimal(3), Decimal(108)),
        (Decimal(10), Decimal(25)),
    ]


def test_the_order_is_caused_by_the_acceptance(in_acme: Actor, offer: QuotationDraft) -> None:
    [pk] = save(in_acme, offer)
    accept_quotations(quotation_ids=[pk], actor=in_acme, at=AT)
    accepted = EventRow.objects.get(type="quotation.accepted")
    placed = EventRow.objects.get(type="sales_order.placed")
    assert (placed.causation_id, placed.correlation_id) == (accepted.pk, EventRow.objects.get(type="quotation.drafted").pk)


def test_a_price_below_the_floor_undoes_the_acceptance(
    in_acme: Actor, salesperson: Actor, offer: QuotationDraft, goods: Goods
) -> None:
    [pk] = save(in_acme, replace(offer, lines=[line(goods.lamp, unit_price=Decimal("29.99"))]))
    with pytest.raises(BusinessRuleViolation, match="below the price floor of 30. Raise the price"), company_scope(in_acme):
        accept_quotations(quotation_ids=[pk], actor=salesperson, at=AT)
    assert not SalesOrder.objects.exists()


def test_a_second_press_has_one_clear_message(in_acme: Actor, offer: QuotationDraft) -> None:
    [pk] = save(in_acme, offer)
    accept_quotations(quotation_ids=[pk], actor=in_acme, at=AT)
    with pytest.raises(WrongState, match="QU-000001 is already Accepted. Reload the page"):
        accept_quotations(quotation_ids=[pk], actor=in_acme, at=AT)
    assert SalesOrder.objects.count() == 1


@pytest.mark.parametrize("verb", [accept_quotations, cancel_quotations])
def test_a_quotation_changed_after_it_was_seen_is_not_decided_unseen(
    in_acme: Actor, salesperson: Actor, offer: QuotationDraft, verb: Callable[..., object]
) -> None:
    [pk] = save(in_acme, offer)
    seen = get_quotation(quotation_id=pk, actor=in_acme).version  # type: ignore[attr-defined]
    with transaction.atomic(), company_scope(salesperson):
        save(salesperson, replace(offer, id=pk, reference="twice as much"))
    with pytest.raises(ChangedSinceSeen, match="QU-000001 was changed by somebody else after you opened it. Look at it again"):
        verb(quotation_ids=[pk], versions={pk: seen}, actor=in_acme, at=AT)
    assert Quotation.objects.get().state == "draft"
    now = get_quotation(quotation_id=pk, actor=in_acme).version  # type: ignore[attr-defined]
    verb(quotation_ids=[pk], versions={pk: now}, actor=in_acme, at=AT)


def test_the_same_quotation_twice_in_a_set_is_accepted_once(in_acme: Actor, offer: QuotationDraft) -> None:
    [pk] = save(in_acme, offer)
    assert len(accept_quotations(quotation_ids=[pk, pk], actor=in_acme, at=AT)) == 1
    assert SalesOrder.objects.count() == 1


def test_all_refusals_of_a_set_come_at_once(in_acme: Actor, offer: QuotationDraft) -> None:
    yesterday = TODAY - datetime.timedelta(days=1)
    good, empty, expired, cancelled = save(
        in_acme, offer, replace(offer, lines=[]), replace(offer, date=yesterday, valid_until_date=yesterday), offer
    )
    cancel_quotations(quotation_ids=[cancelled], actor=in_acme, at=AT)
    with pytest.raises(Refusals) as caught:
        accept_quotations(quotation_ids=[good, empty, expired, cancelled, 10**30], actor=in_acme, at=AT)
    assert [refusal.code for refusal in caught.value.refusals] == ["no_lines", "quotation_expired", "wrong_state", "not_found"]
    assert Quotation.objects.get(pk=good).state == "draft"


def test_the_opportunity_behind_it_is_won(in_acme: Actor, offer: QuotationDraft, customers: Customers) -> None:
    draft = OpportunityDraft(name="Light", customer_id=customers.zen)
    [opportunity] = save_opportunities(opportunities=[draft], actor=in_acme, at=AT)
    [pk] = save(in_acme, replace(offer, opportunity_id=opportunity))
    accept_quotations(quotation_ids=[pk], actor=in_acme, at=AT)
    assert (Opportunity.objects.get().stage, Opportunity.objects.get().probability) == ("won", 1)
    moved = EventRow.objects.get(type="opportunity.moved")
    assert moved.causation_id == EventRow.objects.get(type="quotation.accepted").pk


def test_a_warehouse_clerk_accepts_nothing(in_acme: Actor, clerk: Actor, offer: QuotationDraft) -> None:
    [pk] = save(in_acme, offer)
    with pytest.raises(PermissionDenied):
        accept_quotations(quotation_ids=[pk], actor=clerk, at=AT)


def test_cancelled_offers_stay_cancelled(in_acme: Actor, offer: QuotationDraft) -> None:
    [pk] = save(in_acme, offer)
    cancel_quotations(quotation_ids=[pk], actor=in_acme, at=AT)
    with pytest.raises(WrongState, match="is already Cancelled"):
        cancel_quotations(quotation_ids=[pk], actor=in_acme, at=AT)
    with pytest.raises(NotFound):
        cancel_quotations(quotation_ids=[4711], actor=in_acme, at=AT)


def test_accepting_costs_a_bounded_number_of_statements(in_acme: Actor, offer: QuotationDraft) -> None:
    [one] = save(in_acme, offer)
    with counted_statements() as counted:
        accept_quotations(quotation_ids=[one], actor=in_acme, at=AT)
    assert counted() <= 16


@pytest.mark.django_db(transaction=True)
def test_two_people_accept_at_once_and_one_hears_that_it_is_done(orders_are_placed: None) -> None:
    from erp.catalog.drafts import ProductDraft
    from erp.catalog.operations.save_products import save_products
    from erp.parties.drafts import PartyDraft
    from erp.parties.operations.save_parties import save_parties
    from tests.support.cast import found

    actor = system_actor(found("acme").pk, "test")

    def prepare() -> int:
        product = ProductDraft(sku="LAMP", name="Lamp", unit_code="PC", tax_code="STD", list_price=Decimal(40))
        [lamp] = save_products(products=[product], actor=actor, at=AT)
        party = PartyDraft(code="ZEN", name="Zen", is_customer=True, currency_code="EUR", payment_term_code="NET30")
        [zen] = save_parties(parties=[party], actor=actor, at=AT)
        draft = QuotationDraft(customer_id=zen, date=TODAY, lines=[QuotationLineDraft(product_id=lamp, quantity=Decimal(1))])
        return save_quotations(quotations=[draft], actor=actor, at=AT)[0].id

    pk = run_unit(actor, prepare)
    start, heard = threading.Barrier(2), []

    def press() -> None:
        start.wait()
        try:
            heard.append(run_unit(actor, lambda: accept_quotations(quotation_ids=[pk], actor=actor, at=AT)))
        except BusinessRuleViolation as refusal:
            heard.append(refusal.sentence)
        finally:
            connection.close()

    people = [threading.Thread(target=press) for _ in range(2)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert [text for text in heard if isinstance(text, str)] == [
        "QU-000001 is already Accepted. Reload the page to see what happened to it."
    ]
    with company_scope(actor):
        assert SalesOrder.objects.count() == 1
