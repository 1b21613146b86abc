"""Manufacturing orders under lock with their components, by id; every verb on them starts here."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, WrongState, raise_refusals
from erp.core.money import plain, round_half_up
from erp.core.rows import ANY_ID, COMPANY, fetch
from erp.manufacturing.drafts import ComponentPart
from erp.manufacturing.states import TRANSITIONS, ManufacturingOrderState

_LOCK = f"""
SELECT o.id, o.number, o.state, o.product_id, o.warehouse_id, o.quantity, o.completed, o.scrapped, o.wip, o.start_date,
o.due_date,
       o.priority, c.id, c.order_id, c.product_id, p.sku, c.required, c.reserved, c.issued,
       u.decimals
FROM manufacturing_manufacturingorder o
JOIN manufacturing_componentline c ON c.company_id = o.company_id AND c.order_id = o.id
JOIN catalog_product p ON p.company_id = c.company_id AND p.id = c.product_id
JOIN reference_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
WHERE o.company_id = {COMPANY} AND o.id = {ANY_ID} ORDER BY o.id, c.sequence FOR UPDATE OF o, c
"""  # noqa: S608


class LockedProduction(NamedTuple):
    id: int
    number: str
    state: str
    product_id: int
    warehouse_id: int
    quantity: Decimal
    completed: Decimal
    scrapped: Decimal
    wip: Decimal
    start_date: datetime.date
    due_date: datetime.date
    priority: int

    @property
    def open(self) -> Decimal:
        """Still to come out."""
        return self.quantity - self.completed - self.scrapped


class LockedComponent(NamedTuple):
    id: int
    order_id: int
    product_id: int
    sku: str
    required: Decimal
    reserved: Decimal
    issued: Decimal
    decimals: int

    @property
    def missing(self) -> Decimal:
        return self.required - self.issued - self.reserved

    @property
    def outstanding(self) -> Decimal:
        """Still to go in, kept for it or not."""
        return self.required - self.issued


_WIDTH = len(LockedProduction._fields)


def lock_production(
    order_ids: Sequence[int],
) -> tuple[dict[int, LockedProduction], dict[int, list[LockedComponent]]]:
    """Lock the orders with their components, in the order of their ids; unknown ids are refused together."""
    orders: dict[int, LockedProduction] = {}
    components: dict[int, list[LockedComponent]] = {}
    for row in fetch(_LOCK, [sorted(set(order_ids))]):
        if row[0] not in orders:
            orders[row[0]], components[row[0]] = LockedProduction(*row[:_WIDTH]), []
        components[row[0]].append(LockedComponent(*row[_WIDTH:]))
    raise_refusals([NotFound(field="order", what=_("manufacturing order"), value=i) for i in order_ids if i not in orders])
    return orders, components


def wrong_states(orders: Sequence[LockedProduction], target: str) -> list[BusinessRuleViolation]:
    """Refusals for the orders from which `target` cannot be reached."""
    return [
        WrongState(document=o.number, document_id=o.id, state=ManufacturingOrderState(o.state).label.lower())
        for o in orders
        if target not in TRANSITIONS[o.state]
    ]


def not_begun(orders: Sequence[LockedProduction]) -> list[BusinessRuleViolation]:
    """Refusals for the orders that are not in progress."""
    return [
        WrongState(document=o.number, document_id=o.id, state=ManufacturingOrderState(o.state).label.lower())
        for o in orders
        if o.state != ManufacturingOrderState.IN_PROGRESS
    ]


def judge_parts(parts: Sequence[ComponentPart], known: Mapping[int, LockedComponent]) -> list[BusinessRuleViolation]:
    """Refusals for parts of components that are not among the `known` ones, named twice, or of nothing."""
    found: list[BusinessRuleViolation] = []
    if not parts:
        rule = _("Enter a quantity for at least one component.")
        found.append(InvalidValue(field="lines", what=_("quantity"), value="", rule=rule))
    seen: set[int] = set()
    for i, part in enumerate(parts):
        if part.component_id not in known:
            found.append(NotFound(field=f"lines.{i}.component", what=_("component"), value=part.component_id))
        elif part.component_id in seen:
            rule = _("Name each component once.")
            sku = known[part.component_id].sku
            found.append(InvalidValue(field=f"lines.{i}.component", what=_("component"), value=sku, rule=rule))
        elif part.quantity <= 0:
            rule = _("Enter a quantity above zero.")
            value = plain(part.quantity)
            found.append(InvalidValue(field=f"lines.{i}.quantity", what=_("quantity"), value=value, rule=rule))
        elif part.quantity != round_half_up(part.quantity, decimals := known[part.component_id].decimals):
            rule = _("Enter a whole number.") if not decimals else _more_decimals(decimals)
            value = plain(part.quantity)
            found.append(InvalidValue(field=f"lines.{i}.quantity", what=_("quantity"), value=value, rule=rule))
        seen.add(part.component_id)
    return found


def _more_decimals(count: int) -> Any:
    return format_lazy(_("Enter a quantity with at most {count} decimals."), count=count)
