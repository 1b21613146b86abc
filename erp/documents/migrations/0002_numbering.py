from django.db import migrations

from erp.core.schema import RunSqlFile


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [RunSqlFile("erp.documents", "numbering.sql")]
