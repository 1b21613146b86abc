from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("automation", "0002_approvals"),
    ]

    operations = [
        migrations.AddField(
            model_name="delegation",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="ended at"),
        ),
    ]
