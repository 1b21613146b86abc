from django.db import migrations

from erp.core.schema import RunSqlFile


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0003_plan_that_holds"), ("planning", "0006_findings_that_hold")]
    operations = [RunSqlFile("scm.suppliers", "findings_that_hold.sql")]
