"""What is made is limited by what it comes to: parts that never lay in stock count at their agreed price, and what nobody knows
the price of waits for a person."""

import pytest

from erp.automation.models import ExceptionItem
from erp.automation.queries import sentence_of
from erp.core.models import EventRow
from erp.manufacturing.models import ManufacturingOrder
from erp.manufacturing.queries import roll_up_costs
from erp.purchasing.models import AgreementLine
from integration.relay.drain import drain
from scm.planning.models import PlanRun, Proposal
from tests.support.market import today, verify
from tests.support.works import Works

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def works(db: None) -> Works:
    return Works()


def test_a_part_that_never_lay_in_stock_costs_what_was_agreed(works: Works) -> None:
    lamp, cable = works.market.products["LAMP"], works.market.products["CABLE"]
    with works.market.looking():
        node = roll_up_costs([lamp], on=today())[lamp]
        leaf = node.parts[0][2].parts[0][2]
        assert node.each == 5 and node.known and leaf.product_id == cable and leaf.agreed
    works.market.receive({"CABLE": "1"}, cost="6")
    with works.market.looking():
        node = roll_up_costs([lamp], on=today())[lamp]
        assert node.each == 6 and not node.parts[0][2].parts[0][2].agreed


def test_what_nobody_knows_the_price_of_is_not_made_by_itself(works: Works) -> None:
    works.market.unit(lambda: AgreementLine.objects.update(active=False))
    works.market.place([{"LAMP": "4"}])
    drain()
    with works.market.looking():
        assert not ManufacturingOrder.objects.exists()
        told = {sentence_of(item.reason) for item in ExceptionItem.objects.filter(verb="accept")}
        assert told == {"What it comes to is not known, and the limit is 1,000.00."}


def test_more_proposals_than_a_unit_takes_are_looked_at_one_unit_after_the_other(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration.flows.planning.A_UNIT", 1)
    works.market.place([{"LAMP": "4"}, {"LAMP": "2"}])
    drain()
    with works.market.looking():
        run = PlanRun.objects.order_by("id").first()
        assert run is not None and run.proposals_open == 3
        made = Proposal.objects.filter(run=run).order_by("id")
        assert set(made.values_list("state", flat=True)) == {"accepted"}
        left = EventRow.objects.filter(type="plan_run.proposals_deferred", aggregateid=run.pk).order_by("id")
        assert [event.payload["after"] for event in left] == list(made.values_list("id", flat=True))[:2]
    assert "0 differ" in verify()
