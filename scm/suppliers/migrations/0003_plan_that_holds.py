from django.db import migrations

from erp.core.schema import RunSqlFile


class Migration(migrations.Migration):
    """What is wanted of an item is no longer said by one run alone."""

    dependencies = [("suppliers", "0002_partner_portal"), ("planning", "0005_sections")]
    operations = [RunSqlFile("scm.suppliers", "plan_that_holds.sql")]
