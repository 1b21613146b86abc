from django.db import migrations

from erp.core.schema import RunSqlFile


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_return_reason"), ("ledger", "0002_posting")]
    operations = [RunSqlFile("erp.inventory", "move_period.sql")]
