from django.db import migrations

from erp.core.schema import RunSqlFile


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [RunSqlFile("erp.ledger", "posting.sql")]
