"""Receipts of before the opening; goods that are produced and goods that go back to their supplier."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0008_adjustments_as_entered")]
    operations = [
        migrations.AlterField(
            "receipt",
            "purpose",
            models.CharField(
                choices=[
                    ("goods", "Goods received"),
                    ("opening", "Opening stock"),
                    ("history", "Received before the opening"),
                ],
                default="goods",
                max_length=8,
                verbose_name="purpose",
            ),
        ),
        migrations.AlterField(
            "stockmove",
            "reason",
            models.CharField(
                choices=[
                    ("receipt", "Receipt"),
                    ("issue", "Issue"),
                    ("count", "Count"),
                    ("return", "Return"),
                    ("adjust", "Adjustment"),
                    ("produce", "Production"),
                    ("return_out", "Return to supplier"),
                ],
                max_length=12,
                verbose_name="reason",
            ),
        ),
    ]
