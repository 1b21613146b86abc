"""A unit says how finely it is counted; what is counted in pieces takes no decimals."""

from django.db import migrations, models

COUNTED = """
ALTER TABLE reference_unit DISABLE TRIGGER USER;
UPDATE reference_unit SET decimals = 0 WHERE dimension = 'count';
ALTER TABLE reference_unit ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("reference", "0001_initial")]

    operations = [
        migrations.AddField("unit", "decimals", models.SmallIntegerField(default=6, verbose_name="decimals")),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "unit",
            models.CheckConstraint(
                condition=models.Q(("decimals__gte", 0), ("decimals__lte", 6)), name="reference_unit_decimals"
            ),
        ),
    ]
