from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_note_forgotten_events")]
    operations = [
        migrations.AddField(
            model_name="company",
            name="closed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="closed at"),
        ),
    ]
