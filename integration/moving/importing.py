"""Bringing a company in: one transaction of the owner, checked before it is committed.

As the owner, since facts come in as they are and COPY is refused behind a policy. Foreign keys are checked by the server,
row by row; triggers that count or refuse new rows stand back (`core_is_moving`). Then every row must be the company's, be
below the cell, and all invariants must hold as the application sees them; otherwise nothing happened.
"""

import hashlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from django.db import models

from erp.core.cells import cell_of, first_id
from erp.core.invariants import all_invariants
from erp.core.owner import owner_connection, step_behind_wall
from erp.identity.models import Company, User
from erp.reference.models import Currency
from integration.moving.errors import MovingRefused
from integration.moving.manifest import Manifest, TableFile, read_manifest
from integration.moving.people import bring_in_people
from integration.moving.tables import (
    ALONG,
    PEOPLE_IDS,
    PEOPLE_NAMES,
    applied_migrations,
    columns_of,
    company_models,
    refers_to_itself,
    types_of,
)

BLOCK = 2**20
BLOCKS_PER_STATEMENT = 64  # the server keeps a note per row and reference until its statement ends
ACTOR = "system:import"
_NEW_PEOPLE = """
SELECT coalesce(max(id), 0) FROM incoming i
WHERE NOT EXISTS (SELECT FROM identity_user u WHERE u.id = i.id OR lower(u.email) = lower(i.email))
"""
# What a worker had claimed or the closing had held there is pending here.
_DUE_HERE = """
UPDATE core_delivery SET claim = NULL, state = 'pending' WHERE company_id = %s AND state IN ('pending', 'held')
"""
_DIFFERENT = "SELECT count(*) FROM ({}) compared WHERE stored IS DISTINCT FROM derived"


def import_company(folder: Path, *, tell: Callable[[str], None]) -> Manifest:
    """Bring in the company that `export_company` wrote. Raises MovingRefused or OwnerUnknown; then nothing has changed."""
    manifest = read_manifest(folder)
    with owner_connection() as owner:
        try:
            with owner.transaction(), owner.cursor() as cursor:
                arrival = Arrival(cursor, folder, manifest, tell)
                arrival.ensure_fits()
                arrival.bring_in()
                arrival.ensure_right()
        except (psycopg.IntegrityError, psycopg.DataError) as error:
            raise MovingRefused(f"The rows do not fit here: {str(error).strip()}") from error
    return manifest


def rows_of(path: Path, file: TableFile) -> Iterator[bytes]:
    """The rows of a file in blocks that end where a row ends. Raises MovingRefused unless they are those that were written."""
    digest, rest, lines = hashlib.sha256(), b"", 0
    with path.open("rb") as source:
        head = source.readline()
        digest.update(head)
        if head.decode().rstrip("\n").split("\t") != file.columns:
            raise MovingRefused(f"{path} does not have the columns of its manifest.")
        while block := source.read(BLOCK):
            digest.update(block)
            lines += block.count(b"\n")
            whole, newline, after = block.rpartition(b"\n")
            if newline:
                yield rest + whole + newline
                rest = after
            else:
                rest += block
    if rest or lines != file.rows or digest.hexdigest() != file.sha256:
        raise MovingRefused(f"{path} is not as it was written. Export again, or copy the folder again.")


class Arrival:
    """One company on its way into one database."""

    def __init__(self, cursor: psycopg.Cursor[Any], folder: Path, manifest: Manifest, tell: Callable[[str], None]) -> None:
        self.cursor, self.folder, self.manifest, self.tell = cursor, folder, manifest, tell
        self.company = manifest.company_id
        self.files = {file.table: file for file in manifest.tables}
        self.models: list[type[models.Model]] = [*ALONG, *company_models()]
        self.known: dict[int, int] = {}  # people who have another id here

    def one(self, sql: str, *params: Any) -> Any:
        """The only value of a statement."""
        self.cursor.execute(sql.encode(), params or None)
        return self.cursor.fetchall()[0][0]

    def ensure_fits(self) -> None:
        """Raise MovingRefused unless the schema is the same and the company is not here."""
        here, there = set(applied_migrations(self.cursor)), set(self.manifest.migrations)
        if here != there:
            more = ", ".join(sorted(here - there)) or "none"
            less = ", ".join(sorted(there - here)) or "none"
            raise MovingRefused(f"The schema is another. Migrations here and not there: {more}; there and not here: {less}.")
        if wrong := [m._meta.db_table for m in self.models if not self._same_columns(m)] or sorted(
            self.files.keys() - {m._meta.db_table for m in self.models}
        ):
            raise MovingRefused(f"These tables are not the same here and there: {', '.join(wrong)}.")
        if self.one("SELECT count(*) FROM identity_company WHERE id = %s OR code = %s", self.company, self.manifest.company_code):
            raise MovingRefused(f"There is a company {self.manifest.company_code} (or with its id {self.company}) here already.")
        self._ensure_below(self.company)

    def _same_columns(self, model: type[models.Model]) -> bool:
        file, types = self.files.get(model._meta.db_table), types_of(model, self.cursor)
        return bool(file and file.columns == columns_of(model) and file.types == [types.get(c) for c in file.columns])

    def bring_in(self) -> None:
        """All rows, in the order of their references; then the number series."""
        self.cursor.execute(
            "SELECT set_config('weft.moving', 'on', true), set_config('weft.company_id', %s, true),"
            " set_config('weft.actor', %s, true)",
            [str(self.company), ACTOR],
        )
        for model in self.models:
            file = self.files[model._meta.db_table]
            if model is Currency:
                self._stage(file)
                self._add_currencies(file)
            elif model is User:
                self._stage(file)
                self._ensure_below(self.one(_NEW_PEOPLE))
                self.known = bring_in_people(self.cursor, file.columns)
            elif self.known and set(file.columns) & (PEOPLE_IDS | PEOPLE_NAMES):
                self._stage(file)
                self._insert_renamed(file)
            else:
                self._copy(file, file.table, in_one=refers_to_itself(model))
            self.cursor.execute("DROP TABLE IF EXISTS incoming")
            self.tell(f"  {file.table:<32} {file.rows:>12,} rows")
        self.cursor.execute(_DUE_HERE, [self.company])
        for counter in self.manifest.counters:
            self.one("SELECT documents_create_sequence(%s)::text", counter.code)
            name = f"numbers.c{self.company}_{counter.code}"
            self.one("SELECT setval(%s::text::regclass, %s, %s)", name, counter.last_value, counter.is_called)

    def _copy(self, file: TableFile, into: str, *, in_one: bool) -> None:
        listed = ", ".join(f'"{column}"' for column in file.columns)
        blocks = rows_of(self.folder / file.file_name, file)
        rows = 0
        for first in blocks:
            with self.cursor.copy(f'COPY "{into}" ({listed}) FROM STDIN (FORMAT text)'.encode()) as copy:
                copy.write(first)
                for block in islice(blocks, None if in_one else BLOCKS_PER_STATEMENT - 1):
                    copy.write(block)
            rows += self.cursor.rowcount
        if rows != file.rows:
            raise MovingRefused(f"{file.table} has {rows} rows and not {file.rows}.")

    def _stage(self, file: TableFile) -> None:
        """The rows as they were written, in a temporary table `incoming`."""
        listed = ", ".join(f'"{column}"' for column in file.columns)
        self.cursor.execute(f'CREATE TEMP TABLE incoming AS SELECT {listed} FROM "{file.table}" WITH NO DATA'.encode())
        self._copy(file, "incoming", in_one=False)

    def _insert_renamed(self, file: TableFile) -> None:
        """From `incoming`, with the people who have another id here under that one."""
        had, has = list(self.known), list(self.known.values())
        values = []
        for column in file.columns:
            if column in PEOPLE_IDS:
                values.append(f'coalesce((SELECT m.has FROM renamed m WHERE m.had = i."{column}"), i."{column}")')
            elif column in PEOPLE_NAMES:
                new = f"(SELECT 'user:' || m.has FROM renamed m WHERE i.\"{column}\" = 'user:' || m.had)"
                values.append(f'coalesce({new}, i."{column}")')
            else:
                values.append(f'i."{column}"')
        listed = ", ".join(f'"{column}"' for column in file.columns)
        self.cursor.execute(
            "WITH renamed AS MATERIALIZED (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS u(had, has))"
            f' INSERT INTO "{file.table}" ({listed}) SELECT {", ".join(values)} FROM incoming i',
            [had, has],
        )

    def _add_currencies(self, file: TableFile) -> None:
        other = "SELECT string_agg(i.code, ', ') FROM incoming i JOIN reference_currency c USING (code)"
        if wrong := self.one(f"{other} WHERE i.minor_units <> c.minor_units"):
            raise MovingRefused(f"These currencies have other decimals here: {wrong}.")
        listed = ", ".join(f'"{column}"' for column in file.columns)
        self.cursor.execute(
            f"INSERT INTO reference_currency ({listed}) SELECT {listed} FROM incoming ON CONFLICT DO NOTHING".encode()
        )

    def ensure_right(self) -> None:
        """Raise MovingRefused unless every row is the company's, below this cell, and all invariants hold."""
        for model in self.models[1:]:
            file = self.files[model._meta.db_table]
            self.cursor.execute(f'ANALYZE "{file.table}"'.encode())
            if model is not User:
                mine = "id" if model is Company else "company_id"
                counted = "SELECT count(*) || ' ' || coalesce(max(id), 0) FROM"
                rows, _, highest = self.one(f'{counted} "{file.table}" WHERE {mine} = %s', self.company).partition(" ")
                if int(rows) != file.rows:
                    raise MovingRefused(f"{file.table} holds rows of another company.")
                self._ensure_below(int(highest))
        step_behind_wall(self.cursor.connection, self.company, ACTOR)
        false = [i.sentence for i in all_invariants() if self.one(_DIFFERENT.format(i.text))]
        self.cursor.execute("RESET ROLE")
        if false:
            raise MovingRefused(f"The company does not verify: {'; '.join(false)}. Run verify and rebuild where it comes from.")

    def _ensure_below(self, highest: int) -> None:
        cell = cell_of(self.one("SELECT seqstart FROM pg_sequence WHERE seqrelid = 'core_event_id_seq'::regclass"))
        if highest >= first_id(cell):
            raise MovingRefused(
                f"This database is cell {cell}, and the company has ids of cell {cell_of(highest)}. Give this database a higher"
                f" cell that no other has: WEFT_CELL={cell_of(highest) + 1} (or more) manage.py migrate, then import again."
            )
