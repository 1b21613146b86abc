"""What an order to a supplier writes is kept lean: one key for lines and facts, room for updates, no index entry for a
reference that is not there.

They are tables of several apps, in the one migration that knows them all; docs/decisions/many-rows-have-one-key.md.
"""

from django.db import migrations

ONE_KEY = (
    "inventory_receiptline",
    "payables_vendorbillline",
    "purchasing_clearingfact",
    "purchasing_goodsreceiptline",
    "purchasing_purchaseorderline",
)
MOSTLY_NULL = (("purchasing_clearingfact", "receipt_line_id"), ("purchasing_goodsreceiptline", "advice_line_id"))
FILLED = {"purchasing_purchaseorderline": 70}


def one_key(table: str) -> str:
    """The unique index of (company_id, id) becomes the primary key, under its name; Django still believes in `id`."""
    return (
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey",'
        f' ADD CONSTRAINT "{table}_company_id_id" PRIMARY KEY USING INDEX "{table}_company_id_id"'
    )


def of_those_there(table: str, column: str) -> list[str]:
    """The reference's index without the rows that refer to nothing."""
    index = f'"{table}_{column}_ix"'
    return [
        f"DROP INDEX {index}",
        f'CREATE INDEX {index} ON "{table}" (company_id, "{column}") WHERE "{column}" IS NOT NULL',
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0001_initial"),
        ("payables", "0001_initial"),
        ("purchasing", "0002_requisitions"),
    ]
    operations = [
        migrations.RunSQL([one_key(table) for table in ONE_KEY], migrations.RunSQL.noop),
        migrations.RunSQL(
            [sql for table, column in MOSTLY_NULL for sql in of_those_there(table, column)], migrations.RunSQL.noop
        ),
        migrations.RunSQL(
            [f'ALTER TABLE "{table}" SET (fillfactor = {percent})' for table, percent in FILLED.items()],
            [f'ALTER TABLE "{table}" RESET (fillfactor)' for table in FILLED],
        ),
    ]
