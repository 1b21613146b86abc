"""What the planner fixed stays, is planned around and wants its components; what is given up is proposed anew."""

import datetime
from decimal import Decimal

import pytest

from erp.core.errors import InvalidValue, Refusals
from erp.core.scope import company_scope
from scm.planning.drafts import ProposalChange
from scm.planning.errors import ProposalGone
from scm.planning.models import PlanMessage, Proposal
from scm.planning.operations.accept_proposals import accept_proposals
from scm.planning.operations.fix_proposals import change_proposals, withdraw_proposals
from tests.support.cast import AT, TODAY
from tests.support.factory import Factory


def day(n: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=n)


def proposal(factory: Factory, sku: str) -> Proposal:
    with company_scope(factory.making.trade.actor):
        return Proposal.objects.filter(product__sku=sku).exclude(state="withdrawn").order_by("id")[0]


def fix(factory: Factory, sku: str, **change: object) -> None:
    pk = proposal(factory, sku).pk
    with company_scope(factory.making.trade.actor):
        change_proposals(changes=[ProposalChange(proposal_id=pk, **change)], actor=factory.making.trade.actor, at=AT)  # type: ignore[arg-type]


def test_runs_leave_a_firm_proposal_alone_and_plan_the_rest(factory: Factory) -> None:
    factory.sell("40", days=10)
    factory.plan()
    fix(factory, "HERON", quantity=Decimal(25))
    for products in (["HERON"], []):
        factory.plan(*products)
        firm = proposal(factory, "HERON")
        assert (firm.state, firm.quantity, firm.need_date) == ("firm", 25, day(10))
        assert factory.proposals() == {
            "HERON": ("make", "15", day(10)),
            "SHADE": ("make", "40", day(8)),  # 25 for what is firm, 15 for the rest
            "BASE": ("buy", "40", day(8)),
            "BULB": ("buy", "80", day(8)),
            "FRAME": ("buy", "40", day(7)),
            "FABRIC": ("buy", "20", day(7)),
        }


def test_a_firm_proposal_that_is_too_late_is_told_and_not_doubled(factory: Factory) -> None:
    factory.sell("40", days=10)
    factory.plan()
    fix(factory, "HERON", need_date=day(15))
    run = factory.plan("HERON")
    assert proposal(factory, "HERON").start_date == day(13) and "HERON" not in factory.proposals()
    assert factory.proposals()["SHADE"] == ("make", "40", day(13))
    with company_scope(factory.making.trade.actor):
        assert PlanMessage.objects.filter(run_id=run.id, product__sku="HERON").values_list("code", flat=True)[0] == "expedite"


def test_what_is_given_up_is_proposed_anew_and_what_became_an_order_cannot_be(factory: Factory) -> None:
    factory.sell("40", days=10)
    factory.plan()
    fix(factory, "HERON", quantity=Decimal(60))
    firm = proposal(factory, "HERON")
    actor = factory.making.trade.actor
    with company_scope(actor):
        withdraw_proposals(proposal_ids=[firm.pk], actor=actor, at=AT)
    factory.plan("HERON")
    assert factory.proposals()["HERON"] == ("make", "40", day(10)) and proposal(factory, "HERON").number != firm.number
    pk = proposal(factory, "HERON").pk
    with company_scope(actor):
        accept_proposals(proposal_ids=[pk], actor=actor, at=AT)
        with pytest.raises(ProposalGone):
            change_proposals(changes=[ProposalChange(proposal_id=pk)], actor=actor, at=AT)
        with pytest.raises(ProposalGone):
            withdraw_proposals(proposal_ids=[pk], actor=actor, at=AT)


def test_a_firm_proposal_can_be_accepted(factory: Factory) -> None:
    factory.sell("40", days=10)
    factory.plan()
    fix(factory, "BULB", quantity=Decimal(100))
    actor = factory.making.trade.actor
    with company_scope(actor):
        accept_proposals(proposal_ids=[proposal(factory, "BULB").pk], actor=actor, at=AT)
    assert proposal(factory, "BULB").state == "accepted"


def test_wrong_quantities_and_days_are_refused_together(factory: Factory) -> None:
    factory.sell("40", days=10)
    factory.plan()
    with pytest.raises(Refusals) as refused:
        fix(factory, "HERON", quantity=Decimal("-1"), need_date=day(-1))
    assert [type(one) for one in refused.value.refusals] == [InvalidValue, InvalidValue]
    assert {one.field for one in refused.value.refusals} == {"quantity", "need_date"}
    assert proposal(factory, "HERON").state == "open"


def test_an_overdue_proposal_keeps_its_number_when_the_day_passes(factory: Factory) -> None:
    factory.sell("40", days=0)
    factory.plan()
    before = {sku: proposal(factory, sku).number for sku in ("HERON", "BULB")}
    trade = factory.making.trade
    with company_scope(trade.actor):
        from scm.planning.operations.run_plan import run_plan

        tomorrow = AT + datetime.timedelta(days=1)
        for products in (None, [factory.ids["HERON"]]):
            run = run_plan(warehouse_id=trade.warehouse, product_ids=products, actor=trade.actor, at=tomorrow)
            assert (run.changed, run.withdrawn) == (0, 0)
    assert {sku: proposal(factory, sku).number for sku in before} == before
