"""Grants on the tables that belong to no company; company tables get theirs with their walls."""

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper

from erp.core.schema import is_company_model


def grant_global_tables(connection: BaseDatabaseWrapper) -> None:
    """Let the application use the global tables and all sequences, and the reader read. Idempotent."""
    tables = sorted(
        {m._meta.db_table for m in apps.get_models(include_auto_created=True) if m._meta.managed and not is_company_model(m)}
    )
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO weft_app; GRANT SELECT ON "{table}" TO weft_reader'
            )
        cursor.execute("GRANT SELECT ON django_migrations TO weft_app")
        cursor.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO weft_app")
