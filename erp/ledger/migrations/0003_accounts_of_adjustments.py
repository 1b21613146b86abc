from django.db import migrations, models

# Companies founded before there were adjustments book them where their count differences go.
ROLES = """
DO $$
DECLARE company bigint;
BEGIN
    FOR company IN SELECT id FROM identity_company LOOP
        PERFORM set_config('weft.company_id', company::text, true), set_config('weft.actor', 'migration', true);
        INSERT INTO ledger_postingaccount (company_id, role, account_id)
        SELECT company, new.role, a.account_id
        FROM ledger_postingaccount a CROSS JOIN (VALUES ('stock_loss'), ('samples'), ('stock_gain')) AS new(role)
        WHERE a.company_id = company AND a.role = 'count_difference'
        ON CONFLICT DO NOTHING;
    END LOOP;
    PERFORM set_config('weft.company_id', '', true), set_config('weft.actor', '', true);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_posting"), ("identity", "0001_initial")]
    operations = [
        migrations.AlterField(
            model_name="postingaccount",
            name="role",
            field=models.CharField(
                choices=[
                    ("inventory", "Inventory"),
                    ("cost_of_sales", "Cost of sales"),
                    ("receivable", "Receivables"),
                    ("revenue", "Revenue"),
                    ("output_tax", "Output tax"),
                    ("bank", "Bank"),
                    ("stock_clearing", "Goods received, not invoiced"),
                    ("opening", "Opening balances"),
                    ("count_difference", "Stock count differences"),
                    ("stock_loss", "Stock written off"),
                    ("samples", "Samples given away"),
                    ("stock_gain", "Stock found"),
                    ("exchange_difference", "Exchange differences"),
                ],
                max_length=24,
                verbose_name="role",
            ),
        ),
        migrations.RunSQL(ROLES, migrations.RunSQL.noop),
    ]
