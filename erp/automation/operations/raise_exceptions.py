"""What automation leaves to a person because an operation refused: a credit limit, a shortage, a closed period."""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from erp.automation.permissions import DECIDE
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation
from erp.core.operation import operation
from erp.core.rows import execute

_UPSERT = (Path(__file__).parents[1] / "sql" / "upsert_exceptions.sql").read_text()


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A verb that did not happen on a document. `reason` is {"code", "params"}: see `reason_of`."""

    verb: str
    kind: str
    document_id: int
    number: str
    event_id: int
    owner_role: str
    reason: Mapping[str, Any]


def reason_of(refusal: BusinessRuleViolation) -> dict[str, Any]:
    """A refusal as plain values; the sentence is made when somebody reads it, in their language."""
    return {"code": refusal.code, "params": {name: str(value) for name, value in refusal.params.items()}}


@operation(DECIDE)
def raise_exceptions(*, items: Sequence[Refused], actor: Actor, at: datetime.datetime) -> None:
    """Put the items into the inbox. A document that waits there for the same verb gets the new reason, keeps its age."""
    write_exceptions(items, at=at)


def write_exceptions(items: Sequence[Refused], *, at: datetime.datetime) -> None:
    """The statement behind it; the last of several items about the same verb and document counts."""
    last = {(item.verb, item.kind, item.document_id): item for item in items}
    if not last:
        return
    rows = [
        (i.verb, i.kind, i.document_id, i.number, json.dumps(dict(i.reason)), i.owner_role, i.event_id) for i in last.values()
    ]
    execute(_UPSERT, [at, *(list(column) for column in zip(*rows, strict=True))])
