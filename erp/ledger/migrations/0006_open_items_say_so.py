"""An open item says in a column of its own that it is open; the server keeps it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0005_moving"),
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            "openitem",
            "is_open",
            models.GeneratedField(
                db_persist=True,
                expression=models.Q(("residual", 0), _negated=True),
                output_field=models.BooleanField(verbose_name="open"),
            ),
        ),
        migrations.RemoveIndex("openitem", "ledger_openitem_due"),
        migrations.AddIndex(
            "openitem",
            models.Index(
                fields=["company_id", "party", "due_date", "id"],
                name="ledger_openitem_due",
                condition=models.Q(("is_open", True)),
            ),
        ),
    ]
