import django.db.models.deletion
from django.db import migrations

import erp.core.fields

UNSOUGHT = (
    "inventory_reservation_product_id_ix",
    "inventory_reservation_warehouse_id_ix",
    "inventory_valueentry_warehouse_id_ix",
)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_units_of_products"),
        ("inventory", "0009_history_and_reasons_of_production"),
    ]

    operations = [
        migrations.AlterField(
            model_name="reservation",
            name="product",
            field=erp.core.fields.CompanyForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                sought=False,
                to="catalog.product",
            ),
        ),
        migrations.AlterField(
            model_name="reservation",
            name="warehouse",
            field=erp.core.fields.CompanyForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                sought=False,
                to="inventory.warehouse",
            ),
        ),
        migrations.AlterField(
            model_name="valueentry",
            name="warehouse",
            field=erp.core.fields.CompanyForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                sought=False,
                to="inventory.warehouse",
            ),
        ),
        migrations.RunSQL([f'DROP INDEX IF EXISTS "{index}"' for index in UNSOUGHT], migrations.RunSQL.noop),
    ]
