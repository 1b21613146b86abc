"""Telling the planner how large the tables have become.

On tables that were never analysed PostgreSQL takes the wrong index for the joins of a set: a second instead of ten
milliseconds, until autovacuum passes a minute later. Only the owner may analyse, so a function of his does it; it takes
our tables and nothing else (erp/core/sql/maintenance.sql).
"""

from collections.abc import Sequence

from django.db import models

from erp.core.rows import fetch, fetch_one

_OUTGROWN = """
SELECT c.relname FROM pg_class c
WHERE c.oid = ANY(%s::regclass[]) AND pg_relation_size(c.oid) > 2 * greatest(c.relpages, 1) * current_setting('block_size')::int
ORDER BY 1
"""


def analyze_tables(of: Sequence[type[models.Model]]) -> list[str]:
    """Analyse the tables of these models as they stand in this transaction; return their names."""
    names: list[str] = fetch_one("SELECT core_analyze(%s::text[])", [sorted({model._meta.db_table for model in of})])[0]
    return names


def outgrown_tables(among: Sequence[type[models.Model]]) -> list[str]:
    """The tables that have more than doubled since the planner was told of their size."""
    return [row[0] for row in fetch(_OUTGROWN, [[model._meta.db_table for model in among]])]


def analyze_outgrown(among: Sequence[type[models.Model]]) -> list[str]:
    """Analyse those of the tables that have more than doubled; return them. For writers of many rows, between sets."""
    outgrown = set(outgrown_tables(among))
    return analyze_tables([model for model in among if model._meta.db_table in outgrown]) if outgrown else []
