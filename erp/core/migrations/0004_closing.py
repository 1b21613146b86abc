from django.db import migrations, models

from erp.core.schema import RunSqlFile


class Migration(migrations.Migration):
    """Whether a transaction may write in its company, and deliveries that a closed company holds."""

    dependencies = [("core", "0003_maintenance")]
    operations = [
        RunSqlFile("erp.core", "closing.sql"),
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "Pending"),
                    ("done", "Done"),
                    ("parked", "Parked"),
                    ("skipped", "Skipped"),
                    ("held", "Held"),
                ],
                default="pending",
                max_length=8,
            ),
        ),
    ]
