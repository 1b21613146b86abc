"""Invoices and credit notes keep their total in company currency; of those that are there it is in their open item."""

from django.db import migrations, models

FILL = """
ALTER TABLE {table} DISABLE TRIGGER USER;
UPDATE {table} d SET company_total = abs(i.company_amount)
FROM ledger_openitem i WHERE i.company_id = d.company_id AND i.kind = '{kind}' AND i.document_id = d.id;
ALTER TABLE {table} ENABLE TRIGGER USER;
"""


def _amount(model: str) -> migrations.AddField:
    return migrations.AddField(model, "company_total", models.DecimalField(decimal_places=4, default=0, max_digits=20), False)


class Migration(migrations.Migration):
    dependencies = [
        ("receivables", "0003_quantities_as_entered"),
        ("ledger", "0006_open_items_say_so"),
    ]

    operations = [
        _amount("invoice"),
        _amount("creditnote"),
        migrations.RunSQL(FILL.format(table="receivables_invoice", kind="invoice"), migrations.RunSQL.noop),
        migrations.RunSQL(FILL.format(table="receivables_creditnote", kind="credit_note"), migrations.RunSQL.noop),
    ]
