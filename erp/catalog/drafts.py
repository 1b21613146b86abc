"""What `save_products` and `save_categories` take."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

LARGEST_RATIO = 10**9


@dataclass(frozen=True, kw_only=True)
class ProductUnitDraft:
    """A unit that the product is counted in besides its own: `denominator` of it are `numerator` of the product's."""

    code: str
    numerator: int
    denominator: int = 1
    barcode: str = ""


@dataclass(frozen=True, kw_only=True)
class ProductDraft:
    """A product as it should be. No `id`: a new one. `version`, if given, is the one the editor saw.

    Prices are net, in company currency, per unit. `price_floor` is the lowest price a salesperson may give. `units`
    replace those that are there; None leaves them.
    """

    id: int | None = None
    version: str = ""
    sku: str
    name: str
    barcode: str = ""
    kind: str = "stocked"
    supply: str = "buy"
    unit_code: str
    category_code: str = ""
    tax_code: str
    list_price: Decimal
    price_floor: Decimal | None = None
    active: bool = True
    units: Sequence[ProductUnitDraft] | None = None
    external_source: str = ""
    external_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class CategoryDraft:
    id: int | None = None
    version: str = ""
    code: str
    name: str
