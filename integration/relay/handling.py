"""Handling one set of deliveries: the effect and its mark in one transaction, failures counted in another."""

import datetime
import json
import logging
import random
import traceback
from collections.abc import Sequence
from pathlib import Path

from django.db import connection

from erp.core import bus, clock
from erp.core.actor import Actor, system_actor
from erp.core.errors import CompanyClosed
from erp.core.events import DocumentRef, Recorded
from erp.core.rows import COMPANY, execute, fetch
from erp.core.units import run_unit
from integration.relay.claims import Claimed

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 5
BACKOFF_SECONDS = (1, 5, 30, 120)
_LOCK = (Path(__file__).parent / "sql" / "lock_claimed.sql").read_text()
_DONE = f"""
UPDATE core_delivery SET state = 'done', finished_attempts = started_attempts, finished_at = %s, last_error = ''
WHERE company_id = {COMPANY} AND id = ANY(%s::bigint[])
"""  # noqa: S608
_FAILED = """
UPDATE core_delivery
SET finished_attempts = started_attempts, last_error = %s, claim = NULL,
    state = CASE WHEN started_attempts >= %s THEN 'parked' ELSE 'pending' END,
    available_at = now() + %s * interval '1 second'
WHERE id = %s AND claim = %s AND state = 'pending'
"""
_GIVE_BACK = """
UPDATE core_delivery SET claim = NULL, started_attempts = started_attempts - 1, available_at = now() + interval '1 second'
WHERE id = ANY(%s) AND claim = %s AND state = 'pending'
"""
_POISON = "UPDATE core_delivery SET state = 'parked', last_error = %s, claim = NULL WHERE id = %s AND state = 'pending'"


def handle(deliveries: Sequence[Claimed]) -> None:
    """Handle a set of one company and consumer; if it fails, each half is tried by itself, down to the guilty delivery."""
    healthy = [delivery for delivery in deliveries if not delivery.is_poison]
    for delivery in deliveries:
        if delivery.is_poison:
            _park_poison(delivery)
    if not healthy:
        return
    try:
        _react(healthy)
    except CompanyClosed:  # between the claim and now; if it is not closed after all, they are due
        _execute_globally(_GIVE_BACK, [[delivery.id for delivery in healthy], healthy[0].claim])
    except Exception as error:
        if len(healthy) > 1:
            middle = len(healthy) // 2
            handle(healthy[:middle])
            handle(healthy[middle:])
            return
        log.warning("%s failed on delivery %s: %s", healthy[0].consumer, healthy[0].id, error)
        _count_failure(healthy[0], "".join(traceback.format_exception(error)))


def _react(deliveries: Sequence[Claimed]) -> None:
    consumer = bus.consumer(deliveries[0].consumer)
    actor = system_actor(deliveries[0].company_id, "automation")
    run_unit(actor, lambda: _react_in_unit(consumer, deliveries, actor, clock.now()))


def _react_in_unit(consumer: bus.Consumer, deliveries: Sequence[Claimed], actor: Actor, at: datetime.datetime) -> None:
    """Lock what is still ours, react, mark as done: all or nothing."""
    rows = fetch(_LOCK, [[d.id for d in deliveries], deliveries[0].claim])
    if not rows:
        return
    consumer.handler([_recorded(row) for row in rows], actor, at)
    mark_done([row[0] for row in rows], at)


def mark_done(delivery_ids: Sequence[int], at: datetime.datetime) -> None:
    """The in-transaction mark: without it an effect would happen again at the next claim."""
    execute(_DONE, [at, list(delivery_ids)])


def _recorded(row: tuple) -> Recorded:  # type: ignore[type-arg]
    _delivery, id_, company, type_, kind, document_id, payload, correlation, causation, actor, occurred_at = row
    return Recorded(
        id_, company, type_, DocumentRef(kind, document_id), json.loads(payload), correlation, causation, actor, occurred_at
    )


def _count_failure(delivery: Claimed, error: str) -> None:
    """Back off; after the last attempt the delivery is parked and holds back its own key only."""
    wait = BACKOFF_SECONDS[min(delivery.finished, len(BACKOFF_SECONDS) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311
    _execute_globally(_FAILED, [error[-8000:], MAX_ATTEMPTS, wait, delivery.id, delivery.claim])


def _park_poison(delivery: Claimed) -> None:
    unfinished = delivery.started - delivery.finished - 1
    _execute_globally(_POISON, [f"The handler ended its worker {unfinished} times without finishing.", delivery.id])


def _execute_globally(sql: str, params: list[object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
