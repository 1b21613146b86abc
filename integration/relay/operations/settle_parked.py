"""What a person does with a parked delivery: replay or skip, always with a reason."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, WrongState, raise_refusals
from erp.core.operation import operation
from erp.core.rows import COMPANY, execute, fetch
from integration.relay.events import DeliveryReplayed, DeliverySkipped
from integration.relay.permissions import REPAIR

_LOCK = f"""
SELECT id, consumer, state FROM core_delivery WHERE company_id = {COMPANY} AND id = ANY(%s::bigint[]) ORDER BY id FOR UPDATE
"""  # noqa: S608
_REPLAY = f"""
UPDATE core_delivery SET state = 'pending', started_attempts = 0, finished_attempts = 0, claim = NULL, available_at = now()
WHERE company_id = {COMPANY} AND id = ANY(%s::bigint[])
"""  # noqa: S608
_SKIP = f"""
UPDATE core_delivery SET state = 'skipped', finished_at = %s WHERE company_id = {COMPANY} AND id = ANY(%s::bigint[])
"""  # noqa: S608


@operation(REPAIR)
def replay_deliveries(*, delivery_ids: Sequence[int], reason: str, actor: Actor, at: datetime.datetime) -> None:
    """Give parked deliveries back to their consumers with fresh attempts."""
    consumers = _lock_parked(delivery_ids, reason)
    execute(_REPLAY, [list(delivery_ids)])
    bus.publish([DeliveryReplayed(id=i, consumer=name, reason=reason, status="pending") for i, name in consumers.items()], at=at)


@operation(REPAIR)
def skip_deliveries(*, delivery_ids: Sequence[int], reason: str, actor: Actor, at: datetime.datetime) -> None:
    """Give parked deliveries up, so that later ones of the same document go on."""
    consumers = _lock_parked(delivery_ids, reason)
    execute(_SKIP, [at, list(delivery_ids)])
    bus.publish([DeliverySkipped(id=i, consumer=name, reason=reason, status="skipped") for i, name in consumers.items()], at=at)


def _lock_parked(delivery_ids: Sequence[int], reason: str) -> dict[int, str]:
    rows = {row[0]: row[1:] for row in fetch(_LOCK, [list(delivery_ids)])}
    refusals: list[BusinessRuleViolation] = []
    if not reason.strip():
        refusals.append(InvalidValue(field="reason", what=_("reason"), value="", rule=_("Say why, for those who look later.")))
    for i in delivery_ids:
        if i not in rows:
            refusals.append(NotFound(field="id", what=_("parked event"), value=i))
        elif rows[i][1] != "parked":
            refusals.append(WrongState(document=str(i), state=rows[i][1]))
    raise_refusals(refusals)
    return {i: consumer for i, (consumer, _state) in rows.items()}
