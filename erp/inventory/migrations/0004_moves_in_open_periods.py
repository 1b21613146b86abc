from django.db import migrations

from erp.core.schema import RunSqlFile


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_adjustments"), ("ledger", "0002_posting")]
    operations = [RunSqlFile("erp.inventory", "move_period.sql")]
