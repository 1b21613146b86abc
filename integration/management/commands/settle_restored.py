"""`manage.py settle_restored`: the one step after a restore that PostgreSQL's own programs cannot know of."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import models

from erp.core.cells import our_tables
from erp.core.models.event import XidField
from erp.core.owner import OwnerUnknown, owner_connection

FIRST = 3  # below it are PostgreSQL's own


class Command(BaseCommand):
    """Another server counts its transactions from the beginning, so restored events would lie in the future of everybody
    who follows the log, and new ones before them. They become the oldest, in their order; followers begin anew. Then the
    planner is told of all tables. Run again, or where the server counts on, it changes no row.
    """

    help = "After a restore: order the event log for this server and tell the planner of all tables."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with owner_connection() as owner:
                for model, column in _counted():
                    self.stdout.write(f"  {model._meta.db_table:<32} {_settle(owner, model, column):>12,} rows")
                    self.stdout.flush()
                owner.execute(f"ANALYZE {', '.join(our_tables())}".encode())
        except OwnerUnknown as unknown:
            raise CommandError(str(unknown)) from unknown
        self.stdout.write(self.style.SUCCESS("settled; now run verify"))


def _counted() -> list[tuple[type[models.Model], str]]:
    """Tables whose rows carry the number of the transaction that wrote them."""
    return [(m, f.column) for m in apps.get_models() for f in m._meta.local_concrete_fields if isinstance(f, XidField)]


def _settle(owner: Any, model: type[models.Model], column: str) -> int:
    """Facts are changed here because the number is none of the business: it says when this server wrote the row."""
    table, trigger = model._meta.db_table, f"{model._meta.db_table}_append_only"
    with owner.transaction():
        owner.execute(f'LOCK TABLE "{table}" IN EXCLUSIVE MODE')
        [(ahead,)] = owner.execute(f'SELECT EXISTS (SELECT FROM "{table}" WHERE {column} > pg_current_xact_id())').fetchall()  # noqa: S608
        if not ahead:
            return 0
        owner.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "{trigger}"')
        rows: int = owner.execute(f"UPDATE \"{table}\" SET {column} = '{FIRST}'::xid8 WHERE {column} <> '{FIRST}'::xid8").rowcount  # noqa: S608
        owner.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER "{trigger}"')
        return rows
