"""Purchase orders from an amount on go out when the right people have agreed, stage by stage, and never by their maker."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from erp.automation.errors import ApprovalMissing, NotAsked, NotYourDelegation, OwnRequest
from erp.automation.models import ApprovalAnswer, ApprovalRequest, ExceptionItem
from erp.automation.operations.answer_approvals import ApprovalReply, answer_approvals
from erp.automation.operations.end_delegations import end_delegations
from erp.automation.operations.save_approval_policies import ApprovalPolicyDraft, save_approval_policies
from erp.automation.operations.save_delegations import DelegationDraft, save_delegations
from erp.automation.queries import sentence_of
from erp.core.actor import Actor
from erp.core.errors import InvalidValue, Refusals, WrongState
from erp.core.units import run_unit
from erp.identity.access import find_actor
from erp.identity.models import Membership, User
from erp.purchasing.drafts import PurchaseLineDraft, PurchaseOrderDraft
from erp.purchasing.models import PurchaseOrder
from erp.purchasing.operations.end_orders import cancel_purchase_orders
from erp.purchasing.operations.issue_orders import issue_orders
from erp.purchasing.operations.place_purchase_orders import place_purchase_orders
from integration.relay.drain import drain
from tests.support.market import today, verify
from tests.support.works import Works

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal


class Office:
    """The works with people: two buyers, a planner, a finance manager, a director."""

    def __init__(self) -> None:
        self.works = Works(rules=("issue",))
        self.market = self.works.market
        roles = {"bea": "buyer", "bo": "buyer", "pia": "planner", "fay": "finance_manager", "max": "managing_director"}
        self.people = {name: self._person(name, role) for name, role in roles.items()}

    def _person(self, name: str, role: str) -> Actor:
        company = self.market.actor.company_id
        user = User.objects.create_user(username=name, email=f"{name}@example.com", password=f"{name}'s password")
        Membership.objects.create(user=user, company_id=company, role=role)
        found = find_actor(user.pk, company)
        assert found is not None
        return found

    def policy(self, *stages: tuple[str, ...], amount: str = "100", needs: str = "any", name: str = "Large") -> None:
        draft = ApprovalPolicyDraft(
            kind="purchase_order",
            name=name,
            from_amount=D(amount),
            stages=[{"roles": list(roles), "needs": needs} for roles in stages],
            valid_from_date=datetime.date(2026, 1, 1),
        )
        self.market.unit(lambda: save_approval_policies(drafts=[draft], **self.market.by()))

    def order(self, net: str, *, by: str = "bea") -> int:
        """Cables at 10.00 and 13 % tax."""
        line = PurchaseLineDraft(
            product_id=self.market.products["CABLE"], quantity=D(net) / 10, unit_price=D(10), requested_date=today()
        )
        draft = PurchaseOrderDraft(
            supplier_id=self.works.supplier, warehouse_id=self.market.warehouse, date=today(), lines=[line]
        )
        actor = self.people[by]
        [placed] = run_unit(actor, lambda: place_purchase_orders(orders=[draft], actor=actor, at=self.at))
        drain()
        return placed.id

    @property
    def at(self) -> datetime.datetime:
        return self.market.by()["at"]

    def say(self, who: str, order: int, approved: bool = True, comment: str = "") -> None:
        with self.market.looking():
            pk = ApprovalRequest.objects.get(document_id=order).pk
        actor = self.people[who]
        replies = [ApprovalReply(request_id=pk, approved=approved, comment=comment)]
        run_unit(actor, lambda: answer_approvals(replies=replies, actor=actor, at=self.at))
        drain()

    def state(self, order: int) -> tuple[str, str]:
        with self.market.looking():
            request = ApprovalRequest.objects.filter(document_id=order).first()
            return PurchaseOrder.objects.get(pk=order).state, request.state if request else ""

    def delegate(self, away: str, answers: str, *, first: int = 0, last: int = 0, by: str = "") -> int:
        def user(name: str) -> int:
            return self.people[name].user_id or 0

        draft = DelegationDraft(
            from_user_id=user(away),
            to_user_id=user(answers),
            first_date=today() + datetime.timedelta(days=first),
            last_date=today() + datetime.timedelta(days=last),
        )
        actor = self.people[by or away]
        return run_unit(actor, lambda: save_delegations(drafts=[draft], actor=actor, at=self.at))[0]

    def end(self, delegation: int, by: str) -> None:
        actor = self.people[by]
        run_unit(actor, lambda: end_delegations(delegation_ids=[delegation], actor=actor, at=self.at))


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def test_below_the_amount_it_goes_out_and_from_it_on_it_waits(office: Office) -> None:
    office.policy(("finance_manager",), amount="113")
    assert office.state(office.order("90")) == ("issued", "")
    waits = office.order("100")  # 113.00 with tax: exactly the amount
    assert office.state(waits) == ("awaiting_approval", "pending")
    with pytest.raises(ApprovalMissing):
        office.market.unit(lambda: issue_orders(order_ids=[waits], **office.market.by()))
    office.say("fay", waits)
    assert office.state(waits) == ("issued", "granted")
    assert "0 differ" in verify()


def test_stages_are_asked_one_after_another(office: Office) -> None:
    office.policy(("planner", "finance_manager"), ("managing_director",))
    order = office.order("200")
    with pytest.raises(NotAsked):
        office.say("max", order)
    office.say("pia", order)
    assert office.state(order) == ("awaiting_approval", "pending")
    with pytest.raises(NotAsked):
        office.say("fay", order)  # one of the first stage was enough
    office.say("max", order)
    assert office.state(order) == ("issued", "granted")


def test_of_a_stage_that_needs_all_each_has_to_agree_once(office: Office) -> None:
    office.policy(("planner", "finance_manager"), needs="all")
    order = office.order("200")
    office.say("pia", order)
    with pytest.raises(NotAsked):
        office.say("pia", order)
    office.say("fay", order)
    assert office.state(order) == ("issued", "granted")
    assert "0 differ" in verify()


def test_nobody_approves_what_they_made_not_even_through_a_delegate(office: Office) -> None:
    office.policy(("buyer",))
    order = office.order("200", by="bea")
    with pytest.raises(OwnRequest):
        office.say("bea", order)
    office.delegate("bea", "max")
    with pytest.raises(NotAsked):
        office.say("max", order)
    office.say("bo", order)
    assert office.state(order) == ("issued", "granted")


def test_a_delegate_answers_between_the_days_and_it_is_written_down_for_whom(office: Office) -> None:
    office.policy(("managing_director",))
    order = office.order("200")
    office.delegate("max", "pia", first=1, last=5)
    with pytest.raises(NotAsked):
        office.say("pia", order)
    office.delegate("max", "pia", first=-3, last=-1)
    with pytest.raises(NotAsked):
        office.say("pia", order)
    office.delegate("max", "pia")
    office.say("pia", order)
    assert office.state(order) == ("issued", "granted")
    with office.market.looking():
        answer = ApprovalAnswer.objects.get()
        assert (answer.role, answer.actor) == ("managing_director", office.people["pia"].name)
        assert answer.for_user_id == office.people["max"].user_id


def test_from_the_end_of_a_delegation_on_nobody_answers_by_it(office: Office) -> None:
    office.policy(("managing_director",))
    order, delegation = office.order("200"), office.delegate("max", "pia")
    with pytest.raises(NotYourDelegation):
        office.end(delegation, by="pia")
    office.end(delegation, by="max")
    with pytest.raises(NotAsked):
        office.say("pia", order)
    with pytest.raises(WrongState):
        office.end(delegation, by="max")


def test_a_no_needs_a_reason_ends_the_request_and_the_buyer_learns_it(office: Office) -> None:
    office.policy(("finance_manager",))
    order = office.order("200")
    with pytest.raises(InvalidValue):
        office.say("fay", order, approved=False, comment=" ")
    office.say("fay", order, approved=False, comment="Too dear")
    assert office.state(order) == ("awaiting_approval", "refused")
    with office.market.looking():
        [item] = ExceptionItem.objects.filter(state="open")
        assert (item.verb, item.owner_role, "Too dear" in sentence_of(item.reason)) == ("cancel_order", "buyer", True)
    with pytest.raises(WrongState):
        office.say("fay", order)
    office.market.unit(lambda: cancel_purchase_orders(order_ids=[order], **office.market.by()))
    drain()
    with office.market.looking():
        assert not ExceptionItem.objects.filter(state="open").exists()
    assert "0 differ" in verify()


def test_what_is_cancelled_needs_no_approval_any_more(office: Office) -> None:
    office.policy(("finance_manager",))
    order = office.order("200")
    office.market.unit(lambda: cancel_purchase_orders(order_ids=[order], **office.market.by()))
    drain()
    assert office.state(order) == ("cancelled", "withdrawn")
    with pytest.raises(WrongState):
        office.say("fay", order)


def test_of_two_policies_the_one_for_the_larger_amount_counts_and_a_changed_one_leaves_what_waits(office: Office) -> None:
    office.policy(("planner",), amount="100")
    office.policy(("managing_director",), amount="1000", name="Very large")
    small, large = office.order("200"), office.order("2000")
    office.policy(("buyer",), amount="150", name="Later")
    with pytest.raises(NotAsked):
        office.say("pia", large)
    office.say("pia", small)
    office.say("max", large)
    assert [office.state(order) for order in (small, large)] == [("issued", "granted")] * 2


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"stages": []}, {"stages"}),
        ({"stages": [{"roles": ["king"]}]}, {"stages.0.roles"}),
        ({"stages": [{"roles": ["buyer"], "needs": "most"}], "name": " "}, {"stages.0.needs", "name"}),
        ({"kind": "love_letter", "from_amount": D(-1)}, {"kind", "from_amount"}),
        ({"valid_to_date": datetime.date(2025, 1, 1), "id": 10**9}, {"valid_to_date", "id"}),
    ],
)
def test_what_is_wrong_with_a_policy_is_said_all_at_once(office: Office, change: dict[str, Any], fields: set[str]) -> None:
    draft: dict[str, Any] = {
        "kind": "purchase_order",
        "name": "x",
        "from_amount": D(1),
        "stages": [{"roles": ["buyer"]}],
        "valid_from_date": datetime.date(2026, 1, 1),
    }
    with pytest.raises((Refusals, InvalidValue)) as refused:
        office.market.unit(lambda: save_approval_policies(drafts=[ApprovalPolicyDraft(**(draft | change))], **office.market.by()))
    found = getattr(refused.value, "refusals", [refused.value])
    assert {one.field.removeprefix("policies.0.") for one in found} == fields


def test_people_delegate_their_own_and_who_keeps_the_policies_for_others(office: Office) -> None:
    for away, answers, by in (("max", "pia", "bo"), ("max", "max", "max")):
        with pytest.raises(InvalidValue):
            office.delegate(away, answers, by=by)
    with pytest.raises(InvalidValue):
        office.delegate("max", "pia", first=2, last=1)
    office.delegate("bea", "bo", by="max")
