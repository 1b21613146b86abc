"""Goods coming out of production, with the cost of what really went in."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue
from erp.core.events import DocumentRef
from erp.core.money import ZERO, plain
from erp.core.operation import operation
from erp.core.rows import insert_rows, update_rows
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.inventory.models import StockMove
from erp.inventory.operations.lock_levels import lock_levels
from erp.inventory.operations.naming import raise_named
from erp.inventory.operations.post_stock import MoveDraft, StockPosting, post_stock
from erp.ledger.models import AccountRole
from erp.ledger.models.entry import JournalEntry
from erp.ledger.operations.post_entries import EntryDraft, credit, debit, post_entries_for
from erp.ledger.rules import share_of_rest
from erp.manufacturing.drafts import CompletionDraft
from erp.manufacturing.errors import MoreThanOrdered
from erp.manufacturing.events import ManufacturingOrderCompleted
from erp.manufacturing.models import ManufacturingOrder, ProductionCompletion, WipFact
from erp.manufacturing.operations.issue_components import issue_for
from erp.manufacturing.operations.lock_production import LockedProduction, lock_production, wrong_states
from erp.manufacturing.permissions import OPERATE
from erp.manufacturing.states import ManufacturingOrderState
from erp.reference.queries import minor_units


@dataclass(frozen=True, kw_only=True)
class _Done:
    """A completion with its values, and what the order has come to by it."""

    draft: CompletionDraft
    order: LockedProduction
    value: Decimal
    scrap_value: Decimal
    complete: bool


@operation(OPERATE)
def complete_production(*, completions: Sequence[CompletionDraft], actor: Actor, at: datetime.datetime) -> list[tuple[int, str]]:
    """Report good and scrapped units of orders; return the ids and numbers of the completions.

    What is reserved and not issued goes in first. Good units take their share of the cost that lies in the order, the last ones
    all of it; scrap that was not to be expected takes its share as a loss, expected scrap takes none. Refuses more than is open.
    """
    refusals = future_refusals([c.date for c in completions], actor=actor, at=at)
    orders, components = lock_production([c.order_id for c in completions])
    begun = (ManufacturingOrderState.RELEASED, ManufacturingOrderState.IN_PROGRESS)
    ready = {pk: o for pk, o in orders.items() if o.state in begun and any(c.reserved for c in components[pk])}
    wrong = wrong_states([o for pk, o in orders.items() if pk not in ready], ManufacturingOrderState.COMPLETED)
    refusals += wrong or _judge(completions, orders)
    raise_named(refusals)
    if ready:
        _made, wip = issue_for(ready, components, date=min(c.date for c in completions), actor=actor, at=at)
        orders |= {pk: o._replace(wip=o.wip + wip.get(pk, ZERO)) for pk, o in ready.items()}
    currency = company_facts(actor.company_id).currency_code
    done = _valued(completions, orders, minor_units(currency))
    lock_levels(((d.order.product_id, d.order.warehouse_id) for d in done if d.draft.good), create=True)
    made = _insert(done, actor, at)
    _publish(done, at)
    _post(done, made, currency, actor, at)
    _advance(done, made, at)
    return made


def _judge(completions: Sequence[CompletionDraft], orders: Mapping[int, LockedProduction]) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    seen: set[int] = set()
    for i, draft in enumerate(completions):
        prefix, order = f"{i}." if len(completions) > 1 else "", orders[draft.order_id]
        if draft.good < 0 or draft.scrapped < 0 or draft.good + draft.scrapped <= 0 or order.id in seen:
            rule = _("Name each order once, with what came out of it.")
            found.append(InvalidValue(field=f"{prefix}good", what=_("quantity"), value=draft.good, rule=rule))
        elif draft.good + draft.scrapped > order.open:
            shown = {"quantity": plain(draft.good + draft.scrapped), "open": plain(order.open)}
            found.append(MoreThanOrdered(field=f"{prefix}good", document=order.number, document_id=order.id, **shown))
        seen.add(order.id)
    return found


def _valued(completions: Sequence[CompletionDraft], orders: Mapping[int, LockedProduction], places: int) -> list[_Done]:
    done = []
    for draft in completions:
        order = orders[draft.order_id]
        counted = order.open - (draft.scrapped if draft.expected_scrap else ZERO)
        value = share_of_rest(order.wip, part=draft.good, rest=counted, places=places) if draft.good else ZERO
        scrap = ZERO
        if draft.scrapped and not draft.expected_scrap:
            left = counted - draft.good
            scrap = share_of_rest(order.wip - value, part=draft.scrapped, rest=left, places=places)
        complete = draft.good + draft.scrapped == order.open
        done.append(_Done(draft=draft, order=order, value=value, scrap_value=scrap, complete=complete))
    return done


def _insert(done: Sequence[_Done], actor: Actor, at: datetime.datetime) -> list[tuple[int, str]]:
    rows = insert_rows(
        ProductionCompletion,
        [
            "order_id",
            "warehouse_id",
            "date",
            "good",
            "scrapped",
            "expected_scrap",
            "scrap_reason",
            "value",
            "scrap_value",
            "actor",
            "posted_at",
        ],
        [
            (
                d.order.id,
                d.order.warehouse_id,
                d.draft.date,
                d.draft.good,
                d.draft.scrapped,
                d.draft.expected_scrap,
                d.draft.reason,
                d.value,
                d.scrap_value,
                actor.name,
                at,
            )
            for d in done
        ],
        computed={"number": "documents_next_number('production_completion')"},
        returning=["id", "number"],
    )
    return [(row[0], row[1]) for row in rows]


def _publish(done: Sequence[_Done], at: datetime.datetime) -> None:
    bus.publish(
        [
            ManufacturingOrderCompleted(
                id=d.order.id,
                number=d.order.number,
                status="completed" if d.complete else "in_progress",
                product_id=d.order.product_id,
                warehouse_id=d.order.warehouse_id,
                products=(d.order.product_id,) if d.draft.good else (),
                complete=d.complete,
                scrapped=d.draft.scrapped,
            )
            for d in done
        ],
        at=at,
    )


def _post(done: Sequence[_Done], made: Sequence[tuple[int, str]], currency: str, actor: Actor, at: datetime.datetime) -> None:
    post_stock(
        postings=[
            StockPosting(
                document=DocumentRef("production_completion", pk),
                number=number,
                reason=StockMove.Reason.PRODUCE,
                date=d.draft.date,
                counter_role=AccountRole.WORK_IN_PROGRESS,
                moves=[
                    MoveDraft(
                        product_id=d.order.product_id,
                        warehouse_id=d.order.warehouse_id,
                        quantity=d.draft.good,
                        amount=d.value,
                        line_id=1,
                    )
                ],
            )
            for (pk, number), d in zip(made, done, strict=True)
            if d.draft.good
        ],
        currency=currency,
        actor=actor,
        at=at,
    )
    post_entries_for(
        entries=[
            EntryDraft(
                journal=JournalEntry.Journal.PRODUCTION,
                date=d.draft.date,
                document=DocumentRef("production_completion", pk),
                document_number=number,
                memo=d.draft.reason,
                lines=(
                    debit(AccountRole.PRODUCTION_SCRAP, d.scrap_value, currency=currency),
                    credit(AccountRole.WORK_IN_PROGRESS, d.scrap_value, currency=currency),
                ),
            )
            for (pk, number), d in zip(made, done, strict=True)
            if d.scrap_value
        ],
        actor=actor,
        at=at,
    )


def _advance(done: Sequence[_Done], made: Sequence[tuple[int, str]], at: datetime.datetime) -> None:
    states = ManufacturingOrderState
    update_rows(
        ManufacturingOrder,
        ["state"],
        [
            (
                d.order.id,
                states.COMPLETED if d.complete else states.IN_PROGRESS,
                d.draft.good,
                d.draft.scrapped,
                -(d.value + d.scrap_value),
            )
            for d in done
        ],
        add=["completed", "scrapped", "wip"],
    )
    facts = []
    for (pk, _number), d in zip(made, done, strict=True):
        for kind, amount in ((WipFact.Kind.COMPLETE, d.value), (WipFact.Kind.SCRAP, d.scrap_value)):
            if amount:
                facts.append((d.order.id, kind, -amount, "production_completion", pk, d.draft.date, at))
    insert_rows(WipFact, ["order_id", "kind", "amount", "document_kind", "document_id", "date", "at"], facts)
