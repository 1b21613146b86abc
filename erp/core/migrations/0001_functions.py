from django.db import migrations

from erp.core.schema import RunSqlFile


class Migration(migrations.Migration):
    dependencies: list[tuple[str, str]] = []
    operations = [RunSqlFile("erp.core", "functions.sql")]
