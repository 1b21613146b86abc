"""Counting: the shelf wins, the books follow."""

from decimal import Decimal

import pytest

from erp.core.errors import BusinessRuleViolation
from erp.inventory.errors import CountBelowReserved, MovedWhileCounting
from erp.inventory.models import CountLine
from erp.inventory.operations.count_stock import CountDraft, FoundDraft, count_stock
from erp.ledger.models import AccountRole
from tests.support.cast import TODAY
from tests.support.shop import Shop


def count(shop: Shop, sku: str, found: str, unit: str = "", expected: str | None = None) -> None:
    line = FoundDraft(shop.products[sku], Decimal(found), unit, Decimal(expected) if expected else None)
    draft = CountDraft(warehouse_id=shop.warehouse, date=TODAY, found=[line])
    count_stock(counts=[draft], **shop.by)


def test_a_shortage_leaves_at_its_cost(shop: Shop) -> None:
    count(shop, "LAMP", "7")
    assert shop.level("LAMP") == (7, 0, 70)
    assert shop.balance(AccountRole.COUNT_DIFFERENCE) == 30


def test_a_surplus_comes_in_at_the_average(shop: Shop) -> None:
    count(shop, "LAMP", "12")
    assert shop.level("LAMP") == (12, 0, 120)
    assert shop.balance(AccountRole.COUNT_DIFFERENCE) == -20


def test_counting_to_zero_leaves_no_value(shop: Shop) -> None:
    count(shop, "LAMP", "0")
    assert shop.level("LAMP") == (0, 0, 0)
    assert shop.balance(AccountRole.INVENTORY) == 0


def test_a_count_without_variance_moves_nothing(shop: Shop) -> None:
    count(shop, "LAMP", "10")
    line = CountLine.objects.get()
    assert (line.found, line.expected, line.value) == (10, 10, 0)
    assert shop.balance(AccountRole.INVENTORY) == 100


def test_fewer_than_reserved_is_refused_by_name(shop: Shop) -> None:
    shop.reserved("ZEN", ("LAMP", "6"))
    with pytest.raises(CountBelowReserved) as refused:
        count(shop, "LAMP", "5")
    assert "LAMP: 5 found, but 6 are reserved" in str(refused.value)


def test_what_was_found_may_be_said_in_another_unit_and_is_kept_in_the_products(shop: Shop) -> None:
    count(shop, "LAMP", "1.5", "DZ")
    line = CountLine.objects.get()
    assert (line.found, line.expected, shop.level("LAMP")) == (18, 10, (18, 0, 180))


@pytest.mark.parametrize(("found", "unit", "field"), [("0.7", "DZ", "lines.0.found"), ("1", "KG", "lines.0.unit")])
def test_what_cannot_be_counted_is_refused_beside_its_field(shop: Shop, found: str, unit: str, field: str) -> None:
    with pytest.raises(BusinessRuleViolation) as refused:
        count(shop, "LAMP", found, unit)
    assert (refused.value.field, shop.level("LAMP")) == (field, (10, 0, 100))


def test_what_left_while_counting_is_not_found_again(shop: Shop) -> None:
    shop.delivered("ZEN", ("LAMP", "3"))
    with pytest.raises(MovedWhileCounting) as refused:
        count(shop, "LAMP", "10", expected="10")
    assert "LAMP moved while you counted: 10 were expected then, 7 are now. Count it again" in str(refused.value)
    assert (refused.value.field, shop.level("LAMP")) == ("lines.0.found", (7, 0, 70))
    count(shop, "LAMP", "7", expected="7")
    assert CountLine.objects.get().expected == 7
