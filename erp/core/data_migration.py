"""Changing data in a migration: company by company, behind each one's wall.

The owner passes the walls, so a plain UPDATE of his reaches every company, and under a FORCEd policy none, silently. Here
the owner steps behind the wall of one company at a time: exactly its rows are seen, triggers know who acts, facts stay
closed, and what is not visible is an error and never nothing.
"""

import sys
from collections.abc import Callable
from typing import Any

from django.apps.registry import Apps
from django.db import transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from erp.core.actor import system_actor
from erp.core.owner import BEHIND_WALL
from erp.core.scope import scope_of_transaction

Work = Callable[[Apps, BaseDatabaseSchemaEditor], int]
_AHEAD = "SELECT set_config('role', 'none', true), set_config('weft.company_id', '', true), set_config('weft.actor', '', true)"


def for_every_company(work: Work, *, tell: Callable[[str], Any] = sys.stdout.write) -> Callable[[Apps, Any], None]:
    """For `migrations.RunPython`: do `work(apps, schema_editor)` inside the scope of each company in turn.

    `work` returns how many rows it touched, which is told with the company. Where the migration is atomic, all companies
    are done or none; with `atomic = False` each commits by itself, and `work` must bear to be done again.
    """

    def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        connection = schema_editor.connection
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, code FROM identity_company ORDER BY id")
            companies = cursor.fetchall()
        for number, (company_id, code) in enumerate(companies, start=1):
            actor = system_actor(company_id, "migration")
            with transaction.atomic(using=connection.alias), scope_of_transaction(actor):
                with connection.cursor() as cursor:
                    cursor.execute(BEHIND_WALL, [str(company_id), actor.name])
                rows = work(apps, schema_editor)
                with connection.cursor() as cursor:
                    cursor.execute(_AHEAD)
            tell(f"\n    {code} ({number} of {len(companies)}): {rows:,} rows")

    return forwards
