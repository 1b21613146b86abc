from django.db import migrations, models


class Migration(migrations.Migration):
    """Components may come back from an order; every issue so far went in."""

    dependencies = [("manufacturing", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="productionissue",
            name="kind",
            field=models.CharField(
                choices=[("issue", "Issue"), ("return", "Return")], default="issue", max_length=6, verbose_name="kind"
            ),
        ),
        migrations.AlterField(
            model_name="wipfact",
            name="kind",
            field=models.CharField(
                choices=[
                    ("issue", "Issue"),
                    ("return", "Return"),
                    ("complete", "Completion"),
                    ("scrap", "Scrap"),
                    ("close", "Close"),
                ],
                max_length=8,
            ),
        ),
    ]
