"""Who acts. Every operation takes an actor; nothing happens in the name of nobody."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from erp.core.errors import PermissionDenied


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person, an API key or the system itself, acting in one company.

    `permissions` is None only for the system. `name` is what history and events store ("user:7", "key:3",
    "system:relay"): an id, never a person's name, because the log is append-only and people may ask to be forgotten.
    With a `party_id` it acts for that supplier, who sees and does only what is theirs.
    """

    name: str
    company_id: int
    permissions: frozenset[str] | None = field(default=frozenset(), repr=False)
    user_id: int | None = None
    party_id: int | None = None
    label: str = ""

    def can(self, permission: str) -> bool:
        return self.permissions is None or permission in self.permissions

    def ensure(self, permission: str) -> None:
        """Raise PermissionDenied unless the actor holds the permission."""
        if not self.can(permission):
            raise PermissionDenied(permission=permission)

    def ensure_all(self, permissions: Iterable[str]) -> None:
        for permission in permissions:
            self.ensure(permission)


def system_actor(company_id: int, part: str) -> Actor:
    """The system acting by itself; `part` says which part of it ("relay", "demo", "loader")."""
    return Actor(name=f"system:{part}", company_id=company_id, permissions=None, label=part)
