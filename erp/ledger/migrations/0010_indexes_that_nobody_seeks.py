import django.db.models.deletion
from django.db import migrations

import erp.core.fields

UNSOUGHT = (
    "ledger_journalentry_period_id_ix",
    "ledger_journalentry_reverses_id_ix",
    "ledger_journalline_period_id_ix",
)


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0009_journals_of_purchasing_and_production"),
    ]

    operations = [
        migrations.AlterField(
            model_name="journalentry",
            name="period",
            field=erp.core.fields.CompanyForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                sought=False,
                to="ledger.period",
                verbose_name="period",
            ),
        ),
        migrations.AlterField(
            model_name="journalentry",
            name="reverses",
            field=erp.core.fields.CompanyForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                sought=False,
                to="ledger.journalentry",
                verbose_name="reverses",
            ),
        ),
        migrations.AlterField(
            model_name="journalline",
            name="period",
            field=erp.core.fields.CompanyForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, sought=False, to="ledger.period"
            ),
        ),
        migrations.RunSQL([f'DROP INDEX IF EXISTS "{index}"' for index in UNSOUGHT], migrations.RunSQL.noop),
    ]
