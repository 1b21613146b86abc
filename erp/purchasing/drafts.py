"""What the operations of purchasing take and return."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from erp.core.events import DocumentRef
from erp.reference.rules import Ratio


@dataclass(frozen=True, kw_only=True)
class TierDraft:
    """A price from so many of the line's unit on."""

    from_quantity: Decimal = Decimal(0)
    price: Decimal
    valid_from_date: datetime.date | None = None
    valid_to_date: datetime.date | None = None


@dataclass(frozen=True, kw_only=True)
class AgreementLineDraft:
    """`unit` is one of the product's, by default its own; what it holds is written down as of now. `id` names the line that is
    changed."""

    id: int | None = None
    product_id: int
    unit: str = ""
    lead_days: int = 0
    min_quantity: Decimal = Decimal(0)
    max_quantity: Decimal | None = None
    multiple: Decimal = Decimal(1)
    supplier_sku: str = ""
    active: bool = True
    tiers: Sequence[TierDraft] = ()


@dataclass(frozen=True, kw_only=True)
class AgreementDraft:
    """An agreement as it should be: no `id`, a new one; `version`, if given, is the one the editor saw. `lines` is the whole
    list, None leaves what is there; a line that is left out becomes inactive, since orders may stand on it."""

    id: int | None = None
    version: str = ""
    supplier_id: int
    currency_code: str
    valid_from_date: datetime.date
    valid_to_date: datetime.date | None = None
    payment_term_code: str = ""
    preferred: bool = False
    blocked: bool = False
    over_fraction: Decimal = Decimal(0)
    under_fraction: Decimal = Decimal(0)
    shares_stock: bool = False
    shares_demand: bool = False
    shares_forecast: bool = False
    memo: str = ""
    external_source: str = ""
    external_ref: str = ""
    lines: Sequence[AgreementLineDraft] | None = None


@dataclass(frozen=True, kw_only=True)
class SupplyNeed:
    """So much of a product, in its own unit, by a day; from `supplier_id` alone where one is named."""

    product_id: int
    quantity: Decimal
    need_date: datetime.date
    supplier_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class SupplierChoice:
    """By which terms a need is bought. `lots` are the order lines in `unit`, `price` is of one of it in `currency`; `reason` says
    why, with all that were looked at."""

    agreement_line_id: int
    agreement_id: int
    supplier_id: int
    currency: str
    price: Decimal
    unit: str
    ratio: Ratio
    minimum: Decimal
    maximum: Decimal | None
    multiple: Decimal
    lead_days: int
    lots: Sequence[Decimal]
    reason: Mapping[str, object]

    @property
    def quantity(self) -> Decimal:
        """What is bought, in the product's unit."""
        return sum(self.lots, Decimal(0)) * self.ratio.numerator / self.ratio.denominator


@dataclass(frozen=True, kw_only=True)
class RequisitionLineDraft:
    """So much of a product, in `unit` or else its own, by a day; from one supplier where that matters."""

    product_id: int
    quantity: Decimal
    need_date: datetime.date
    unit: str = ""
    supplier_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class RequisitionDraft:
    """What somebody asks the buyers for, to come to one warehouse."""

    warehouse_id: int
    date: datetime.date
    lines: Sequence[RequisitionLineDraft]
    memo: str = ""
    external_source: str = ""
    external_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class PurchaseLineDraft:
    """`quantity` and `unit_price` are in `unit`, by default that of the agreement's line, else the product's. Without a price the
    agreement's tier counts. `source_kind` and `source_id` name the proposal behind it."""

    product_id: int
    quantity: Decimal
    unit: str = ""
    unit_price: Decimal | None = None
    requested_date: datetime.date
    agreement_line_id: int | None = None
    description: str = ""
    chosen: Mapping[str, object] = field(default_factory=dict)
    source_kind: str = ""
    source_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderDraft:
    """An order to one supplier for one warehouse. Without `currency_code` that of the agreement counts, else the supplier's.
    `source` is the document it came from (a plan run)."""

    supplier_id: int
    warehouse_id: int
    date: datetime.date
    lines: Sequence[PurchaseLineDraft]
    agreement_id: int | None = None
    currency_code: str | None = None
    prices_include_tax: bool = False
    source: DocumentRef | None = None
    external_source: str = ""
    external_ref: str = ""


@dataclass(frozen=True)
class PlacedPurchaseOrder:
    id: int
    number: str
    line_ids: tuple[int, ...]
    company_total: Decimal


@dataclass(frozen=True, kw_only=True)
class ReceivedLine:
    """What arrived of an order line, and what of it is refused at the door with its reason; in `unit`, which is the line's or by
    default the product's."""

    line_id: int
    arrived: Decimal
    rejected: Decimal = Decimal(0)
    unit: str = ""
    reason: str = ""
    advice_line_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class OrderReceipt:
    """Goods of one order, on one day."""

    order_id: int
    date: datetime.date
    lines: Sequence[ReceivedLine]
    external_source: str = ""
    external_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderAnswer:
    """What a supplier says to a line, or to every open line of the order where none is named. What is left out is as ordered;
    quantity and price are in the line's unit. `message_id` is the supplier's own name for it, `answered_at` when they said it."""

    order_id: int
    kind: str
    line_id: int | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    promised_date: datetime.date | None = None
    remark: str = ""
    message_id: str = ""
    answered_at: datetime.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AdvisedLine:
    """So much of an order line, in the product's unit."""

    line_id: int
    quantity: Decimal


@dataclass(frozen=True, kw_only=True)
class AdviceDraft:
    """What is on its way for an order; without lines everything still expected of it."""

    order_id: int
    expected_date: datetime.date
    reference: str = ""
    message_id: str = ""
    lines: Sequence[AdvisedLine] = ()


@dataclass(frozen=True, kw_only=True)
class ReturnedLine:
    """So much of an order line goes back, in the product's unit."""

    line_id: int
    quantity: Decimal


@dataclass(frozen=True, kw_only=True)
class PurchaseReturnDraft:
    """Goods of one order that go back to the supplier."""

    order_id: int
    date: datetime.date
    lines: Sequence[ReturnedLine]
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class MessageDraft:
    """A message in the conversation about an order."""

    order_id: int
    text: str
    message_id: str = ""


@dataclass(frozen=True, kw_only=True)
class BillLineDraft:
    """What is billed of an order line, in its unit and at the order's price unless another is said; or a charge, which has a
    price of its own and a tax code (none: no tax)."""

    order_line_id: int | None = None
    quantity: Decimal = Decimal(1)
    unit_price: Decimal | None = None
    tax_code: str = ""
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class BillDraft:
    """A supplier's bill, or credit note by `kind`, under the supplier's own number. Currency and due day follow the orders."""

    supplier_id: int
    supplier_number: str
    date: datetime.date
    lines: Sequence[BillLineDraft]
    kind: str = "bill"
    due_date: datetime.date | None = None
    currency_code: str | None = None
    prices_include_tax: bool = False
    external_source: str = ""
    external_ref: str = ""


@dataclass(frozen=True)
class EnteredBill:
    """`held` are the codes of what does not match."""

    id: int
    number: str
    state: str
    held: tuple[str, ...]
