"""Opportunities: opened, changed, moved between stages."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import transaction

from crm.pipeline.drafts import OpportunityDraft, OpportunityMove
from crm.pipeline.models import Opportunity
from crm.pipeline.operations.move_opportunities import move_opportunities
from crm.pipeline.operations.save_opportunities import save_opportunities
from crm.pipeline.queries import get_opportunity
from crm.pipeline.states import OpportunityStage
from erp.core.actor import Actor
from erp.core.errors import ChangedSinceSeen, Refusals, WrongState
from erp.core.models import EventRow
from erp.core.scope import company_scope
from tests.crm.conftest import Customers
from tests.support.cast import AT


@pytest.fixture
def draft(customers: Customers) -> OpportunityDraft:
    return OpportunityDraft(name="Light for the hall 💡", customer_id=customers.zen, expected_amount=Decimal(9000))


def open_one(actor: Actor, draft: OpportunityDraft) -> int:
    return save_opportunities(opportunities=[draft], actor=actor, at=AT)[0]


def test_it_is_opened_by_its_owner_in_the_first_stage(in_acme: Actor, salesperson: Actor, draft: OpportunityDraft) -> None:
    opportunity = Opportunity.objects.get(pk=open_one(salesperson, draft))
    assert (opportunity.number, opportunity.stage, opportunity.owner_id) == ("OP-000001", "new", 7)
    assert EventRow.objects.get().payload["customer_id"] == draft.customer_id


def test_a_change_keeps_owner_and_stage(in_acme: Actor, salesperson: Actor, draft: OpportunityDraft) -> None:
    pk = open_one(salesperson, draft)
    save_opportunities(opportunities=[replace(draft, id=pk, name="Hall")], actor=in_acme, at=AT)
    assert (Opportunity.objects.get().name, Opportunity.objects.get().owner_id) == ("Hall", 7)


def test_all_errors_come_at_once(in_acme: Actor, draft: OpportunityDraft) -> None:
    with pytest.raises(Refusals) as caught:
        open_one(in_acme, replace(draft, name="", customer_id=0, expected_amount=Decimal(-1), probability=Decimal(2)))
    assert sorted(refusal.field for refusal in caught.value.refusals) == ["customer", "expected_amount", "name", "probability"]
    assert not Opportunity.objects.exists()


def test_one_changed_after_it_was_seen_is_not_moved_unseen(in_acme: Actor, salesperson: Actor, draft: OpportunityDraft) -> None:
    pk = open_one(in_acme, draft)
    seen = get_opportunity(opportunity_id=pk, actor=in_acme).version  # type: ignore[attr-defined]
    with transaction.atomic(), company_scope(salesperson):
        save_opportunities(opportunities=[replace(draft, id=pk, expected_amount=Decimal(1))], actor=salesperson, at=AT)
    with pytest.raises(ChangedSinceSeen, match="Look at it again"):
        move_opportunities(moves=[OpportunityMove(id=pk, stage="qualified", version=seen)], actor=in_acme, at=AT)


def test_winning_makes_it_certain(in_acme: Actor, draft: OpportunityDraft) -> None:
    pk = open_one(in_acme, draft)
    move_opportunities(moves=[OpportunityMove(id=pk, stage="qualified")], actor=in_acme, at=AT)
    move_opportunities(moves=[OpportunityMove(id=pk, stage=OpportunityStage.WON)], actor=in_acme, at=AT)
    assert (Opportunity.objects.get().stage, Opportunity.objects.get().probability) == ("won", 1)
    stages = (
        EventRow.objects.filter(type="opportunity.moved").order_by("id").values_list("payload__stage_before", "payload__status")
    )
    assert list(stages) == [("new", "qualified"), ("qualified", "won")]


def test_losing_needs_a_reason_and_can_be_taken_back(in_acme: Actor, draft: OpportunityDraft) -> None:
    pk = open_one(in_acme, draft)
    with pytest.raises(Exception, match="OP-000001 cannot be lost without a reason. Say why"):
        move_opportunities(moves=[OpportunityMove(id=pk, stage="lost", lost_reason="  ")], actor=in_acme, at=AT)
    move_opportunities(moves=[OpportunityMove(id=pk, stage="lost", lost_reason="price")], actor=in_acme, at=AT)
    move_opportunities(moves=[OpportunityMove(id=pk, stage="new")], actor=in_acme, at=AT)
    assert (Opportunity.objects.get().stage, Opportunity.objects.get().lost_reason) == ("new", "")


def test_what_is_won_stays_won(in_acme: Actor, draft: OpportunityDraft) -> None:
    pk = open_one(in_acme, draft)
    move_opportunities(moves=[OpportunityMove(id=pk, stage="won")], actor=in_acme, at=AT)
    with pytest.raises(WrongState, match="OP-000001 is already Won"):
        move_opportunities(moves=[OpportunityMove(id=pk, stage="new")], actor=in_acme, at=AT)


def test_an_unknown_stage_is_refused(in_acme: Actor, draft: OpportunityDraft) -> None:
    with pytest.raises(Exception, match="Choose one of: new, qualified"):
        move_opportunities(moves=[OpportunityMove(id=open_one(in_acme, draft), stage="maybe")], actor=in_acme, at=AT)
