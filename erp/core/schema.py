"""Migration operations that build the walls: policies, composite keys, append-only and history triggers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

POLICY = "company_id = (SELECT current_setting('weft.company_id')::bigint)"


# Of a table that must be read before the company is known: in a scope only rows of its company are written.
FENCE = """(NULLIF(current_setting('weft.company_id', true), '') IS NULL
 OR {column} = NULLIF(current_setting('weft.company_id', true), '')::bigint)"""


def is_company_model(model: type[models.Model]) -> bool:
    """Whether the model's rows belong to a company."""
    return any(
        field.attname == "company_id"
        and field.get_internal_type() == "BigIntegerField"
        and not field.null
        and not field.remote_field
        and field.__class__.__name__ == "CompanyIdField"
        for field in model._meta.local_fields
    )


# Frozen soon and once, instead of read and logged again years later: docs/decisions/facts-are-frozen-as-they-come.md.
VACUUM_OF_FACTS = (
    "autovacuum_freeze_min_age = 0, autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 10000"
)
# By count and not by share, indexes included: tables of which a small part is looked for by an index of its own.
VACUUM_BY_COUNT = "autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 100000, vacuum_index_cleanup = on"


class RunSqlFile(migrations.RunSQL):
    """Load one file of an app's `sql/` folder: functions, triggers, views."""

    def __init__(self, app: str, name: str) -> None:
        self.app, self.file_name = app, name
        path = Path(__file__).resolve().parents[2].joinpath(*app.split("."), "sql", name)
        super().__init__(sql=[(path.read_text(), None)], reverse_sql=migrations.RunSQL.noop)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.app, self.file_name], {})


class FenceTable(migrations.RunSQL):
    """Let everybody read the rows of a global table, but in the scope of a company write no row of another one; `column`
    holds the company. Work outside of all scopes (a log-in, a worker's round, founding) is not held."""

    def __init__(self, table: str, column: str) -> None:
        self.table, self.column = table, column
        own = FENCE.format(column=column)
        super().__init__(
            sql=[
                f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
                f'CREATE POLICY readers ON "{table}" FOR SELECT TO weft_app, weft_reader USING (true)',
                f'CREATE POLICY insert_fence ON "{table}" FOR INSERT TO weft_app WITH CHECK ({own})',
                f'CREATE POLICY update_fence ON "{table}" FOR UPDATE TO weft_app USING ({own})',
                f'CREATE POLICY delete_fence ON "{table}" FOR DELETE TO weft_app USING ({own})',
            ],
            reverse_sql=[
                f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
                *(f'DROP POLICY {name} ON "{table}"' for name in ("readers", "insert_fence", "update_fence", "delete_fence")),
            ],
        )

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.table, self.column], {})


class SecureCompanyTables(migrations.operations.base.Operation):
    """Give every company table of the app what the product relies on. Idempotent: add it to any later migration
    that makes a table or a reference; a test compares the database with the models.

    For each table: row-level security with its policy, `UNIQUE (company_id, id)`, each CompanyForeignKey as a
    composite foreign key (not deferrable), if sought with an index unless another of the model begins alike, grants; for tables
    in `append_only` the trigger that refuses change, no grant for it, and vacuum as facts want it; for those in `history`
    the trigger that records old and new values.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, *, append_only: Sequence[str] = (), history: Sequence[str] = ()) -> None:
        self.append_only, self.history = tuple(append_only), tuple(history)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [], {"append_only": self.append_only, "history": self.history})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        company_models = [m for m in to_state.apps.get_app_config(app_label).get_models() if is_company_model(m)]
        for model in company_models:
            for sql in self._wall(model._meta.db_table, model._meta.model_name or ""):
                schema_editor.execute(sql)
        for model in company_models:
            for sql in _references(model):
                schema_editor.execute(sql)

    def database_backwards(self, *args: Any) -> None:
        pass

    def describe(self) -> str:
        return "Walls, composite keys and triggers of company tables"

    def _wall(self, table: str, model_name: str) -> list[str]:
        fact = model_name in {name.lower() for name in self.append_only}
        kept = model_name in {name.lower() for name in self.history}
        statements = [
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'DROP POLICY IF EXISTS company_wall ON "{table}"',
            f'CREATE POLICY company_wall ON "{table}" TO weft_app USING ({POLICY}) WITH CHECK ({POLICY})',
            f'DROP POLICY IF EXISTS reader ON "{table}"',
            f'CREATE POLICY reader ON "{table}" FOR SELECT TO weft_reader USING (true)',
            f'CREATE UNIQUE INDEX IF NOT EXISTS "{table}_company_id_id" ON "{table}" (company_id, id)',
            f'GRANT SELECT, INSERT{"" if fact else ", UPDATE, DELETE"} ON "{table}" TO weft_app',
            f'GRANT SELECT ON "{table}" TO weft_reader',
        ]
        if fact:
            statements.append(f'ALTER TABLE "{table}" SET ({VACUUM_OF_FACTS})')
            statements += _trigger(table, "append_only", "BEFORE UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "core_refuse_change")
        if kept:
            statements += _trigger(table, "history", "AFTER UPDATE OR DELETE", "ROW", "core_record_history")
        return statements


def _trigger(table: str, name: str, when: str, level: str, function: str) -> list[str]:
    return [f'CREATE OR REPLACE TRIGGER "{table}_{name}" {when} ON "{table}" FOR EACH {level} EXECUTE FUNCTION {function}()']


def composite_references(model: type[models.Model]) -> list[tuple[str, str, str]]:
    """(column, referenced table, constraint name) of each reference inside the company."""
    found = []
    for field in model._meta.local_fields:
        if isinstance(field, models.ForeignKey) and not field.db_constraint:
            table = model._meta.db_table
            found.append((field.column, field.related_model._meta.db_table, f"{table}_{field.column}_fk"[:63]))
    return found


def _references(model: type[models.Model]) -> list[str]:
    table = model._meta.db_table
    statements = []
    for column, target, name in composite_references(model):
        statements += [
            f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"',
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (company_id, "{column}")'
            f' REFERENCES "{target}" (company_id, id)',
        ]
        index = f"{table[:40]}_{column[:20]}_ix"
        if not _is_sought(model, column):
            statements.append(f'DROP INDEX IF EXISTS "{index}"')
        elif not _begins_an_index(model, column):
            statements.append(f'CREATE INDEX IF NOT EXISTS "{index}" ON "{table}" (company_id, "{column}")')
    return statements


def _is_sought(model: type[models.Model], column: str) -> bool:
    return all(getattr(field, "sought", True) for field in model._meta.local_fields if field.column == column)


def _begins_an_index(model: type[models.Model], column: str) -> bool:
    """Whether an index or unique constraint over all rows begins with the company and this column."""
    declared = [*model._meta.indexes, *(c for c in model._meta.constraints if isinstance(c, models.UniqueConstraint))]
    beginnings = [index.fields[:2] for index in declared if index.condition is None]
    names = [[model._meta.get_field(name).column for name in fields] for fields in beginnings]
    return ["company_id", column] in names
