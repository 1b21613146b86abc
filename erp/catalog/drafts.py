"""What `save_products` and `save_categories` take."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class ProductDraft:
    """A product as it should be. No `id`: a new one. `version`, if given, is the one the editor saw.

    Prices are net, in company currency, per unit. `price_floor` is the lowest price a salesperson may give.
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
    external_source: str = ""
    external_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class CategoryDraft:
    id: int | None = None
    version: str = ""
    code: str
    name: str
