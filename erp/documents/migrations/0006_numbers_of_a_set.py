from django.db import migrations

from erp.core.schema import RunSqlFile


class Migration(migrations.Migration):
    """The numbers of a set are drawn together."""

    dependencies = [("documents", "0005_series_of_purchasing_and_production")]
    operations = [RunSqlFile("erp.documents", "numbering.sql")]
