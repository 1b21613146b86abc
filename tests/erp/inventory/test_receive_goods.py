"""Receiving: stock, value and books grow together, or nothing happens."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from erp.core.errors import PermissionDenied, Refusals
from erp.core.invariants import all_invariants, check
from erp.core.models import EventRow
from erp.core.rows import execute
from erp.identity.models import Company
from erp.identity.roles import Role
from erp.inventory.models import Receipt, StockMove
from erp.inventory.operations.post_receipts import FinishedLine, FinishedReceipt, post_receipts_for
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.ledger.errors import NoPeriod, PeriodClosed
from erp.ledger.models import AccountRole, Period
from erp.ledger.operations.lock_periods import lock_periods
from erp.reference.rules import Measure, Ratio
from tests.support.cast import AT, TODAY, counted_statements, person
from tests.support.shop import Shop


def test_stock_value_and_the_inventory_account_grow_together(shop: Shop) -> None:
    shop.receive("LAMP", "5", "62.50")
    assert shop.level("LAMP") == (15, 0, Decimal("162.50"))
    assert shop.balance(AccountRole.INVENTORY) == Decimal("162.50")
    assert shop.balance(AccountRole.STOCK_CLEARING) == Decimal("-162.50")


def test_opening_stock_is_booked_against_opening_balances(shop: Shop) -> None:
    line = ReceiptLineDraft(product_id=shop.products["CABLE"], quantity=Decimal(7), unit_cost=Decimal("0.333"))
    receive_goods(
        receipts=[ReceiptDraft(warehouse_id=shop.warehouse, date=TODAY, purpose=Receipt.Purpose.OPENING, lines=[line])],
        **shop.by,
    )
    assert shop.balance(AccountRole.OPENING) == Decimal("-2.33")


def test_what_was_received_before_the_opening_is_recorded_and_moves_nothing(shop: Shop) -> None:
    measure = Measure(unit="PC", entered=Decimal(4), ratio=Ratio(1, 1), quantity=Decimal(4))
    old = FinishedReceipt(
        warehouse_id=shop.warehouse,
        date=datetime.date(2014, 1, 8),
        lines=[FinishedLine(product_id=shop.products["LAMP"], measure=measure, value=Decimal(30))],
        purpose=Receipt.Purpose.HISTORY,
        counter_role=None,
    )
    events = EventRow.objects.count()
    [posted] = post_receipts_for(receipts=[old], **shop.by)
    assert Receipt.objects.get(pk=posted.id).value == 30
    assert shop.level("LAMP") == (10, 0, 100)
    assert not StockMove.objects.filter(kind="receipt", document_id=posted.id).exists()
    assert EventRow.objects.count() == events
    assert [found.invariant.name for found in map(check, all_invariants()) if not found.ok] == []


def test_free_goods_come_in_without_an_entry_and_lower_the_average(shop: Shop) -> None:
    shop.receive("LAMP", "10", "0")
    assert shop.level("LAMP") == (20, 0, 100)
    assert shop.balance(AccountRole.INVENTORY) == 100


def test_all_errors_come_at_once_and_nothing_is_changed(shop: Shop) -> None:
    lines = [
        ReceiptLineDraft(product_id=shop.products["LAMP"], quantity=Decimal(-1), value=Decimal(-5)),
        ReceiptLineDraft(product_id=shop.products["HOUR"], quantity=Decimal(1), value=Decimal(0)),
        ReceiptLineDraft(product_id=987654321, quantity=Decimal(1), unit_cost=Decimal(0)),
    ]
    with pytest.raises(Refusals) as refused:
        receive_goods(receipts=[ReceiptDraft(warehouse_id=shop.warehouse, date=TODAY, lines=lines)], **shop.by)
    fields = [refusal.field for refusal in refused.value.refusals]
    assert fields == ["lines.0.quantity", "lines.0.value", "lines.1.product", "lines.2.product"]
    assert Receipt.objects.count() == 1
    assert "HOUR is a service" in str(refused.value)


def test_a_line_says_once_what_it_is_worth(shop: Shop) -> None:
    worth: list[dict[str, Decimal]] = [
        {},
        {"value": Decimal(5), "unit_cost": Decimal(5)},
        {"value": Decimal("1.005")},
        {"value": Decimal(-1)},
        {"unit_cost": Decimal(-1)},
        {"unit_cost": Decimal("0.00001")},
        {"unit_cost": Decimal(0)},
    ]
    lines = [ReceiptLineDraft(product_id=shop.products["LAMP"], quantity=Decimal(1), **one) for one in worth]
    with pytest.raises(Refusals) as refused:
        receive_goods(receipts=[ReceiptDraft(warehouse_id=shop.warehouse, date=TODAY, lines=lines)], **shop.by)
    assert [refusal.field for refusal in refused.value.refusals] == [
        "lines.0.unit_cost", "lines.1.value", "lines.2.value", "lines.3.value", "lines.4.unit_cost",
    ]  # fmt: skip
    assert "0 for free goods" in str(refused.value)


@pytest.mark.parametrize("value", ["1", "0"])
def test_a_closed_period_takes_nothing(shop: Shop, value: str) -> None:
    period = Period.objects.get(first_date__lte=TODAY, last_date__gte=TODAY)
    lock_periods(period_ids=[period.pk], ledger=False, stock=True, **shop.by)
    with pytest.raises(PeriodClosed) as refused, transaction.atomic():
        shop.receive("LAMP", "1", value)
    assert TODAY.isoformat() in str(refused.value)


@pytest.mark.parametrize("value", ["1", "0"])
def test_a_date_without_a_period_is_named(shop: Shop, value: str) -> None:
    with pytest.raises(NoPeriod), transaction.atomic():
        shop.receive("LAMP", "1", value, date=datetime.date(1999, 1, 1))


def test_a_set_costs_as_many_statements_as_one(shop: Shop) -> None:
    def drafts(count: int) -> list[ReceiptDraft]:
        lines = [
            ReceiptLineDraft(product_id=shop.products[sku], quantity=Decimal(2), value=Decimal(3)) for sku in ("LAMP", "CABLE")
        ]
        return [ReceiptDraft(warehouse_id=shop.warehouse, date=TODAY, lines=lines) for _ in range(count)]

    counts = []
    for count in (1, 1, 40):
        with counted_statements() as so_far:
            receive_goods(receipts=drafts(count), **shop.by)
            counts.append(so_far())
    first, single, many = counts
    assert many == single <= 7
    assert first <= single + 2  # the first of their kind make their stock levels


def test_a_move_is_a_fact_that_nobody_changes(shop: Shop) -> None:
    move = StockMove.objects.get()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        execute("UPDATE inventory_stockmove SET quantity = 99 WHERE id = %s", [move.pk])


def test_a_salesperson_receives_nothing(shop: Shop, acme: Company) -> None:
    with pytest.raises(PermissionDenied):
        receive_goods(receipts=[], actor=person(acme, Role.SALESPERSON), at=AT)


@pytest.mark.parametrize("date", [TODAY, datetime.date(1999, 1, 1)])
def test_the_database_itself_refuses_a_move_without_value_in_a_closed_period_or_in_none(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, date: datetime.date
) -> None:
    """The check in Python is switched off; goods without value have no entry whose trigger could refuse."""
    monkeypatch.setattr("erp.inventory.operations.post_stock.ensure_stock_open", lambda _dates: None)
    shop.receive("LAMP", "1", "0")
    period = Period.objects.get(first_date__lte=TODAY, last_date__gte=TODAY)
    lock_periods(period_ids=[period.pk], ledger=False, stock=True, **shop.by)
    with pytest.raises(IntegrityError, match="stock is closed") as refused, transaction.atomic():
        shop.receive("LAMP", "1", "0", date=date)
    assert refused.value.__cause__.diag.constraint_name == "inventory_move_period"  # type: ignore[union-attr]
    assert shop.level("LAMP")[0] == 11
