from django.db import migrations

from erp.core.schema import RunSqlFile


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("catalog", "0002_units_of_products"),
        ("identity", "0006_supplier_keys"),
        ("inventory", "0009_history_and_reasons_of_production"),
        ("parties", "0001_initial"),
        ("payables", "0001_initial"),
        ("planning", "0003_what_a_run_found_may_go"),
        ("purchasing", "0001_initial"),
        ("reference", "0002_decimals_of_units"),
    ]
    operations = [RunSqlFile("scm.suppliers", "partner_walls.sql")]
