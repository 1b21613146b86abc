from django.db import migrations

from erp.core.schema import RunSqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0001_partner_walls"),
        ("identity", "0007_supplier_people"),
        ("ledger", "0009_journals_of_purchasing_and_production"),
        ("screens", "0001_initial"),
    ]
    operations = [RunSqlFile("scm.suppliers", "partner_portal.sql")]
