"""Which supplier, in what lots, and what a part of a line is worth: figures worked out by hand."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp.purchasing.rules import Terms, Tier, choose_supplier, split_lots, tier_price, value_of_part
from erp.reference.rules import Ratio

DAY = datetime.date(2026, 3, 2)


def lots(quantity: str, minimum: str = "0", maximum: str | None = None, multiple: str = "1") -> list[str]:
    found = split_lots(
        Decimal(quantity),
        minimum=Decimal(minimum),
        maximum=None if maximum is None else Decimal(maximum),
        multiple=Decimal(multiple),
    )
    return [f"{lot.normalize():f}" for lot in found]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("18",), ["18"]),
        (("3", "10"), ["10"]),
        (("13", "0", None, "12"), ["24"]),
        (("2500", "0", "1000"), ["1000", "1000", "500"]),
        (("2050", "100", "1000"), ["1000", "950", "100"]),
        (("1001", "600", "1000"), ["600", "600"]),  # two lines of the minimum come to more than is needed
        (("25", "0", "10", "4"), ["8", "8", "8", "4"]),  # full is the largest multiple below the maximum
    ],
)
def test_lots_hold_minimum_maximum_and_multiple(asked: tuple[str, ...], expected: list[str]) -> None:
    assert lots(*asked) == expected


def test_limits_without_a_multiple_between_them_are_an_error() -> None:
    with pytest.raises(ValueError, match="no multiple"):
        lots("20", "5", "7", "4")


@given(st.integers(1, 10_000), st.integers(0, 50), st.integers(1, 12), st.one_of(st.none(), st.integers(1, 400)))
def test_lots_cover_the_quantity_within_the_limits(quantity: int, minimum: int, multiple: int, over: int | None) -> None:
    least = -(-max(minimum, multiple) // multiple) * multiple
    maximum = None if over is None else least + over
    found = split_lots(
        Decimal(quantity),
        minimum=Decimal(minimum),
        maximum=None if maximum is None else Decimal(maximum),
        multiple=Decimal(multiple),
    )
    assert sum(found) >= quantity
    assert all(least <= lot and lot % multiple == 0 and (maximum is None or lot <= maximum) for lot in found)
    if len(found) == 1:
        assert found[0] < max(quantity, least) + multiple


def terms(code: str, price: str, *, lead: int = 5, preferred: bool = False, rate: str | None = "1", **changes: object) -> Terms:
    facts: dict[str, object] = {
        "line_id": sum(map(ord, code)),
        "agreement_id": 1,
        "agreement_number": f"AG-{code}",
        "supplier_id": sum(map(ord, code)),
        "supplier_code": code,
        "product_id": 1,
        "currency": "EUR",
        "rate": None if rate is None else Decimal(rate),
        "unit": "PC",
        "ratio": Ratio(),
        "lead_days": lead,
        "minimum": Decimal(0),
        "maximum": None,
        "multiple": Decimal(1),
        "preferred": preferred,
        "blocked": False,
        "active": True,
        "valid_from": DAY,
        "valid_to": None,
        "tiers": [Tier(Decimal(0), Decimal(price), DAY, None)],
    }
    return Terms(**(facts | changes))  # type: ignore[arg-type]


def chosen(*candidates: Terms, quantity: str = "100", on: datetime.date = DAY) -> str | None:
    choice, _reason = choose_supplier(candidates, Decimal(quantity), on)
    return choice.terms.supplier_code if choice else None


def test_the_cheapest_wins_then_the_fastest_then_the_code() -> None:
    assert chosen(terms("A", "10"), terms("B", "9")) == "B"
    assert chosen(terms("A", "9", lead=9), terms("B", "9", lead=2)) == "B"
    assert chosen(terms("B", "9"), terms("A", "9")) == "A"


def test_a_preferred_one_wins_although_dearer() -> None:
    assert chosen(terms("A", "9"), terms("B", "12", preferred=True)) == "B"


def test_prices_are_compared_by_the_products_unit_in_company_currency_at_the_lots_tier() -> None:
    box = terms("BOX", "96", unit="DZ", ratio=Ratio(12, 1))  # 8 each
    assert chosen(terms("A", "9"), box) == "BOX"
    assert chosen(terms("A", "9"), terms("USD", "9.5", rate="0.9")) == "USD"  # 8.55
    tiered = terms("T", "10", tiers=[Tier(Decimal(0), Decimal(10), DAY, None), Tier(Decimal(50), Decimal(8), DAY, None)])
    assert chosen(terms("A", "9"), tiered, quantity="49") == "A"
    assert chosen(terms("A", "9"), tiered, quantity="50") == "T"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"blocked": True}, "blocked"),
        ({"active": False}, "inactive"),
        ({"valid_from": DAY + datetime.timedelta(days=1)}, "not_valid"),
        ({"valid_to": DAY - datetime.timedelta(days=1)}, "not_valid"),
        ({"tiers": []}, "no_price"),
        ({"rate": None}, "no_rate"),
    ],
)
def test_who_cannot_supply_is_out_and_the_reason_says_why(changes: dict[str, object], why: str) -> None:
    out = terms("A", "1", **changes)
    choice, reason = choose_supplier([out, terms("B", "9")], Decimal(1), DAY)
    assert choice is not None and choice.terms.supplier_code == "B"
    assert [c["lost"] for c in reason["candidates"]] == [why, ""]  # type: ignore[attr-defined]
    assert choose_supplier([out], Decimal(1), DAY)[0] is None


def test_the_reason_names_what_the_others_lost_by() -> None:
    _choice, reason = choose_supplier(
        [
            terms("A", "9", preferred=True),
            terms("B", "8"),
            terms("C", "10", preferred=True),
            terms("D", "9", lead=8, preferred=True),
        ],
        Decimal(1),
        DAY,
    )
    assert {c["supplier"]: c["lost"] for c in reason["candidates"]} == {  # type: ignore[attr-defined]
        "A": "",
        "B": "not_preferred",
        "C": "dearer",
        "D": "slower",
    }


def test_of_two_tiers_the_later_one_counts_and_days_end_inclusive() -> None:
    tiers = [Tier(Decimal(0), Decimal(10), DAY, DAY), Tier(Decimal(0), Decimal(11), DAY + datetime.timedelta(days=1), None)]
    assert tier_price(tiers, Decimal(1), DAY) == 10
    assert tier_price(tiers, Decimal(1), DAY + datetime.timedelta(days=1)) == 11
    assert tier_price(tiers, Decimal(1), DAY - datetime.timedelta(days=1)) is None


def test_parts_of_a_line_come_to_the_line() -> None:
    net, before, found = Decimal("10.00"), Decimal(0), []
    for part in (Decimal(1), Decimal(1), Decimal(1)):
        found.append(value_of_part(net, quantity=Decimal(3), before=before, part=part, places=2))
        before += part
    assert found == [Decimal("3.33"), Decimal("3.34"), Decimal("3.33")]
    assert value_of_part(net, quantity=Decimal(3), before=before, part=Decimal(3), places=2) == Decimal("10.00")
