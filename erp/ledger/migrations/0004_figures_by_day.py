from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_accounts_of_adjustments"),
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="openitem",
            index=models.Index(fields=["company_id", "date"], include=("kind", "company_amount"), name="ledger_openitem_date"),
        ),
        migrations.AddIndex(
            model_name="settlement",
            index=models.Index(
                fields=["company_id", "date"],
                include=("debit_company_amount", "credit_company_amount"),
                name="ledger_settlement_date",
            ),
        ),
    ]
