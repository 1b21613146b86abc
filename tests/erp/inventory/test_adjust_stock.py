"""Adjusting: what is damaged, lost, given away or found leaves or enters the books with its reason."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from erp.catalog.errors import QuantityNotExact
from erp.core.actor import Actor
from erp.core.errors import InvalidValue, PermissionDenied, Refusals, UnknownCode
from erp.core.models import EventRow
from erp.core.rows import execute
from erp.identity.models import Company
from erp.identity.roles import Role
from erp.inventory.errors import CostNotKnown, NotStocked, NotThereThen, WriteOffAboveStock, WriteOffReserved
from erp.inventory.models import Adjustment, AdjustmentLine, StockMove
from erp.inventory.operations.adjust_stock import (
    ROLES,
    AdjustmentDraft,
    AdjustmentLineDraft,
    PostedAdjustment,
    adjust_stock,
)
from erp.inventory.rules import found_value, issue_cost
from erp.ledger.errors import PeriodClosed
from erp.ledger.models import AccountRole, Period
from erp.ledger.operations.lock_periods import lock_periods
from tests.support.cast import AT, TODAY, counted_statements, person
from tests.support.shop import Shop

D = Decimal


def draft(shop: Shop, reason: str, *lines: tuple[str, str] | tuple[str, str, str], **more: Any) -> AdjustmentDraft:
    """Lines are (SKU, quantity) or (SKU, quantity, cost of a unit)."""
    drafts = [
        AdjustmentLineDraft(
            product_id=shop.products[line[0]], quantity=D(line[1]), unit_cost=D(line[2]) if len(line) > 2 else None
        )
        for line in lines
    ]
    return AdjustmentDraft(**({"warehouse_id": shop.warehouse, "date": TODAY, "reason": reason, "lines": drafts} | more))


def adjust(shop: Shop, reason: str, *lines: Any, **more: Any) -> PostedAdjustment:
    return adjust_stock(adjustments=[draft(shop, reason, *lines, **more)], **shop.by)[0]


@pytest.mark.parametrize(
    ("reason", "role"),
    [("damaged", AccountRole.STOCK_LOSS), ("lost", AccountRole.STOCK_LOSS), ("other", AccountRole.STOCK_LOSS)]
    + [("sample", AccountRole.SAMPLES)],
)
def test_what_is_written_off_leaves_at_its_cost_on_the_account_of_its_reason(shop: Shop, reason: str, role: str) -> None:
    posted = adjust(shop, reason, ("LAMP", "3"), note="torn")
    assert shop.level("LAMP") == (7, 0, 70)
    assert (shop.balance(role), shop.balance(AccountRole.INVENTORY)) == (30, 70)
    head, line = Adjustment.objects.get(), AdjustmentLine.objects.get()
    assert (head.number, head.reason, head.note, head.value) == (posted.number, reason, "torn", -30)
    assert (line.quantity, line.value) == (-3, -30)
    assert StockMove.objects.get(kind="stock_adjustment").document_number == posted.number == "SA-000001"


def test_every_reason_has_an_account() -> None:
    assert set(ROLES) == set(Adjustment.Reason)


def test_the_last_unit_takes_the_rest(shop: Shop) -> None:
    shop.receive("CABLE", "3", "10.00")
    for _ in range(3):
        adjust(shop, "lost", ("CABLE", "1"))
    assert [line.value for line in AdjustmentLine.objects.order_by("pk")] == [D("-3.33"), D("-3.34"), D("-3.33")]
    assert shop.level("CABLE") == (0, 0, 0)


def test_found_stock_comes_in_at_the_present_average_or_at_its_stated_cost(shop: Shop) -> None:
    adjust(shop, "found", ("LAMP", "2"))
    assert shop.level("LAMP") == (12, 0, 120)
    adjust(shop, "found", ("LAMP", "1", "4.005"), ("CABLE", "4", "0"))
    assert (shop.level("LAMP"), shop.level("CABLE")) == ((13, 0, D("124.01")), (4, 0, 0))
    assert shop.balance(AccountRole.STOCK_GAIN) == D("-24.01")


def test_a_set_is_done_one_after_the_other(shop: Shop) -> None:
    drafts = [
        draft(shop, "lost", ("LAMP", "10")),
        draft(shop, "found", ("LAMP", "4", "2")),
        draft(shop, "damaged", ("LAMP", "3")),
    ]
    adjust_stock(adjustments=drafts, **shop.by)
    assert shop.level("LAMP") == (1, 0, 2)


def test_the_number_of_statements_does_not_grow_with_the_set(shop: Shop) -> None:
    def statements(size: int) -> int:
        drafts = [draft(shop, "found", ("LAMP", "1")) for _ in range(size)]
        adjust_stock(adjustments=drafts, **shop.by)
        with counted_statements() as count:
            adjust_stock(adjustments=drafts, **shop.by)
            return count()

    assert statements(1) == statements(20)


def test_the_event_names_what_was_found(shop: Shop) -> None:
    adjust(shop, "found", ("LAMP", "1"))
    adjust(shop, "lost", ("LAMP", "1"))
    found = [row.payload["products"] for row in EventRow.objects.filter(type="stock_adjustment.posted").order_by("pk")]
    assert found == [[shop.products["LAMP"]], []]


def test_more_than_is_there_and_what_is_reserved_are_refused_with_different_remedies(shop: Shop) -> None:
    shop.reserved("ZEN", ("LAMP", "6"))
    with pytest.raises(WriteOffReserved, match="LAMP: 10 on hand in MAIN, but 6 are reserved; 5 to be written off. Release"):
        adjust(shop, "damaged", ("LAMP", "5"))
    with pytest.raises(WriteOffAboveStock, match="LAMP: 10 on hand in MAIN, 11 to be written off. Write off what is there"):
        adjust(shop, "damaged", ("LAMP", "11"))
    with pytest.raises(WriteOffAboveStock):
        adjust(shop, "lost", ("CABLE", "1"))
    assert shop.level("LAMP") == (10, 6, 100)
    adjust(shop, "damaged", ("LAMP", "4"))
    assert shop.level("LAMP") == (6, 6, 60)


def test_found_stock_of_unknown_cost_is_refused(shop: Shop) -> None:
    with pytest.raises(CostNotKnown, match="CABLE: nothing is on hand, so its cost is not known. Enter what one unit is worth"):
        adjust(shop, "found", ("CABLE", "1"))


def test_everything_wrong_comes_at_once_and_nothing_happens(shop: Shop) -> None:
    drafts = [
        draft(shop, "stolen", ("HOUR", "1")),
        draft(shop, "lost", ("LAMP", "0"), ("LAMP", "1", "2")),
        draft(shop, "found", ("LAMP", "1", "-1")),
        draft(shop, "lost"),
        AdjustmentDraft(
            warehouse_id=shop.warehouse, date=TODAY, reason="lost", lines=[AdjustmentLineDraft(product_id=0, quantity=D(1))]
        ),
    ]
    with pytest.raises(Refusals) as refused:
        adjust_stock(adjustments=drafts, **shop.by)
    assert [(refusal.field, type(refusal)) for refusal in refused.value.refusals] == [
        ("0.reason", InvalidValue),
        ("0.lines.0.product", NotStocked),
        ("1.lines.0.quantity", InvalidValue),
        ("1.lines.1.unit_cost", InvalidValue),
        ("2.lines.0.unit_cost", InvalidValue),
        ("3.lines", InvalidValue),
        ("4.lines.0.product", UnknownCode),
    ]
    with pytest.raises(Refusals) as short:
        adjust_stock(adjustments=[draft(shop, "lost", ("LAMP", "11"), ("CABLE", "1"))], **shop.by)
    assert [refusal.field for refusal in short.value.refusals] == ["lines.0.quantity", "lines.1.quantity"]
    assert not Adjustment.objects.exists()
    assert shop.level("LAMP") == (10, 0, 100)


@pytest.mark.parametrize("sku", ["LAMP", "CABLE"])
def test_a_closed_period_is_refused_even_for_goods_without_value(shop: Shop, sku: str) -> None:
    adjust(shop, "found", ("CABLE", "5", "0"))
    lock_periods(period_ids=[Period.objects.get(code=f"{TODAY:%Y-%m}").pk], ledger=False, stock=True, **shop.by)
    with pytest.raises(PeriodClosed), transaction.atomic():
        adjust(shop, "lost", (sku, "1"))
    assert Adjustment.objects.count() == 1


def test_what_was_not_there_on_an_earlier_day_cannot_have_been_lost_then(shop: Shop) -> None:
    with pytest.raises(NotThereThen):
        adjust(shop, "lost", ("LAMP", "1"), date=TODAY - datetime.timedelta(days=1))


def test_a_line_keeps_what_was_entered_in_its_unit(shop: Shop) -> None:
    def dozens(reason: str, quantity: str, **more: Any) -> PostedAdjustment:
        line = AdjustmentLineDraft(product_id=shop.products["LAMP"], quantity=D(quantity), unit="DZ", **more)
        return adjust(shop, reason, lines=[line])

    dozens("found", "1", unit_cost=D("24.005"))
    assert shop.level("LAMP") == (22, 0, D("124.01"))
    dozens("lost", "0.5")
    line = AdjustmentLine.objects.order_by("-pk")[0]
    assert (line.unit, line.entered_quantity, line.quantity, line.unit_numerator) == ("DZ", D("-0.5"), -6, 12)
    assert shop.level("LAMP")[0] == 16
    with pytest.raises(QuantityNotExact):
        dozens("lost", "0.3")
    with pytest.raises(WriteOffAboveStock, match="24"):
        dozens("lost", "2")


def test_a_posted_adjustment_cannot_be_changed(shop: Shop) -> None:
    adjust(shop, "lost", ("LAMP", "1"))
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        execute("UPDATE inventory_adjustment SET note = 'x'")


def test_who_may_not_adjust_is_stopped(shop: Shop, acme: Company) -> None:
    seller: Actor = person(acme, Role.SALESPERSON)
    with pytest.raises(PermissionDenied):
        adjust_stock(adjustments=[draft(shop, "lost", ("LAMP", "1"))], actor=seller, at=AT)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9)), max_size=30))
@settings(max_examples=200)
def test_whatever_is_written_off_and_found_no_value_stays_without_stock(steps: list[tuple[bool, int]]) -> None:
    on_hand, value = D(7), D("10.01")
    for comes_in, quantity in steps:
        if comes_in:
            value += found_value(on_hand=on_hand, value=value, surplus=D(quantity), places=2) if on_hand else D(quantity)
            on_hand += quantity
        elif quantity <= on_hand:
            value -= issue_cost(on_hand=on_hand, value=value, quantity=D(quantity), places=2)
            on_hand -= quantity
        assert value >= 0
        assert on_hand > 0 or value == 0
