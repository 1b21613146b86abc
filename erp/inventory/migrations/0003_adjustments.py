import django.db.models.deletion
from django.db import migrations, models

import erp.core.fields
from erp.core.schema import SecureCompanyTables

# Companies founded before there were adjustments get their number series.
SERIES = """
DO $$
DECLARE company bigint;
BEGIN
    FOR company IN SELECT id FROM identity_company LOOP
        PERFORM set_config('weft.company_id', company::text, true), set_config('weft.actor', 'migration', true);
        INSERT INTO documents_series (company_id, code, prefix, padding, gapless, next_value)
        VALUES (company, 'stock_adjustment', 'SA-', 6, false, 1) ON CONFLICT DO NOTHING;
        PERFORM documents_create_sequence('stock_adjustment');
    END LOOP;
    PERFORM set_config('weft.company_id', '', true), set_config('weft.actor', '', true);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
        ("inventory", "0002_return_reason"),
        ("documents", "0002_numbering"),
        ("identity", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="stockmove",
            name="reason",
            field=models.CharField(
                choices=[
                    ("receipt", "Receipt"),
                    ("issue", "Issue"),
                    ("count", "Count"),
                    ("return", "Return"),
                    ("adjust", "Adjustment"),
                ],
                max_length=8,
                verbose_name="reason",
            ),
        ),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("company_id", erp.core.fields.CompanyIdField(editable=False)),
                ("external_source", models.CharField(blank=True, default="", max_length=40, verbose_name="source")),
                ("external_ref", models.CharField(blank=True, default="", max_length=120, verbose_name="external reference")),
                ("number", models.CharField(max_length=40, verbose_name="number")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("damaged", "Damaged"),
                            ("lost", "Missing goods"),
                            ("sample", "Given away as sample"),
                            ("other", "Other write-off"),
                            ("found", "Found stock"),
                        ],
                        max_length=8,
                        verbose_name="reason",
                    ),
                ),
                ("date", models.DateField(verbose_name="date")),
                ("note", models.CharField(blank=True, default="", max_length=200, verbose_name="note")),
                ("value", models.DecimalField(decimal_places=4, max_digits=20, verbose_name="value")),
                ("actor", models.CharField(max_length=60, verbose_name="by")),
                ("posted_at", models.DateTimeField(verbose_name="posted at")),
                (
                    "warehouse",
                    erp.core.fields.CompanyForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="inventory.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "stock adjustment",
            },
        ),
        migrations.CreateModel(
            name="AdjustmentLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("company_id", erp.core.fields.CompanyIdField(editable=False)),
                ("sequence", models.SmallIntegerField()),
                ("quantity", models.DecimalField(decimal_places=6, max_digits=20, verbose_name="quantity")),
                ("value", models.DecimalField(decimal_places=4, max_digits=20, verbose_name="value")),
                (
                    "adjustment",
                    erp.core.fields.CompanyForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="inventory.adjustment",
                    ),
                ),
                (
                    "product",
                    erp.core.fields.CompanyForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="adjustment",
            index=models.Index(fields=["company_id", "date", "id"], name="inventory_adjustment_date"),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.UniqueConstraint(fields=("company_id", "number"), name="inventory_adjustment_number"),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_ref", ""), _negated=True),
                fields=("company_id", "external_source", "external_ref"),
                name="inventory_adjustment_external_ref",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustmentline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity", 0), _negated=True), name="inventory_adjustmentline_quantity"
            ),
        ),
        SecureCompanyTables(
            append_only=[
                "Adjustment",
                "AdjustmentLine",
                "Count",
                "CountLine",
                "Receipt",
                "ReceiptLine",
                "StockMove",
                "ValueEntry",
            ],
            history=["Warehouse"],
        ),
        migrations.RunSQL(SERIES, migrations.RunSQL.noop),
    ]
