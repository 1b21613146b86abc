from django.db import migrations

from erp.core.schema import RunSqlFile


class Migration(migrations.Migration):
    """ANALYZE for the application, and the switch by which a company is moved in."""

    dependencies = [("core", "0002_initial")]
    operations = [RunSqlFile("erp.core", "maintenance.sql")]
