"""The walls as they stand in the database, compared with the models."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from erp.core.models import CompanyModel
from erp.core.schema import POLICY, VACUUM_BY_COUNT, VACUUM_OF_FACTS, composite_references, is_company_model

pytestmark = pytest.mark.django_db

# The tables that belong to no company. A new table is behind the wall, or stands here with its reason.
GLOBAL = {
    "auth_group": "Django's; unused, roles are ours",
    "auth_group_permissions": "Django's; unused",
    "auth_permission": "Django's; unused",
    "axes_accessattempt": "log-in attempts come before any company",
    "axes_accessattemptexpiration": "log-in attempts come before any company",
    "axes_accessfailurelog": "log-in attempts come before any company",
    "axes_accesslog": "log-in attempts come before any company",
    "core_delivery": "the relay looks for work over all companies",
    "django_content_type": "Django's register of models",
    "django_session": "a log-in comes before the company",
    "identity_apikey": "a key is looked up before its company is known",
    "identity_company": "the companies themselves",
    "identity_mail": "who lost a password is in no company yet",
    "identity_membership": "who may enter which company is asked before entering",
    "identity_user": "a person may work in several companies",
    "identity_user_groups": "Django's; unused",
    "identity_user_user_permissions": "Django's; unused",
    "reference_currency": "ISO 4217 is the same for all",
}


def company_models() -> list[type[CompanyModel]]:
    return [model for model in apps.get_models(include_auto_created=True) if is_company_model(model)]


COMPANY_MODELS = company_models()


def rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall()


def flat(text: str) -> str:
    """A policy as we write it and as PostgreSQL prints it, made alike."""
    same = "".join(text.split()).lower().translate({ord("("): None, ord(")"): None})
    return same.replace("::text", "").replace("ascurrent_setting", "")


def test_every_table_is_behind_the_wall_or_on_the_written_list() -> None:
    outside = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed} - {
        model._meta.db_table for model in COMPANY_MODELS
    }
    assert outside == {table for table in GLOBAL if table in outside}
    in_database = {
        row[0] for row in rows("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    }
    assert in_database - {model._meta.db_table for model in COMPANY_MODELS} - GLOBAL.keys() == {"django_migrations"}
    assert [table for table in GLOBAL if table not in in_database] == []


def test_every_company_model_declares_its_traits_on_the_one_base() -> None:
    assert [model._meta.label for model in COMPANY_MODELS if not issubclass(model, CompanyModel)] == []


@pytest.mark.parametrize("model", COMPANY_MODELS, ids=lambda m: m._meta.db_table)
def test_a_company_table_has_its_policy_key_and_grants(model: type[CompanyModel]) -> None:
    table = model._meta.db_table
    [(enabled, forced)] = rows("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", table)
    assert (enabled, forced) == (True, False)
    policies = rows(
        "SELECT policyname, roles::text, cmd, qual, with_check FROM pg_policies WHERE tablename = %s ORDER BY 1", table
    )
    wall, reader = (policy for policy in policies if policy[0] != "partner")
    assert wall[:3] == ("company_wall", "{weft_app}", "ALL")
    assert flat(wall[3]) == flat(wall[4]) == flat(POLICY)
    assert reader == ("reader", "{weft_reader}", "SELECT", "true", None)
    unique = {
        row[0] for row in rows("SELECT indexdef FROM pg_indexes WHERE tablename = %s AND indexdef LIKE 'CREATE UNIQUE%%'", table)
    }
    assert any(definition.endswith("(company_id, id)") for definition in unique)
    granted = {row[0] for row in rows(
        "SELECT privilege_type FROM information_schema.role_table_grants WHERE table_name = %s AND grantee = 'weft_app'", table
    )}  # fmt: skip
    assert granted == {"SELECT", "INSERT"} | (set() if model.append_only else {"UPDATE", "DELETE"})


def test_each_reference_inside_a_company_is_a_composite_foreign_key_and_there_is_no_other() -> None:
    wanted = {
        (model._meta.db_table, name, f"FOREIGN KEY (company_id, {column}) REFERENCES {target}(company_id, id)")
        for model in COMPANY_MODELS
        for column, target, name in composite_references(model)
    }
    single = {
        (model._meta.db_table, field.column, field.related_model._meta.db_table)
        for model in COMPANY_MODELS
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.db_constraint
    }
    tables = [model._meta.db_table for model in COMPANY_MODELS]
    found = rows(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated, array_length(conkey, 1)"
        " FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
        tables,
    )
    assert {row[:3] for row in found if row[4] == 2} == wanted
    assert all(row[3] for row in found)
    assert len([row for row in found if row[4] == 1]) == len(single)
    assert {target for _, _, target in single} <= GLOBAL.keys()


# References that nobody looks for rows by, with the reason. Their tables take a row for every line, entry or fact.
UNSOUGHT = {
    "inventory_reservation.product_id": "what is reserved is read from the level, or by the demanding document",
    "inventory_reservation.warehouse_id": "what is reserved is read from the level, or by the demanding document",
    "inventory_valueentry.warehouse_id": "there are few warehouses; values are read by product, move, entry or day",
    "ledger_journalentry.period_id": "entries of a period are read by their dates",
    "ledger_journalentry.reverses_id": "the unique index of what is reversed finds it",
    "planning_peg.product_id": "pegs of an item are read while they hold, by an index of those alone",
    "planning_peg.until_run_id": "an index of those that ended finds it",
    "planning_planmessage.product_id": "messages of an item are read while they hold, by an index of those alone",
    "planning_planmessage.until_run_id": "an index of those that ended finds it",
    "ledger_journalline.period_id": "lines of a period are read by account and date, its sums from the balances",
}


def test_each_reference_has_an_index_that_starts_with_the_company_unless_nobody_seeks_by_it() -> None:
    missing = []
    for model in COMPANY_MODELS:
        definitions = [row[0] for row in rows("SELECT indexdef FROM pg_indexes WHERE tablename = %s", model._meta.db_table)]
        for column, _, _ in composite_references(model):
            if not any(f"(company_id, {column}" in definition for definition in definitions):
                missing.append(f"{model._meta.db_table}.{column}")
    unsought = {
        f"{model._meta.db_table}.{field.column}"
        for model in COMPANY_MODELS
        for field in model._meta.local_fields
        if not getattr(field, "sought", True)
    }
    assert unsought == UNSOUGHT.keys()
    assert set(missing) == {column for column, reason in UNSOUGHT.items() if " index " not in reason}


def test_every_unique_business_key_and_index_starts_with_the_company() -> None:
    """But the primary key, and Django's own index of a reference to a global table."""
    allowed = {"id"} | {
        field.column
        for model in COMPANY_MODELS
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.db_constraint
    }
    found = rows(
        "SELECT indexdef, substring(indexdef FROM 'btree \\((\\w+)') FROM pg_indexes WHERE tablename = ANY(%s)",
        [model._meta.db_table for model in COMPANY_MODELS],
    )
    assert [definition for definition, first in found if first not in allowed | {"company_id"}] == []


def test_triggers_are_those_the_models_declare() -> None:
    found = {(row[0], row[1]) for row in rows(
        "SELECT tgrelid::regclass::text, p.proname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE NOT tgisinternal AND p.proname IN ('core_refuse_change', 'core_record_history') AND tgenabled = 'O'"
    )}  # fmt: skip
    wanted = {(model._meta.db_table, "core_refuse_change") for model in COMPANY_MODELS if model.append_only}
    wanted |= {(model._meta.db_table, "core_record_history") for model in COMPANY_MODELS if model.keeps_history}
    assert found == wanted
    assert [model._meta.label for model in COMPANY_MODELS if model.append_only and model.keeps_history] == []


def test_facts_are_frozen_as_they_come_and_what_shrinks_to_little_is_vacuumed_by_count() -> None:
    found = {
        table: ", ".join(options)
        for table, options in rows("SELECT relname, reloptions FROM pg_class WHERE relkind = 'r'")
        if options
    }
    facts = {model._meta.db_table for model in COMPANY_MODELS if model.append_only}
    by_count = {"core_delivery", "sales_salesorderline"}
    assert {table for table, options in found.items() if compact(VACUUM_OF_FACTS) in options} == facts
    assert {table for table, options in found.items() if compact(VACUUM_BY_COUNT) in options} == by_count


def compact(options: str) -> str:
    return options.replace(" = ", "=")


def test_history_refers_to_nothing() -> None:
    assert composite_references(apps.get_model("documents.History")) == []
    assert rows("SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = 'documents_history'::regclass") == []


def test_no_function_runs_as_its_owner_but_those_that_make_sequences_and_analyse() -> None:
    definers = rows("SELECT proname, proconfig::text FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
    assert sorted(name for name, _ in definers) == ["core_analyze", "documents_create_sequence"]
    assert all("search_path" in config for _, config in definers)


def test_every_trigger_on_inserted_rows_stands_back_when_a_company_is_moved_in() -> None:
    """Its rows come checked and with their totals: a trigger that counts them again would double what it keeps."""
    inserting = rows(
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 4 <> 0"
        " AND tgrelid::regclass::text = ANY(%s)",
        [model._meta.db_table for model in COMPANY_MODELS],
    )
    assert {"ledger_entry_period", "ledger_line_balanced"} <= {name for name, _ in inserting}
    assert [name for name, text in inserting if "WHEN ((NOT core_is_moving()))" not in text] == []
    assert rows("SELECT set_config('weft.moving', 'on', true), core_is_moving()") == [("on", False)]


def test_the_three_log_ins_are_what_they_should_be() -> None:
    roles = {row[0]: row[1:] for row in rows(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname LIKE 'weft%%'"
    )}  # fmt: skip
    assert {name: flags for name, flags in roles.items() if any(flags)} == {}
    assert {"weft_app", "weft_owner", "weft_partner", "weft_reader"} <= roles.keys()
    assert rows(
        "SELECT rolcanlogin, rolinherit FROM pg_roles WHERE rolname IN ('weft_app', 'weft_partner') ORDER BY rolname"
    ) == [
        (True, False),
        (False, True),
    ]
    assert rows("SELECT relname FROM pg_class WHERE relowner IN ('weft_app'::regrole, 'weft_reader'::regrole)") == []
    written = rows(
        "SELECT DISTINCT table_name FROM information_schema.role_table_grants"
        " WHERE grantee = 'weft_reader' AND privilege_type <> 'SELECT'"
    )
    assert written == []
    assert rows("SELECT has_schema_privilege('weft_app', 'public', 'CREATE')") == [(False,)]


def test_no_extension_is_needed_but_those_of_the_embedded_server() -> None:
    assert {row[0] for row in rows("SELECT extname FROM pg_extension")} <= {"plpgsql", "vector"}


def test_the_models_and_the_migrations_agree() -> None:
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
