"""Writing a company into files: one snapshot, behind its own wall, as the application."""

import datetime
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from django.db import connection, models

from erp.core.actor import system_actor
from erp.core.invariants import one_snapshot
from erp.core.rows import fetch, fetch_one
from erp.core.scope import company_scope, take_time
from erp.documents.models import Series
from erp.identity.models import Company
from integration.moving.errors import MovingRefused
from integration.moving.manifest import Counter, Manifest, TableFile, write_manifest
from integration.moving.tables import ALONG, applied_migrations, columns_of, company_models, types_of

# As everywhere, and not as this machine likes to write them.
_WRITTEN_ALIKE = (
    "SELECT set_config('datestyle', 'ISO, YMD', true), set_config('timezone', 'UTC', true),"
    " set_config('intervalstyle', 'postgres', true)"
)


def export_company(company: Company, folder: Path, *, at: datetime.datetime, tell: Callable[[str], None]) -> Manifest:
    """Write the company as it is at one instant; `folder` must be empty or not there. Rows stream through, whatever their
    number. What others write meanwhile is not in it: a company that is about to move is closed first (`closing`)."""
    _make_folder(folder)
    with one_snapshot(), company_scope(system_actor(company.pk, "export"), read_only=True):
        take_time()
        fetch(_WRITTEN_ALIKE)
        with connection.cursor() as cursor:
            migrations = applied_migrations(cursor)
        files = [
            _write_table(model, whose.format(company=company.pk), folder, tell)
            for model, whose in [*ALONG.items(), *((model, f"company_id = {company.pk}") for model in company_models())]
        ]
        counters = _counters(company.pk)  # last: never behind the numbers in the snapshot
    manifest = Manifest(company.pk, company.code, at.isoformat(), migrations, files, counters)
    write_manifest(folder, manifest)
    return manifest


def _make_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    if any(folder.iterdir()):
        raise MovingRefused(f"{folder} is not empty. Name a folder that is empty or does not exist yet.")


def _write_table(model: type[models.Model], whose: str, folder: Path, tell: Callable[[str], None]) -> TableFile:
    table, columns = model._meta.db_table, columns_of(model)
    listed = ", ".join(f'"{column}"' for column in columns)
    key = model._meta.pk
    sql = f'COPY (SELECT {listed} FROM "{table}" WHERE {whose} ORDER BY "{key.column}") TO STDOUT (FORMAT text, HEADER true)'
    digest, lines = hashlib.sha256(), 0
    path = folder / f"{table}.copy"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file, connection.cursor() as cursor:
        types = types_of(model, cursor)
        with cursor.copy(sql) as copy:
            for block in copy:
                digest.update(block)
                lines += bytes(block).count(b"\n")
                file.write(block)
    tell(f"  {table:<32} {lines - 1:>12,} rows")
    return TableFile(table, columns, [types[column] for column in columns], lines - 1, digest.hexdigest())


def _counters(company_id: int) -> list[Counter]:
    found = []
    for code in Series.objects.filter(gapless=False).order_by("code").values_list("code", flat=True):
        last_value, is_called = fetch_one(f'SELECT last_value, is_called FROM numbers."c{company_id}_{code}"')
        found.append(Counter(code, last_value, is_called))
    return found
