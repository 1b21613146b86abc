"""Quantities of products in their units: read for a whole set with one statement, judged and converted for every document.

What a line may name: the product's own unit, a unit of that product (a box of 12), or one of the same dimension
(grams of what is kept in kilograms). A unit of the product wins over one of the dimension with the same code.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from erp.catalog.errors import QuantityNotExact, UnknownUnit
from erp.core.errors import BusinessRuleViolation, InvalidValue
from erp.core.money import QUANTITY_PLACES, plain
from erp.core.rows import COMPANY, IDS, fetch
from erp.reference.rules import Measure, Ratio, convert_quantity
from erp.reference.unit_names import unit_word_lazy

# For a statement that has the product as `p`: its unit and those asked for (the one parameter), as columns of `units_of`.
UNIT_COLUMNS = "b.code, b.decimals, u.codes, u.numerators, u.denominators"
UNIT_JOINS = """
JOIN reference_unit b ON b.company_id = p.company_id AND b.id = p.unit_id
LEFT JOIN LATERAL (
    SELECT array_agg(x.code ORDER BY x.own) AS codes, array_agg(x.numerator ORDER BY x.own) AS numerators,
           array_agg(x.denominator ORDER BY x.own) AS denominators
    FROM (
        SELECT o.code, o.numerator::numeric, o.denominator::numeric, true AS own FROM catalog_productunit o
        WHERE o.company_id = p.company_id AND o.product_id = p.id
        UNION ALL
        SELECT g.code, g.numerator::numeric * b.denominator, g.denominator::numeric * b.numerator, false FROM reference_unit g
        WHERE g.company_id = p.company_id AND g.dimension = b.dimension AND g.id <> b.id
    ) x WHERE x.code = ANY ((SELECT %s::text[])::text[])
) u ON true
"""
_COUNTED = f"""
SELECT p.id, p.sku, p.kind, p.active, {UNIT_COLUMNS}
FROM catalog_product p {UNIT_JOINS}
WHERE p.company_id = {COMPANY} AND p.id = ANY ({IDS}::bigint[])
"""  # noqa: S608
_ALL_UNITS = _COUNTED.replace("WHERE x.code = ANY ((SELECT %s::text[])::text[])", "")
LARGEST_QUANTITY = Decimal(10) ** 14


def entered_quantities(*, head: str, line: str, link: str) -> str:
    """SQL of an invariant: the quantity of each line against the one entered, times what its unit holds."""
    return f"""
SELECT h.number || ' line ' || l.sequence AS key, l.quantity * l.unit_denominator AS stored,
       l.entered_quantity * l.unit_numerator AS derived
FROM {line} l JOIN {head} h ON h.id = l.{link}
"""  # noqa: S608


@dataclass(frozen=True)
class ProductUnits:
    """How a product is counted: in `base`, at so many decimals, and in others by their ratio to it."""

    base: str
    decimals: int = QUANTITY_PLACES
    others: Mapping[str, Ratio] = field(default_factory=dict)

    @property
    def all(self) -> dict[str, Ratio]:
        """The base unit first, then the others from the smallest to the largest."""
        return {self.base: Ratio(), **dict(sorted(self.others.items(), key=lambda one: one[1].numerator / one[1].denominator))}

    def ratio(self, unit: str) -> Ratio | None:
        """What one of the unit is in the base unit; nothing named means the base unit itself."""
        return Ratio() if unit in {"", self.base} else self.others.get(unit)


def units_of(base: str, decimals: int, codes: Any, numerators: Any, denominators: Any) -> ProductUnits:
    """From the columns of UNIT_COLUMNS; of two with one code the later one, the product's own, counts."""
    named = zip(codes or (), numerators or (), denominators or (), strict=True)
    return ProductUnits(base, decimals, {code: Ratio.of(int(over), int(under)) for code, over, under in named if code != base})


@dataclass(frozen=True)
class CountedProduct:
    """A product as a document of the stock sees it."""

    id: int
    sku: str
    kind: str
    active: bool
    units: ProductUnits


def counted_products(product_ids: Iterable[int], units: Iterable[Any] = ()) -> dict[int, CountedProduct]:
    """The products that exist, with those of the `units` in which they are counted; one statement."""
    rows = fetch(_COUNTED, [asked_units(units), sorted(set(product_ids))])
    return {row[0]: CountedProduct(*row[:4], units_of(*row[4:])) for row in rows}


def all_units(product_ids: Iterable[int]) -> dict[int, ProductUnits]:
    """Everything the products are counted in, one statement."""
    return {row[0]: units_of(*row[4:]) for row in fetch(_ALL_UNITS, [sorted(set(product_ids))])}


def asked_units(units: Iterable[Any]) -> list[str]:
    """The codes to look up: those that can be one at all, once each."""
    return sorted({unit for unit in units if isinstance(unit, str) and unit and "\x00" not in unit})


def take_measure(
    entered: Decimal, unit: str, units: ProductUnits, *, product: str | int, field: str = "", agreed: Ratio | None = None
) -> Measure:
    """The quantity as a document keeps it; raises UnknownUnit, and QuantityNotExact where nothing countable comes out.

    `agreed` is a ratio that an earlier document promised: it counts, whatever the unit holds today.
    """
    ratio = agreed or units.ratio(unit)
    if ratio is None:
        raise UnknownUnit(field=f"{field}.unit", product=product, unit=unit, base=units.base)
    if abs(entered) * ratio.numerator >= LARGEST_QUANTITY * ratio.denominator:
        rule = _("Enter a smaller number.")
        raise InvalidValue(field=f"{field}.quantity", what=_("quantity"), value=f"{entered:f}", rule=rule)
    quantity = convert_quantity(entered, ratio, decimals=units.decimals)
    if quantity is None or convert_quantity(entered, Ratio()) is None:
        shown = {"quantity": plain(entered), "unit": unit_word_lazy(unit or units.base), "base": unit_word_lazy(units.base)}
        raise QuantityNotExact(field=f"{field}.quantity", product=product, rule=_finest(units), **shown)
    return Measure(unit or units.base, entered, ratio, quantity)


def judge_measure(
    entered: Decimal, unit: str, units: ProductUnits, *, product: str | int, field: str, agreed: Ratio | None = None
) -> list[BusinessRuleViolation]:
    """What `take_measure` would refuse."""
    try:
        take_measure(entered, unit, units, product=product, field=field, agreed=agreed)
    except BusinessRuleViolation as refusal:
        return [refusal]
    return []


def say_base(quantity: Decimal, asked: Measure, base: str) -> Any:
    """A quantity of the product's unit, with the unit where what was asked for was in another one."""
    if asked.unit == base:
        return plain(quantity)
    return format_lazy("{quantity} {unit}", quantity=plain(quantity), unit=unit_word_lazy(base))


def _finest(units: ProductUnits) -> Any:
    if units.decimals == 0:
        return format_lazy(_("Enter a quantity that comes to whole {base}."), base=unit_word_lazy(units.base))
    text = _("Enter a quantity that comes to at most {count} decimals of {base}.")
    return format_lazy(text, count=units.decimals, base=unit_word_lazy(units.base))
