"""An order line says in a column of its own that it waits for goods; the trigger conditions of every insert are asked for as a
function, not parsed anew by each statement."""

import django.db.models.expressions
from django.db import migrations, models

from erp.core.schema import RunSqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_units_of_products"),
        ("core", "0005_vacuum"),
        ("sales", "0008_promises"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="salesorderline",
            name="sales_orderline_waiting",
        ),
        migrations.AddField(
            model_name="salesorderline",
            name="is_waiting",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Q(
                    (
                        "quantity__gt",
                        django.db.models.expressions.CombinedExpression(models.F("delivered"), "+", models.F("reserved")),
                    ),
                    ("stocked", True),
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddIndex(
            model_name="salesorderline",
            index=models.Index(
                condition=models.Q(("is_waiting", True)),
                fields=["company_id", "product", "order"],
                name="sales_orderline_waiting",
            ),
        ),
        RunSqlFile("erp.core", "maintenance.sql"),
    ]
