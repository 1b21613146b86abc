"""Grants on the tables that belong to no company; company tables get theirs with their walls."""

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from erp.core.schema import is_company_model


def grant_global_tables(connection: BaseDatabaseWrapper) -> None:
    """Let the application use the global tables and all sequences, and the reader read. Idempotent."""
    found = {
        m._meta.db_table: m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not is_company_model(m)
    }
    with connection.cursor() as cursor:
        for table in sorted(found):
            cursor.execute(_grants(found[table]))
        cursor.execute("GRANT SELECT ON django_migrations TO weft_app")
        cursor.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO weft_app")


def _grants(model: type[models.Model]) -> str:
    """Of a model that declares what is `changeable`, the application may change these columns alone; rows that belong to a
    company it never deletes, but for those the model declares `forgettable`."""
    table, columns = model._meta.db_table, getattr(model, "changeable", None)
    sql = f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO weft_app; GRANT SELECT ON "{table}" TO weft_reader'
    if columns is None:
        return sql
    names = ", ".join(f'"{model._meta.get_field(name).column}"' for name in columns)
    kept = "" if getattr(model, "forgettable", False) else ", DELETE"
    return f'{sql}; REVOKE UPDATE{kept} ON "{table}" FROM weft_app; GRANT UPDATE ({names}) ON "{table}" TO weft_app'
