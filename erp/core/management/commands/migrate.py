"""`manage.py migrate`, as the owner of the tables."""

from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections

from erp.core.cells import settle_in_cell
from erp.core.database import database_settings
from erp.core.grants import grant_global_tables
from erp.core.login import allow_owner


class Command(DjangoMigrate):
    """As DATABASE_OWNER_URL (the application log-in owns nothing): migrates, grants, and keeps ids in the cell."""

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if settings.DATABASE_OWNER_URL:
            allow_owner()
            name = connection.settings_dict["NAME"]
            connection.close()
            connection.settings_dict.update(database_settings(settings.DATABASE_OWNER_URL), NAME=name)
        super().handle(*args, **options)
        grant_global_tables(connection)
        settle_in_cell(connection, settings.WEFT_CELL)
