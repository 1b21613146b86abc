from django.db import migrations

TABLES = ("planning_planitem", "planning_peg", "planning_planmessage")
OF_FACTS = "autovacuum_freeze_min_age, autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_insert_threshold"


class Migration(migrations.Migration):
    """They were facts; now they are findings, which may be deleted."""

    dependencies = [("planning", "0002_firm_proposals")]
    operations = [
        migrations.RunSQL(
            [
                sql
                for table in TABLES
                for sql in (
                    f'DROP TRIGGER "{table}_append_only" ON "{table}"',
                    f'ALTER TABLE "{table}" RESET ({OF_FACTS})',
                    f'GRANT UPDATE, DELETE ON "{table}" TO weft_app',
                )
            ],
            migrations.RunSQL.noop,
        )
    ]
