"""Tables with a row for every line or fact are kept lean: one key, no index that another covers, room for updates.

They are tables of several apps, in the one migration that knows them all; docs/decisions/many-rows-have-one-key.md.
"""

from django.db import migrations

from erp.core.schema import RunSqlFile

ONE_KEY = (
    "core_event",
    "documents_history",
    "inventory_reservation",
    "inventory_stockmove",
    "inventory_valueentry",
    "ledger_journalline",
    "receivables_invoiceline",
    "sales_deliveryline",
    "sales_salesorderline",
)
COVERED = (
    "inventory_stocklevel_product_id_ix",
    "inventory_stockmove_product_id_ix",
    "inventory_valueentry_product_id_ix",
    "ledger_accountbalance_account_id_ix",
    "ledger_journalline_account_id_ix",
    "sales_salesorderline_order_id_ix",
)
FILLED = {"core_delivery": 70, "inventory_stocklevel": 50, "ledger_accountbalance": 50, "sales_salesorderline": 70}


def one_key(table: str) -> str:
    """The unique index of (company_id, id) becomes the primary key, under its name; Django still believes in `id`."""
    return (
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey",'
        f' ADD CONSTRAINT "{table}_company_id_id" PRIMARY KEY USING INDEX "{table}_company_id_id"'
    )


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_initial"),
        ("documents", "0002_numbering"),
        ("inventory", "0001_initial"),
        ("ledger", "0002_posting"),
        ("receivables", "0001_initial"),
        ("sales", "0003_quantities_as_entered"),
    ]
    operations = [
        RunSqlFile("erp.core", "functions.sql"),
        migrations.RunSQL([one_key(table) for table in ONE_KEY], migrations.RunSQL.noop),
        migrations.RunSQL([f'DROP INDEX IF EXISTS "{index}"' for index in COVERED], migrations.RunSQL.noop),
        migrations.RunSQL(
            [f'ALTER TABLE "{table}" SET (fillfactor = {percent})' for table, percent in FILLED.items()],
            [f'ALTER TABLE "{table}" RESET (fillfactor)' for table in FILLED],
        ),
    ]
