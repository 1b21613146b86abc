"""A product may be counted in units of its own: boxes, pallets."""

import django.db.models.deletion
from django.db import migrations, models

import erp.core.fields
from erp.core.schema import SecureCompanyTables


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
        ("reference", "0002_decimals_of_units"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProductUnit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("company_id", erp.core.fields.CompanyIdField(editable=False)),
                ("code", models.CharField(max_length=12, verbose_name="unit")),
                ("numerator", models.BigIntegerField(verbose_name="of the product's unit")),
                ("denominator", models.BigIntegerField(default=1, verbose_name="of this unit")),
                ("barcode", models.CharField(blank=True, default="", max_length=60, verbose_name="barcode")),
                (
                    "product",
                    erp.core.fields.CompanyForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "unit of a product",
                "verbose_name_plural": "units of products",
                "constraints": [
                    models.UniqueConstraint(fields=("company_id", "product", "code"), name="catalog_productunit_code"),
                    models.UniqueConstraint(
                        condition=models.Q(("barcode", ""), _negated=True),
                        fields=("company_id", "barcode"),
                        name="catalog_productunit_barcode",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("denominator__gt", 0), ("numerator__gt", 0)), name="catalog_productunit_ratio"
                    ),
                ],
            },
        ),
        SecureCompanyTables(history=["ProductUnit"]),
    ]
