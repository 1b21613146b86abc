"""The references of the copied rows, asked for one by one: they were off while the copies were written."""

from tests.bench.million.copies import Store

_REFERENCES = """
SELECT c.conname, c.conrelid::regclass::text, c.confrelid::regclass::text,
       ARRAY(SELECT attname::text FROM unnest(c.conkey) WITH ORDINALITY k(n, i)
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY i),
       ARRAY(SELECT attname::text FROM unnest(c.confkey) WITH ORDINALITY k(n, i)
             JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.n ORDER BY i)
FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid::regclass::text = ANY(%s) ORDER BY c.conname
"""


def broken_references(store: Store, tables: list[str]) -> list[str]:
    """Names of the references that some row of these tables does not keep."""
    broken = []
    for name, table, target, columns, keys in store.rows(_REFERENCES, [tables]):
        pairs = " AND ".join(f"r.{key} = t.{column}" for column, key in zip(columns, keys, strict=True))
        given = " AND ".join(f"t.{column} IS NOT NULL" for column in columns)
        if store.rows(f"SELECT 1 FROM {table} t LEFT JOIN {target} r ON {pairs} WHERE {given} AND r.{keys[-1]} IS NULL LIMIT 1"):
            broken.append(name)
    return broken
