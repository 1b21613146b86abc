"""What suppliers say to orders: promises, counter-proposals, advices, messages; twice, late and out of order."""

import datetime
from decimal import Decimal

import pytest

from erp.automation.operations.save_approval_policies import ApprovalPolicyDraft, save_approval_policies
from erp.core.errors import InvalidValue, NotFound, WrongState
from erp.core.models import EventRow
from erp.core.scope import company_scope
from erp.purchasing.drafts import AdviceDraft, AdvisedLine, MessageDraft, OrderAnswer, OrderReceipt, ReceivedLine
from erp.purchasing.errors import (
    AdviceTooMuch,
    AdvisedAlready,
    AlreadyReceived,
    AnswerSettled,
    DearerThanApproved,
    MessageKnown,
    OrderCancelled,
)
from erp.purchasing.models import Advice, AdviceLine, OrderMessage, PurchaseOrder, PurchaseOrderLine, SupplierAnswer
from erp.purchasing.operations.advise_deliveries import advise_deliveries
from erp.purchasing.operations.answer_orders import answer_orders, settle_answers
from erp.purchasing.operations.end_orders import cancel_purchase_orders, close_purchase_orders
from erp.purchasing.operations.receive_orders import receive_orders
from erp.purchasing.operations.write_messages import write_messages
from erp.purchasing.queries import on_its_way
from tests.support.books import differing
from tests.support.buying import Buying
from tests.support.cast import AT, TODAY

D = Decimal
WEEK = TODAY + datetime.timedelta(days=7)


def answer(buying: Buying, order_id: int, kind: str = "confirm", **changes: object) -> list[int]:
    with company_scope(buying.trade.actor):
        draft = OrderAnswer(order_id=order_id, kind=kind, **changes)  # type: ignore[arg-type]
        return answer_orders(answers=[draft], supplier_id=buying.supplier, actor=buying.trade.actor, at=AT)


def line_of(buying: Buying, order_id: int) -> PurchaseOrderLine:
    with company_scope(buying.trade.actor):
        return PurchaseOrderLine.objects.select_related("order").get(order_id=order_id)


def last_event(buying: Buying) -> EventRow:
    with company_scope(buying.trade.actor):
        return EventRow.objects.filter(type="purchase_order.answered").latest("id")


def test_a_confirmation_promises_the_requested_day_and_confirms_the_order(buying: Buying) -> None:
    placed = buying.order()
    answer(buying, placed.id)
    line = line_of(buying, placed.id)
    assert (line.first_promised_date, line.last_promised_date, line.order.state) == (WEEK, WEEK, "confirmed")
    assert last_event(buying).payload["moved"] == []


def test_three_dates_are_kept_apart(buying: Buying) -> None:
    placed = buying.order()
    late, later = WEEK + datetime.timedelta(days=3), WEEK + datetime.timedelta(days=9)
    answer(buying, placed.id, promised_date=late)
    answer(buying, placed.id, promised_date=later)
    line = line_of(buying, placed.id)
    assert (line.requested_date, line.first_promised_date, line.last_promised_date) == (WEEK, late, later)
    assert last_event(buying).payload["moved"] == [line.pk]


def test_a_message_twice_is_one_and_an_older_word_moves_nothing(buying: Buying) -> None:
    placed = buying.order()
    later, hour = WEEK + datetime.timedelta(days=5), datetime.timedelta(hours=1)
    first = answer(buying, placed.id, message_id="m1", promised_date=later, answered_at=AT)
    assert answer(buying, placed.id, message_id="m1", promised_date=later, answered_at=AT) == first
    answer(buying, placed.id, message_id="m0", promised_date=WEEK, answered_at=AT - hour)
    assert line_of(buying, placed.id).last_promised_date == later
    with company_scope(buying.trade.actor):
        assert SupplierAnswer.objects.count() == 2


def test_a_message_under_the_name_of_another_is_refused_and_not_taken_for_it(buying: Buying) -> None:
    placed, other = buying.order(), buying.order()
    answer(buying, placed.id, message_id="m1", promised_date=WEEK)
    for changes in ({"promised_date": WEEK + datetime.timedelta(days=9)}, {"kind": "counter", "quantity": D(50)}):
        with pytest.raises(MessageKnown):
            answer(buying, placed.id, message_id="m1", **changes)
    answer(buying, placed.id, message_id="m1")
    answer(buying, other.id, message_id="m1", promised_date=WEEK)  # one message about two orders
    with company_scope(buying.trade.actor):
        assert SupplierAnswer.objects.count() == 2


def test_what_was_said_tomorrow_does_not_silence_what_is_said_today(buying: Buying) -> None:
    placed = buying.order()
    later = WEEK + datetime.timedelta(days=5)
    answer(buying, placed.id, promised_date=WEEK, answered_at=AT + datetime.timedelta(days=400))
    answer(buying, placed.id, promised_date=later)
    assert line_of(buying, placed.id).last_promised_date == later


def test_a_counter_proposal_waits_and_holds_when_it_is_accepted(buying: Buying) -> None:
    placed = buying.order()
    [pk] = answer(buying, placed.id, "counter", quantity=D(80), unit_price=D("9.5"), promised_date=WEEK)
    assert (line_of(buying, placed.id).quantity, last_event(buying).payload["waiting"]) == (100, [pk])
    with company_scope(buying.trade.actor):
        settle_answers(answer_ids=[pk], accepted=True, actor=buying.trade.actor, at=AT)
        with pytest.raises(AnswerSettled):
            settle_answers(answer_ids=[pk], accepted=False, actor=buying.trade.actor, at=AT)
    line = line_of(buying, placed.id)
    assert (line.quantity, line.net, line.order.net, line.first_promised_date) == (80, D(760), D(760), WEEK)
    assert differing(buying.trade.actor) == []


def test_nobody_raises_an_order_above_what_was_approved_by_a_counter_proposal(buying: Buying) -> None:
    placed = buying.order()
    [dear] = answer(buying, placed.id, "counter", unit_price=D(50))
    [slow] = answer(buying, placed.id, "counter", promised_date=WEEK + datetime.timedelta(days=3))
    with company_scope(buying.trade.actor):
        policy = ApprovalPolicyDraft(
            name="Large orders",
            kind="purchase_order",
            from_amount=D(1000),
            stages=[{"roles": ["accountant"]}],
            valid_from_date=TODAY,
        )
        save_approval_policies(drafts=[policy], actor=buying.trade.actor, at=AT)
        with pytest.raises(DearerThanApproved):
            settle_answers(answer_ids=[dear], accepted=True, actor=buying.trade.actor, at=AT)
        settle_answers(answer_ids=[slow], accepted=True, actor=buying.trade.actor, at=AT)
        settle_answers(answer_ids=[dear], accepted=False, actor=buying.trade.actor, at=AT)
        assert PurchaseOrder.objects.get(pk=placed.id).total == placed.company_total


def test_a_counter_proposal_that_is_turned_down_changes_nothing(buying: Buying) -> None:
    placed = buying.order()
    [pk] = answer(buying, placed.id, "counter", unit_price=D(12))
    with company_scope(buying.trade.actor):
        settle_answers(answer_ids=[pk], accepted=False, actor=buying.trade.actor, at=AT)
    assert line_of(buying, placed.id).net == D(900)


def test_a_confirmation_of_something_else_is_refused(buying: Buying) -> None:
    placed = buying.order()
    with pytest.raises(InvalidValue):
        answer(buying, placed.id, quantity=D(90))


def test_a_late_answer_to_a_cancelled_order_and_one_to_a_draft_are_refused(buying: Buying) -> None:
    cancelled, draft = buying.order(), buying.order(issued=False)
    with company_scope(buying.trade.actor):
        cancel_purchase_orders(order_ids=[cancelled.id], actor=buying.trade.actor, at=AT)
    with pytest.raises(OrderCancelled):
        answer(buying, cancelled.id)
    with pytest.raises(WrongState):
        answer(buying, draft.id)


def test_the_order_of_another_supplier_is_not_there(buying: Buying) -> None:
    placed = buying.order()
    with company_scope(buying.trade.actor):
        stranger = {"supplier_id": buying.trade.customer, "actor": buying.trade.actor, "at": AT}
        with pytest.raises(NotFound):
            answer_orders(answers=[OrderAnswer(order_id=placed.id, kind="confirm")], **stranger)  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            advise_deliveries(advices=[AdviceDraft(order_id=placed.id, expected_date=WEEK)], **stranger)  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            write_messages(messages=[MessageDraft(order_id=placed.id, text="hello")], **stranger)  # type: ignore[arg-type]
        assert not SupplierAnswer.objects.exists() and not OrderMessage.objects.exists()


def test_an_advice_names_what_is_still_expected_and_comes_once(buying: Buying) -> None:
    placed = buying.order()
    buying.receive(placed, "40")
    with company_scope(buying.trade.actor):
        by = {"supplier_id": buying.supplier, "actor": buying.trade.actor, "at": AT}
        draft = AdviceDraft(order_id=placed.id, expected_date=WEEK, message_id="a1")
        first, second = advise_deliveries(advices=[draft], **by), advise_deliveries(advices=[draft], **by)  # type: ignore[arg-type]
        assert first == second
        assert Advice.objects.get().lines.get().quantity == 60
        too_much = AdviceDraft(
            order_id=placed.id, expected_date=WEEK, lines=[AdvisedLine(line_id=placed.line_ids[0], quantity=D(61))]
        )
        half = AdvisedLine(line_id=placed.line_ids[0], quantity=D(31))
        for advice in (too_much, AdviceDraft(order_id=placed.id, expected_date=WEEK, lines=[half, half])):
            with pytest.raises(AdviceTooMuch):
                advise_deliveries(advices=[advice], **by)  # type: ignore[arg-type]


def test_an_advice_under_the_name_of_one_for_another_order_is_refused_and_not_lost(buying: Buying) -> None:
    placed, other = buying.order(), buying.order()
    with company_scope(buying.trade.actor):
        by = {"supplier_id": buying.supplier, "actor": buying.trade.actor, "at": AT}
        advise_deliveries(advices=[AdviceDraft(order_id=placed.id, expected_date=WEEK, message_id="a1")], **by)  # type: ignore[arg-type]
        with pytest.raises(MessageKnown):
            advise_deliveries(advices=[AdviceDraft(order_id=other.id, expected_date=WEEK, message_id="a1")], **by)  # type: ignore[arg-type]


def test_an_advice_without_lines_brings_what_is_open_and_not_on_its_way(buying: Buying) -> None:
    """100 ordered: 30 and 20 are advised, 30 come by themselves, 5 more come that no advice named."""
    placed = buying.order()
    [line] = placed.line_ids
    later = AT + datetime.timedelta(hours=1)

    def advise(*parts: str, at: datetime.datetime = AT) -> list[Decimal]:
        lines = [AdvisedLine(line_id=line, quantity=D(part)) for part in parts]
        draft = AdviceDraft(order_id=placed.id, expected_date=WEEK, lines=lines)
        with company_scope(buying.trade.actor):
            [pk] = advise_deliveries(advices=[draft], supplier_id=buying.supplier, actor=buying.trade.actor, at=at)
            return list(AdviceLine.objects.filter(advice=pk).values_list("quantity", flat=True))

    def receive(arrived: str, advice: Decimal | None = None) -> None:
        with company_scope(buying.trade.actor):
            named = AdviceLine.objects.get(quantity=advice).pk if advice else None
            part = ReceivedLine(line_id=line, arrived=D(arrived), advice_line_id=named)
            draft = OrderReceipt(order_id=placed.id, date=TODAY, lines=[part])
            receive_orders(receipts=[draft], actor=buying.trade.actor, at=later)

    def coming() -> Decimal:
        with company_scope(buying.trade.actor, read_only=True):
            return on_its_way([placed.id]).get(line, D(0))

    advise("30")
    advise("20")
    assert coming() == 50
    receive("30", D(30))
    receive("5")
    assert coming() == 15
    assert advise() == [D(50)]  # of the 65 still open
    with pytest.raises(AdvisedAlready):
        advise()
    receive("65")
    assert coming() == 0


def test_messages_say_who_wrote_them_and_come_once(buying: Buying) -> None:
    placed = buying.order()
    with company_scope(buying.trade.actor):
        by = {"actor": buying.trade.actor, "at": AT}
        write_messages(messages=[MessageDraft(order_id=placed.id, text="When?")], **by)  # type: ignore[arg-type]
        reply = MessageDraft(order_id=placed.id, text="Friday", message_id="r1")
        for _ in range(2):
            write_messages(messages=[reply], supplier_id=buying.supplier, **by)  # type: ignore[arg-type]
        rows = OrderMessage.objects.order_by("id").values_list("text", "from_supplier")
        assert list(rows) == [("When?", False), ("Friday", True)]


def test_a_message_under_the_name_of_one_about_another_order_is_refused(buying: Buying) -> None:
    placed, other = buying.order(), buying.order()
    with company_scope(buying.trade.actor):
        by = {"supplier_id": buying.supplier, "actor": buying.trade.actor, "at": AT}
        write_messages(messages=[MessageDraft(order_id=placed.id, text="Friday", message_id="r1")], **by)  # type: ignore[arg-type]
        for order, text in ((placed.id, "Saturday"), (other.id, "Friday")):
            with pytest.raises(MessageKnown):
                write_messages(messages=[MessageDraft(order_id=order, text=text, message_id="r1")], **by)  # type: ignore[arg-type]


def test_an_order_is_cancelled_before_anything_came_and_closed_after(buying: Buying) -> None:
    placed, untouched = buying.order(), buying.order()
    buying.receive(placed, "40")
    with company_scope(buying.trade.actor):
        by = {"actor": buying.trade.actor, "at": AT}
        with pytest.raises(AlreadyReceived):
            cancel_purchase_orders(order_ids=[placed.id], **by)  # type: ignore[arg-type]
        with pytest.raises(WrongState):
            close_purchase_orders(order_ids=[untouched.id], **by)  # type: ignore[arg-type]
        close_purchase_orders(order_ids=[placed.id], **by)  # type: ignore[arg-type]
        cancel_purchase_orders(order_ids=[untouched.id], **by)  # type: ignore[arg-type]
        assert set(PurchaseOrder.objects.values_list("state", flat=True)) == {"closed", "cancelled"}
        assert not PurchaseOrderLine.objects.filter(closed_short=False).exists()
    assert differing(buying.trade.actor) == []
