from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
        ("inventory", "0005_quantities_as_entered"),
        ("ledger", "0002_posting"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="valueentry",
            index=models.Index(fields=["company_id", "date"], include=("amount",), name="inventory_value_date"),
        ),
    ]
