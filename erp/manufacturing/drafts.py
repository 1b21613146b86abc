"""What the operations of manufacturing take and return."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core.events import DocumentRef


@dataclass(frozen=True, kw_only=True)
class BomLineDraft:
    """So much of a component, in `unit` or the component's own; valid as long as the head where no days are said."""

    component_id: int
    quantity: Decimal
    unit: str = ""
    scrap_fraction: Decimal = Decimal(0)
    valid_from_date: datetime.date | None = None
    valid_to_date: datetime.date | None = None


@dataclass(frozen=True, kw_only=True)
class BomDraft:
    """A bill of materials as it should be: no `id`, a new one; `version`, if given, is the one the editor saw. `lines` is the
    whole list."""

    id: int | None = None
    version: str = ""
    product_id: int
    code: str = ""
    quantity: Decimal = Decimal(1)
    yield_fraction: Decimal = Decimal(1)
    phantom: bool = False
    lead_days: int = 0
    valid_from_date: datetime.date
    valid_to_date: datetime.date | None = None
    active: bool = True
    external_source: str = ""
    external_ref: str = ""
    lines: Sequence[BomLineDraft] = ()


@dataclass(frozen=True, kw_only=True)
class ManufacturingDraft:
    """So much of a product by a day. Without `start_date` it begins the bill's lead days before; without `bom_id` the bill of
    materials that is valid on that day counts. `source` is the document it came from, `source_kind` and `source_id` the
    proposal."""

    product_id: int
    quantity: Decimal
    warehouse_id: int
    date: datetime.date
    due_date: datetime.date
    start_date: datetime.date | None = None
    bom_id: int | None = None
    priority: int = 0
    source: DocumentRef | None = None
    source_kind: str = ""
    source_id: int | None = None


@dataclass(frozen=True)
class PlacedProduction:
    id: int
    number: str


@dataclass(frozen=True, kw_only=True)
class ComponentPart:
    """So much of one component line of an order, in the component's unit."""

    component_id: int
    quantity: Decimal


@dataclass(frozen=True, kw_only=True)
class ReturnDraft:
    """Components of an order that go back to stock."""

    order_id: int
    date: datetime.date
    lines: Sequence[ComponentPart]


@dataclass(frozen=True, kw_only=True)
class CompletionDraft:
    """What came out of an order: good units, and scrap, which costs nothing by itself where it was to be expected."""

    order_id: int
    good: Decimal
    scrapped: Decimal = Decimal(0)
    expected_scrap: bool = False
    reason: str = ""
    date: datetime.date


@dataclass(frozen=True, kw_only=True)
class ProductionMove:
    """Another start and due day."""

    order_id: int
    start_date: datetime.date
    due_date: datetime.date


@dataclass(frozen=True, kw_only=True)
class CalendarDayDraft:
    """A day unlike its weekday: a holiday, or with `works` a day worked beside the usual ones."""

    date: datetime.date
    works: bool = False
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class CalendarDraft:
    """When production works in a warehouse; bit 0 of `weekdays` is Monday. `days` is the whole list."""

    warehouse_id: int
    weekdays: int
    days: Sequence[CalendarDayDraft] = ()
