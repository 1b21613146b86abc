from django.db import migrations

from erp.core.schema import VACUUM_BY_COUNT, VACUUM_OF_FACTS

# The tables that hold facts by now; those made later get it with their walls.
FACTS = f"""
DO $$
DECLARE
    fact regclass;
BEGIN
    FOR fact IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgfoid = 'core_refuse_change'::regproc AND NOT tgisinternal LOOP
        EXECUTE format('ALTER TABLE %s SET ({VACUUM_OF_FACTS})', fact);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    """When autovacuum comes to facts and to the relay's table; docs/decisions/facts-are-frozen-as-they-come.md."""

    dependencies = [("core", "0004_closing")]
    operations = [
        migrations.RunSQL(FACTS, migrations.RunSQL.noop),
        migrations.RunSQL(f"ALTER TABLE core_delivery SET ({VACUUM_BY_COUNT})", migrations.RunSQL.noop),
    ]
