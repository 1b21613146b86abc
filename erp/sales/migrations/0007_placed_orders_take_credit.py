from django.db import migrations, models

from erp.core.schema import RunSqlFile


class Migration(migrations.Migration):
    """Placed orders count as credit taken when the next one is placed: the exposure as a function, and its index with them."""

    dependencies = [("sales", "0006_returns_as_entered"), ("ledger", "0006_open_items_say_so")]
    operations = [
        migrations.RemoveIndex(model_name="salesorder", name="sales_order_open"),
        migrations.AddIndex(
            model_name="salesorder",
            index=models.Index(
                condition=models.Q(("state__in", ["placed", "confirmed", "partly_delivered", "delivered"])),
                fields=["company_id", "customer", "id"],
                name="sales_order_credit",
            ),
        ),
        RunSqlFile("erp.sales", "credit_exposure.sql"),
    ]
