"""States as a table one can read aloud: {from: {to, ...}}."""

from collections.abc import Mapping, Set
from typing import Any

from erp.core.errors import WrongState


def ensure_transition(
    transitions: Mapping[str, Set[str]],
    *,
    current: str,
    target: str,
    document: str,
    label: Any = None,
    document_id: int | None = None,
) -> None:
    """Raise WrongState unless the table allows current -> target."""
    if target not in transitions.get(current, frozenset()):
        raise WrongState(document=document, document_id=document_id, state=label or current)
