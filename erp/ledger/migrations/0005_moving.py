from django.db import migrations

from erp.core.schema import RunSqlFile


class Migration(migrations.Migration):
    """Rows of a company that is moved in are not counted twice."""

    dependencies = [("ledger", "0004_figures_by_day"), ("core", "0003_maintenance")]
    operations = [RunSqlFile("erp.ledger", "moving.sql")]
