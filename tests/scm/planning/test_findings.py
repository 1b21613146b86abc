"""A peg or a message holds from the run that found it until one that finds it no more."""

import datetime
from decimal import Decimal
from typing import Any

from erp.core.scope import company_scope
from scm.planning.models import Peg, PlanMessage, Proposal
from scm.planning.operations.accept_proposals import accept_proposals
from scm.planning.queries import days_of_sales, links_of_proposal
from tests.support.books import differing
from tests.support.cast import AT, TODAY
from tests.support.factory import Factory

D = Decimal


def pegs(factory: Factory, *, sku: str) -> list[tuple[Any, ...]]:
    """Quantity, the run that found it and the one that ended it."""
    with company_scope(factory.making.trade.actor):
        rows = Peg.objects.filter(product__sku=sku, demand_kind="sales_order").order_by("id")
        return list(rows.values_list("quantity", "run_id", "until_run_id"))


def test_what_is_found_again_stands(factory: Factory) -> None:
    factory.sell("40", days=1)
    first = factory.plan()
    with company_scope(factory.making.trade.actor):
        before = list(Peg.objects.order_by("id").values()), list(PlanMessage.objects.order_by("id").values())
    assert all(before)
    factory.plan()
    factory.plan("HERON")
    with company_scope(factory.making.trade.actor):
        assert (list(Peg.objects.order_by("id").values()), list(PlanMessage.objects.order_by("id").values())) == before
        assert {row["run_id"] for rows in before for row in rows} == {first.id}


def test_what_another_order_does_not_touch_is_not_written_again(factory: Factory) -> None:
    factory.sell("40", days=10)
    first = factory.plan()
    factory.sell("5", days=20)
    second = factory.plan("HERON")
    assert pegs(factory, sku="HERON") == [(40, first.id, None), (5, second.id, None)]


def test_what_is_found_no_more_ends_with_the_run_that_looked(factory: Factory) -> None:
    factory.sell("40", days=10)
    first = factory.plan()
    factory.making.stock("15", "HERON")
    second = factory.plan("HERON")
    assert pegs(factory, sku="HERON") == [(40, first.id, second.id), (15, second.id, None), (25, second.id, None)]
    assert differing(factory.making.trade.actor) == []


def test_a_proposal_that_became_an_order_still_says_what_it_served(factory: Factory) -> None:
    trade = factory.making.trade
    order = factory.sell("40", days=10)
    factory.plan()
    with company_scope(trade.actor):
        heron = Proposal.objects.get(product__sku="HERON")
        [served] = links_of_proposal(heron)
        accept_proposals(proposal_ids=[heron.pk], actor=trade.actor, at=AT)
    factory.plan()
    with company_scope(trade.actor):
        heron.refresh_from_db()
        assert not Peg.objects.filter(supply_kind="proposal", supply_id=heron.pk, until_run=None).exists()
        [link] = links_of_proposal(heron)
    assert (link.demand, link.quantity) == (served.demand, D(40)) and link.demand.id == order
    assert (link.supply.kind, link.supply.id) == ("manufacturing_order", heron.document_id)


def test_a_net_change_tells_the_days_of_what_it_serves_otherwise_and_a_full_run_those_of_all(factory: Factory) -> None:
    early, late = factory.sell("40", days=10), factory.sell("5", days=20)
    factory.plan()
    more = factory.sell("6", days=20)
    change = factory.plan("HERON")
    night = factory.plan()
    with company_scope(factory.making.trade.actor):
        assert set(days_of_sales([change.id])) == {more}
        assert set(days_of_sales([night.id])) == {early, late, more}
        [day] = days_of_sales([change.id])[more].values()
    assert day is not None and day <= TODAY + datetime.timedelta(days=20)
