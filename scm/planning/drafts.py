"""What the operations of planning take and return."""

import datetime
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class ItemPolicyDraft:
    """How a product is planned in a warehouse; of the two there is one policy, which this replaces. Quantities are in the
    product's unit."""

    product_id: int
    warehouse_id: int
    safety_stock: Decimal = Decimal(0)
    lot_rule: str = "lot_for_lot"
    lot_quantity: Decimal = Decimal(0)
    lot_minimum: Decimal = Decimal(0)
    lot_maximum: Decimal | None = None
    lot_multiple: Decimal = Decimal(0)
    lot_periods: int = 1
    make_days: int | None = None
    bucket: str = "day"
    active: bool = True


@dataclass(frozen=True, kw_only=True)
class ProposalChange:
    """A proposal to fix, in the product's unit; what is None stays."""

    proposal_id: int
    quantity: Decimal | None = None
    need_date: datetime.date | None = None


@dataclass(frozen=True)
class FinishedRun:
    """`proposals` stand open by the run, `changed` of them are new or other than before; `withdrawn` are needed no more."""

    id: int
    number: str
    proposals: int
    changed: int
    withdrawn: int
