"""Counting: what is on the shelf wins, and the variance is in the books at once."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.catalog.measures import CountedProduct, counted_products, take_measure
from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue
from erp.core.events import DocumentRef
from erp.core.money import ZERO, plain
from erp.core.operation import operation
from erp.core.rows import insert_rows
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.inventory.errors import CountBelowReserved, MovedWhileCounting
from erp.inventory.events import StockCounted
from erp.inventory.models import Count, CountLine, StockMove
from erp.inventory.operations.judge_products import no_lines, product_refusals
from erp.inventory.operations.lock_levels import Key, LockedLevel, lock_levels
from erp.inventory.operations.naming import raise_named
from erp.inventory.operations.post_stock import MoveDraft, StockPosting, post_stock
from erp.inventory.permissions import COUNT_STOCK
from erp.inventory.rules import found_value, issue_cost
from erp.ledger.models import AccountRole
from erp.reference.queries import minor_units


@dataclass(frozen=True)
class FoundDraft:
    """So much of a product lies there, in `unit`, by default the product's. The count keeps it in the product's.

    `expected` is what the counter was told to lie there, in the product's unit; None if nobody told.
    """

    product_id: int
    quantity: Decimal
    unit: str = ""
    expected: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class CountDraft:
    """What was found in one warehouse, each product once."""

    warehouse_id: int
    date: datetime.date
    found: Sequence[FoundDraft]
    external_source: str = ""
    external_ref: str = ""


@dataclass(frozen=True)
class PostedCount:
    id: int
    number: str


@dataclass(frozen=True)
class Variance:
    product_id: int
    found: Decimal
    expected: Decimal
    amount: Decimal


@operation(COUNT_STOCK)
def count_stock(*, counts: Sequence[CountDraft], actor: Actor, at: datetime.datetime) -> list[PostedCount]:
    """Post the counts with their variances: surplus at moving average, shortage at its cost.

    Refuses products whose stock moved since it was shown to the counter: what was found may lack what left meanwhile.
    """
    products = counted_products(
        (line.product_id for count in counts for line in count.found), (line.unit for count in counts for line in count.found)
    )
    _ensure_valid(counts, products, future_refusals([count.date for count in counts], actor=actor, at=at))
    currency = company_facts(actor.company_id).currency_code
    levels = lock_levels(((line.product_id, c.warehouse_id) for c in counts for line in c.found), create=True)
    variances = [_variances(count, products, levels, minor_units(currency)) for count in counts]
    posted = _insert(counts, variances, actor, at)
    bus.publish([_event(*parts) for parts in zip(posted, counts, variances, strict=True)], at=at)
    postings = [_posting(*parts) for parts in zip(posted, counts, variances, strict=True)]
    post_stock(postings=postings, currency=currency, actor=actor, at=at)
    return posted


def _ensure_valid(
    counts: Sequence[CountDraft], products: Mapping[int, CountedProduct], refusals: list[BusinessRuleViolation]
) -> None:
    """Raise what is refused of the counts beside the `refusals` found already."""
    seen: set[Key] = set()
    for count in counts:
        if not count.found:
            refusals.append(no_lines())
        for i, line in enumerate(count.found):
            key = (line.product_id, count.warehouse_id)
            for refusal in product_refusals(line.product_id, line.quantity, products, f"lines.{i}", unit=line.unit):
                refusal.field = refusal.field.replace(".quantity", ".found")
                refusals.append(refusal)
            if line.quantity < 0:
                rule = _("Enter a quantity of zero or more.")
                refusals.append(InvalidValue(field=f"lines.{i}.found", what=_("found"), value=line.quantity, rule=rule))
            if key in seen:
                rule = _("Count each product once.")
                refusals.append(
                    InvalidValue(field=f"lines.{i}.product", what=_("product"), value=_sku(line, products), rule=rule)
                )
            seen.add(key)
    raise_named(refusals)


def _sku(line: FoundDraft, products: Mapping[int, CountedProduct]) -> str:
    product = products.get(line.product_id)
    return product.sku if product else str(line.product_id)


def _variances(
    count: CountDraft, products: Mapping[int, CountedProduct], levels: dict[Key, LockedLevel], places: int
) -> list[Variance]:
    result: list[Variance] = []
    refusals: list[BusinessRuleViolation] = []
    for i, line in enumerate(count.found):
        product, counted = line.product_id, products[line.product_id]
        found = take_measure(line.quantity, line.unit, counted.units, product=counted.sku).quantity
        level = levels[(product, count.warehouse_id)]
        if line.expected is not None and line.expected != level.on_hand:
            expected, on_hand = plain(line.expected), plain(level.on_hand)
            refusals.append(MovedWhileCounting(field=f"lines.{i}.found", product=product, expected=expected, on_hand=on_hand))
            continue
        if found < level.reserved:
            refusals.append(
                CountBelowReserved(field=f"lines.{i}.found", product=product, found=plain(found), reserved=plain(level.reserved))
            )
            continue
        difference = found - level.on_hand
        if difference >= 0:
            amount = found_value(on_hand=level.on_hand, value=level.value, surplus=difference, places=places)
        else:
            amount = -issue_cost(on_hand=level.on_hand, value=level.value, quantity=-difference, places=places)
        result.append(Variance(product, found, level.on_hand, amount))
    raise_named(refusals)
    return result


def _insert(
    counts: Sequence[CountDraft], variances: Sequence[Sequence[Variance]], actor: Actor, at: datetime.datetime
) -> list[PostedCount]:
    heads = [
        (c.warehouse_id, c.date, sum((line.amount for line in v), ZERO), c.external_source, c.external_ref, actor.name, at)
        for c, v in zip(counts, variances, strict=True)
    ]
    columns = ["warehouse_id", "date", "value", "external_source", "external_ref", "actor", "posted_at"]
    rows = insert_rows(
        Count, columns, heads, computed={"number": "documents_next_number('stock_count')"}, returning=["id", "number"]
    )
    posted = [PostedCount(*row) for row in rows]
    insert_rows(
        CountLine,
        ["count_id", "sequence", "product_id", "found", "expected", "value"],
        [
            (count.id, i, line.product_id, line.found, line.expected, line.amount)
            for count, lines in zip(posted, variances, strict=True)
            for i, line in enumerate(lines, 1)
        ],
    )
    return posted


def _event(count: PostedCount, draft: CountDraft, lines: Sequence[Variance]) -> StockCounted:
    more = tuple(sorted(line.product_id for line in lines if line.found > line.expected))
    return StockCounted(id=count.id, number=count.number, status="posted", warehouse_id=draft.warehouse_id, products=more)


def _posting(count: PostedCount, draft: CountDraft, lines: Sequence[Variance]) -> StockPosting:
    return StockPosting(
        document=DocumentRef("stock_count", count.id),
        number=count.number,
        reason=StockMove.Reason.COUNT,
        date=draft.date,
        counter_role=AccountRole.COUNT_DIFFERENCE,
        moves=[
            MoveDraft(
                product_id=line.product_id,
                warehouse_id=draft.warehouse_id,
                quantity=line.found - line.expected,
                amount=line.amount,
                line_id=i,
            )
            for i, line in enumerate(lines, 1)
            if line.found != line.expected
        ],
    )
