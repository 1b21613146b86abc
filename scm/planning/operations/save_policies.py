"""Saying how items are planned."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.catalog.measures import counted_products
from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode, raise_refusals
from erp.core.operation import operation
from erp.core.rows import insert_rows, update_rows
from erp.documents.drafts import judge_fields
from erp.inventory.operations.judge_warehouses import warehouses_in_use
from scm.planning.drafts import ItemPolicyDraft
from scm.planning.events import ItemPolicySaved
from scm.planning.models import ItemPolicy
from scm.planning.permissions import SAVE_POLICIES

_COLUMNS = [
    "product_id",
    "warehouse_id",
    "safety_stock",
    "lot_rule",
    "lot_quantity",
    "lot_minimum",
    "lot_maximum",
    "lot_multiple",
    "lot_periods",
    "make_days",
    "bucket",
    "active",
]


@operation(SAVE_POLICIES)
def save_policies(*, policies: Sequence[ItemPolicyDraft], actor: Actor, at: datetime.datetime) -> list[int]:
    """Create or replace the policies of products in warehouses; return their ids in order. Refuses unknown products and
    warehouses, services, figures below zero, a maximum below the minimum and a product named twice; all at once."""
    raise_refusals(_judge(policies))
    rows = ItemPolicy.objects.filter(product_id__in={p.product_id for p in policies})
    known = {(r.product_id, r.warehouse_id): r.pk for r in rows.select_for_update(no_key=True)}
    values = [tuple(getattr(p, column) for column in _COLUMNS) for p in policies]
    keys = [(p.product_id, p.warehouse_id) for p in policies]
    update_rows(ItemPolicy, _COLUMNS, [(known[key], *row) for key, row in zip(keys, values, strict=True) if key in known])
    new = [i for i, key in enumerate(keys) if key not in known]
    made = insert_rows(ItemPolicy, _COLUMNS, [values[i] for i in new], returning=["id"])
    known |= {keys[i]: row[0] for i, row in zip(new, made, strict=True)}
    by_warehouse: dict[int, list[int]] = {}
    for product, warehouse in keys:
        by_warehouse.setdefault(warehouse, []).append(product)
    bus.publish(
        [
            ItemPolicySaved(
                id=known[products[0], warehouse],
                number=str(len(products)),
                status="saved",
                warehouse_id=warehouse,
                products=tuple(sorted(products)),
            )
            for warehouse, products in sorted(by_warehouse.items())
        ],
        at=at,
    )
    return [known[key] for key in keys]


def _judge(policies: Sequence[ItemPolicyDraft]) -> list[BusinessRuleViolation]:
    products = counted_products(p.product_id for p in policies)
    in_use = warehouses_in_use(p.warehouse_id for p in policies)
    refusals: list[BusinessRuleViolation] = []
    seen: set[tuple[int, int]] = set()
    for row, policy in enumerate(policies):
        prefix = f"{row}." if len(policies) > 1 else ""
        found = judge_fields(ItemPolicy, policy, row=row)
        product = products.get(policy.product_id)
        if product is None or product.kind != "stocked":
            found.append(UnknownCode(field="product", what=_("stocked product"), value=policy.product_id))
        if policy.warehouse_id not in in_use:
            found.append(UnknownCode(field="warehouse", what=_("warehouse"), value=policy.warehouse_id))
        figures = (policy.safety_stock, policy.lot_quantity, policy.lot_minimum, policy.lot_multiple)
        if min(figures) < 0 or (policy.make_days or 0) < 0 or policy.lot_periods < 1:
            rule = _("Enter zero or more, and one period or more.")
            found.append(InvalidValue(field="safety_stock", what=_("figure"), value=str(min(figures)), rule=rule))
        if policy.lot_rule == ItemPolicy.LotRule.FIXED and policy.lot_quantity <= 0:
            rule = _("Enter a quantity above zero.")
            found.append(InvalidValue(field="lot_quantity", what=_("fixed quantity"), value=policy.lot_quantity, rule=rule))
        if policy.lot_maximum is not None and policy.lot_maximum < max(policy.lot_minimum, policy.lot_multiple):
            rule = _("Enter the minimum and the multiple, or more.")
            found.append(InvalidValue(field="lot_maximum", what=_("maximum"), value=policy.lot_maximum, rule=rule))
        if (policy.product_id, policy.warehouse_id) in seen:
            rule = _("Name each product once in a warehouse.")
            found.append(InvalidValue(field="product", what=_("product"), value=policy.product_id, rule=rule))
        seen.add((policy.product_id, policy.warehouse_id))
        for refusal in found:
            refusal.field = f"{prefix}{refusal.field}"
        refusals += found
    return refusals
