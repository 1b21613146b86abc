"""Other companies of the same size: what a company's rows are a small part of, in any real database.

They are the company's own rows under other numbers, good for statistics and for nothing else: nobody opens them.
"""

import psycopg
from django.apps import apps

from erp.core.models import Delivery
from erp.core.schema import is_company_model

FAR = 45  # bits: behind every id that a sequence gives out


def add_neighbours(admin: psycopg.Connection, count: int, *, of: int) -> None:
    """Copy the rows of company `of` in every table under `count` other company numbers, then analyse."""
    admin.execute("SET session_replication_role = replica")
    for model in [*(m for m in apps.get_models() if is_company_model(m)), Delivery]:
        table = model._meta.db_table
        generated = {"id", "company_id"}
        others = [f'"{f.column}"' for f in model._meta.concrete_fields if f.column not in generated and not f.generated]
        admin.execute(
            f"INSERT INTO {table} (id, company_id, {', '.join(others)})"
            f" SELECT t.id + (n::bigint << {FAR}), t.company_id + n * 1000, {', '.join('t.' + o for o in others)}"
            f" FROM {table} t, generate_series(1, {count}) n WHERE t.company_id = {of}".encode()
        )
    admin.execute("ANALYZE")
