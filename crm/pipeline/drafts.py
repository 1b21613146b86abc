"""What the operations of the pipeline take."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core.money import ZERO


@dataclass(frozen=True, kw_only=True)
class QuotationLineDraft:
    """One product offered: `quantity` and `unit_price` in `unit`, by default the product's. No price: the list price, in
    the quotation's currency. `discount` is a fraction (0.1 = 10 %)."""

    product_id: int
    quantity: Decimal
    unit: str = ""
    unit_price: Decimal | None = None
    discount: Decimal = ZERO
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class QuotationDraft:
    """A quotation as it should be, all its lines included. No `id`: a new one; `version` is the one the editor saw.

    Left out: the currency is the customer's, the warehouse the company's first, the promised date the quotation's own.
    """

    id: int | None = None
    version: str = ""
    customer_id: int
    date: datetime.date
    lines: Sequence[QuotationLineDraft] = ()
    warehouse_id: int | None = None
    opportunity_id: int | None = None
    valid_until_date: datetime.date | None = None
    promised_date: datetime.date | None = None
    priority: int = 0
    partial_delivery: bool = False
    currency_code: str = ""
    prices_include_tax: bool = False
    reference: str = ""
    external_source: str = ""
    external_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class OpportunityDraft:
    """Possible business. `expected_amount` is in company currency; `owner_id` a user, by default who creates it."""

    id: int | None = None
    version: str = ""
    name: str
    customer_id: int
    expected_amount: Decimal = ZERO
    probability: Decimal = Decimal("0.2")
    expected_date: datetime.date | None = None
    owner_id: int | None = None
    external_source: str = ""
    external_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class OpportunityMove:
    """An opportunity into another stage; losing it needs a reason. `version` is the one the person saw, if any."""

    id: int
    version: str = ""
    stage: str
    lost_reason: str = ""
