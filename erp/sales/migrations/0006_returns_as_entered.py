"""Lines of returns keep their quantity as it was typed; those that are there were typed in the product's unit."""

from django.db import migrations, models
from django.db.models.lookups import Exact

FILL = """
ALTER TABLE sales_salesreturnline DISABLE TRIGGER USER;
UPDATE sales_salesreturnline l SET entered_quantity = l.quantity, unit = u.code
FROM catalog_product p JOIN reference_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
WHERE p.company_id = l.company_id AND p.id = l.product_id;
ALTER TABLE sales_salesreturnline ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0005_vacuum_lines"),
        ("catalog", "0002_units_of_products"),
    ]

    operations = [
        migrations.AddField(
            "salesreturnline", "unit", models.CharField(blank=True, default="", max_length=12, verbose_name="unit"), False
        ),
        migrations.AddField(
            "salesreturnline",
            "entered_quantity",
            models.DecimalField(decimal_places=6, default=0, max_digits=20, verbose_name="quantity as entered"),
            False,
        ),
        migrations.AddField("salesreturnline", "unit_numerator", models.BigIntegerField(default=1)),
        migrations.AddField("salesreturnline", "unit_denominator", models.BigIntegerField(default=1)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "salesreturnline",
            models.CheckConstraint(
                condition=models.Q(unit_numerator__gt=0, unit_denominator__gt=0)
                & models.Q(
                    Exact(
                        models.F("quantity") * models.F("unit_denominator"),
                        models.F("entered_quantity") * models.F("unit_numerator"),
                    )
                ),
                name="sales_salesreturnline_measure",
            ),
        ),
    ]
