import django.db.models.deletion
from django.db import migrations, models

import erp.core.fields
from erp.core.schema import SecureCompanyTables

# Of each bucket of an item the first later run that netted it.
FILL = """
UPDATE {table} g SET until_run_id = (
    SELECT min(x.run_id) FROM planning_planitem x
    JOIN planning_planrun y ON y.company_id = x.company_id AND y.id = x.run_id
    JOIN planning_planrun r ON r.company_id = g.company_id AND r.id = g.run_id
    WHERE x.company_id = g.company_id AND x.product_id = g.product_id AND x.run_id > g.run_id
      AND y.warehouse_id = r.warehouse_id AND (x.buckets IS NULL OR x.buckets ? g.bucket::text))
"""


class Migration(migrations.Migration):
    """A peg and a message say themselves until which run they hold."""

    dependencies = [("catalog", "0002_units_of_products"), ("planning", "0005_sections")]

    operations = [
        migrations.RemoveIndex(
            model_name="peg",
            name="planning_peg_demand",
        ),
        migrations.RemoveIndex(
            model_name="peg",
            name="planning_peg_bucket",
        ),
        migrations.RemoveIndex(
            model_name="planmessage",
            name="planning_planmessage_run",
        ),
        migrations.AddField(
            model_name="peg",
            name="until_run",
            field=erp.core.fields.CompanyForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ended_pegs",
                sought=False,
                to="planning.planrun",
            ),
        ),
        migrations.AddField(
            model_name="planmessage",
            name="until_run",
            field=erp.core.fields.CompanyForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ended_messages",
                sought=False,
                to="planning.planrun",
            ),
        ),
        migrations.RunSQL(
            [FILL.format(table=table) for table in ("planning_peg", "planning_planmessage")], migrations.RunSQL.noop
        ),
        migrations.AlterField(
            model_name="peg",
            name="product",
            field=erp.core.fields.CompanyForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                sought=False,
                to="catalog.product",
                verbose_name="product",
            ),
        ),
        migrations.AlterField(
            model_name="planmessage",
            name="product",
            field=erp.core.fields.CompanyForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                sought=False,
                to="catalog.product",
                verbose_name="product",
            ),
        ),
        migrations.AddIndex(
            model_name="peg",
            index=models.Index(
                condition=models.Q(("until_run__isnull", True)),
                fields=["company_id", "product", "bucket"],
                name="planning_peg_bucket",
            ),
        ),
        migrations.AddIndex(
            model_name="peg",
            index=models.Index(
                condition=models.Q(("until_run__isnull", True)),
                fields=["company_id", "demand_kind", "demand_id"],
                name="planning_peg_demand",
            ),
        ),
        migrations.AddIndex(
            model_name="peg",
            index=models.Index(
                condition=models.Q(("until_run__isnull", False)), fields=["company_id", "until_run"], name="planning_peg_ended"
            ),
        ),
        migrations.AddIndex(
            model_name="planmessage",
            index=models.Index(
                condition=models.Q(("until_run__isnull", True)),
                fields=["company_id", "product", "bucket"],
                name="planning_planmessage_bucket",
            ),
        ),
        migrations.AddIndex(
            model_name="planmessage",
            index=models.Index(
                condition=models.Q(("until_run__isnull", False)),
                fields=["company_id", "until_run"],
                name="planning_planmessage_ended",
            ),
        ),
        SecureCompanyTables(append_only=["PlanRun"], history=["ItemPolicy", "Proposal"]),
    ]
