"""Arithmetic of buying: which supplier, in what lots, and what part of a line is worth. Pure."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from erp.core.money import ZERO, round_half_up
from erp.reference.rules import Ratio


def round_up(quantity: Decimal, multiple: Decimal) -> Decimal:
    """The least multiple of `multiple` that is not below the quantity."""
    return (quantity / multiple).to_integral_value(ROUND_CEILING) * multiple


def split_lots(quantity: Decimal, *, minimum: Decimal, maximum: Decimal | None, multiple: Decimal) -> list[Decimal]:
    """The order lines that cover a quantity: minimum and multiple once for the whole, then as many lines as the maximum asks for.

    All but the last are full; the last is filled up to the minimum from those before it. Where so many lines of the minimum come
    to more than is needed, that much is ordered. ValueError where no multiple lies between minimum and maximum.
    """
    least = round_up(max(minimum, multiple), multiple)
    wanted = max(round_up(quantity, multiple), least)
    if maximum is None or wanted <= maximum:
        return [wanted]
    full = (maximum / multiple).to_integral_value(ROUND_FLOOR) * multiple
    if full < least:
        raise ValueError(f"no multiple of {multiple} lies between {minimum} and {maximum}")
    count = int((wanted / full).to_integral_value(ROUND_CEILING))
    wanted = max(wanted, count * least)
    lots = [full] * (count - 1) + [wanted - full * (count - 1)]
    for i in range(count - 1, 0, -1):
        if lots[i] >= least:
            break
        lots[i - 1], lots[i] = lots[i - 1] - (least - lots[i]), least
    return lots


@dataclass(frozen=True)
class Tier:
    """From `from_quantity` of the purchase unit in one order line, on these days (the last included), one costs `price`."""

    from_quantity: Decimal
    price: Decimal
    valid_from: datetime.date
    valid_to: datetime.date | None


def tier_price(tiers: Sequence[Tier], quantity: Decimal, on: datetime.date) -> Decimal | None:
    """The price of the highest tier that the quantity reaches on the day; of two alike the one that began later."""
    reached = [
        t for t in tiers if t.from_quantity <= quantity and t.valid_from <= on and (t.valid_to is None or on <= t.valid_to)
    ]
    return max(reached, key=lambda t: (t.from_quantity, t.valid_from)).price if reached else None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """One line of an agreement as it stands: what `ratio` says one of `unit` holds, the lot limits and prices are in `unit`;
    `rate` is company currency per unit of `currency`, None while there is none."""

    line_id: int
    agreement_id: int
    agreement_number: str
    supplier_id: int
    supplier_code: str
    product_id: int
    currency: str
    rate: Decimal | None
    unit: str
    ratio: Ratio
    lead_days: int
    minimum: Decimal
    maximum: Decimal | None
    multiple: Decimal
    preferred: bool
    blocked: bool
    active: bool
    valid_from: datetime.date
    valid_to: datetime.date | None
    tiers: Sequence[Tier]

    def in_force(self, on: datetime.date) -> bool:
        """Whether the agreement is valid on the day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def in_units(self, quantity: Decimal) -> Decimal:
        """A quantity of the product's unit, in the purchase unit; not rounded."""
        return quantity * self.ratio.denominator / self.ratio.numerator

    def lots(self, quantity: Decimal) -> list[Decimal]:
        """The order lines, in the purchase unit, that cover a quantity of the product's unit."""
        return split_lots(self.in_units(quantity), minimum=self.minimum, maximum=self.maximum, multiple=self.multiple)


@dataclass(frozen=True)
class Choice:
    """The terms to buy by and the price in their unit, with `reason`: every candidate, its figure, and why it was not taken."""

    terms: Terms
    price: Decimal
    reason: dict[str, object]

    @property
    def each(self) -> Decimal:
        """The price of one of the product's unit in company currency."""
        return in_company_currency(self.price, self.terms)


PRICE_SHOWN = 6


def in_company_currency(price: Decimal, terms: "Terms") -> Decimal:
    """A price in the unit of the terms as that of one of the product's unit, in company currency; the terms have a rate."""
    assert terms.rate is not None
    return price * terms.rate * terms.ratio.denominator / terms.ratio.numerator


def choose_supplier(candidates: Sequence[Terms], quantity: Decimal, on: datetime.date) -> tuple[Choice | None, dict[str, object]]:
    """The best terms for a quantity of the product's unit on a day, and why.

    Out are terms that are inactive, blocked, not valid that day, without a price or a rate. Of the rest: preferred first, then
    the lowest price of one of the product's unit in company currency at the tier of the first lot, the shortest lead time, the
    supplier's code.
    """
    figures: list[tuple[tuple[object, ...], Terms, Decimal]] = []
    told: list[dict[str, object]] = []
    for terms in sorted(candidates, key=lambda t: (t.supplier_code, t.line_id)):
        why_not = _why_not(terms, on)
        price = None if why_not else tier_price(terms.tiers, terms.lots(quantity)[0], on)
        if not why_not and price is None:
            why_not = "no_price"
        entry: dict[str, object] = {
            "supplier": terms.supplier_code,
            "agreement": terms.agreement_number,
            "lead_days": terms.lead_days,
        }
        if price is not None and terms.rate is not None:
            each = in_company_currency(price, terms)
            entry["each"] = f"{round_half_up(each, PRICE_SHOWN).normalize():f}"
            entry["preferred"] = terms.preferred
            figures.append(((not terms.preferred, each, terms.lead_days, terms.supplier_code, terms.line_id), terms, price))
        else:
            entry["lost"] = why_not
        told.append(entry)
    reason: dict[str, object] = {"candidates": told}
    if not figures:
        return None, reason
    best, terms, price = min(figures, key=lambda one: one[0])
    for entry in told:
        if "lost" not in entry:
            entry["lost"] = _lost_by(entry, best) if entry["supplier"] != terms.supplier_code else ""
    reason["supplier"] = terms.supplier_code
    return Choice(terms, price, reason), reason


def _why_not(terms: Terms, on: datetime.date) -> str:
    if not terms.active:
        return "inactive"
    if terms.blocked:
        return "blocked"
    if not terms.in_force(on):
        return "not_valid"
    return "no_rate" if terms.rate is None else ""


def _lost_by(entry: dict[str, object], best: tuple[object, ...]) -> str:
    if bool(entry["preferred"]) == bool(best[0]):
        return "not_preferred"
    return "dearer" if Decimal(str(entry["each"])) > round_half_up(Decimal(str(best[1])), PRICE_SHOWN) else "slower"


def value_of_part(net: Decimal, *, quantity: Decimal, before: Decimal, part: Decimal, places: int) -> Decimal:
    """What the next `part` of a line of `quantity` is worth in the order's currency: differences of rounded running totals, so
    that the parts come to the line's net; what comes beyond the line is worth the same each."""
    total = round_half_up(net * (before + part) / quantity, places)
    return total - (round_half_up(net * before / quantity, places) if before else ZERO)
