from django.db import migrations

from erp.core.schema import RunSqlFile


class Migration(migrations.Migration):
    """Moves of a company that is moved in are not refused again."""

    dependencies = [("inventory", "0006_figures_by_day"), ("core", "0003_maintenance")]
    operations = [RunSqlFile("erp.inventory", "moving.sql")]
