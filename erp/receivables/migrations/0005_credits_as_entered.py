"""Lines of credit notes keep their quantity as it was typed; those that are there were typed in the product's unit, or have
none: words alone."""

from django.db import migrations, models
from django.db.models.lookups import Exact

FILL = """
ALTER TABLE receivables_creditnoteline DISABLE TRIGGER USER;
UPDATE receivables_creditnoteline l SET entered_quantity = l.quantity, unit = u.code
FROM catalog_product p JOIN reference_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
WHERE p.company_id = l.company_id AND p.id = l.product_id;
ALTER TABLE receivables_creditnoteline ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("receivables", "0004_totals_in_company_currency"),
        ("catalog", "0002_units_of_products"),
    ]

    operations = [
        migrations.AddField(
            "creditnoteline", "unit", models.CharField(blank=True, default="", max_length=12, verbose_name="unit"), False
        ),
        migrations.AddField(
            "creditnoteline",
            "entered_quantity",
            models.DecimalField(decimal_places=6, default=0, max_digits=20, verbose_name="quantity as entered"),
            False,
        ),
        migrations.AddField("creditnoteline", "unit_numerator", models.BigIntegerField(default=1)),
        migrations.AddField("creditnoteline", "unit_denominator", models.BigIntegerField(default=1)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "creditnoteline",
            models.CheckConstraint(
                condition=models.Q(unit_numerator__gt=0, unit_denominator__gt=0)
                & models.Q(
                    Exact(
                        models.F("quantity") * models.F("unit_denominator"),
                        models.F("entered_quantity") * models.F("unit_numerator"),
                    )
                ),
                name="receivables_creditnoteline_measure",
            ),
        ),
    ]
