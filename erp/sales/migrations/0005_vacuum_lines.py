from django.db import migrations

from erp.core.schema import VACUUM_BY_COUNT


class Migration(migrations.Migration):
    """Order lines wait and then do not: the index of those that wait is kept small."""

    dependencies = [("sales", "0004_lean_tables")]
    operations = [migrations.RunSQL(f"ALTER TABLE sales_salesorderline SET ({VACUUM_BY_COUNT})", migrations.RunSQL.noop)]
