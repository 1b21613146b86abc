"""Companies founded before there was purchasing and production get the accounts and roles of their chart."""

from typing import Any

from django.db import migrations, models

from erp.core.data_migration import for_every_company

# The chart is recognised by its accounts of receivables, payables and goods received; the rest may have been renamed.
# Of each chart: accounts (code, name, kind, is_control) and the code that plays each role.
INTERNATIONAL = (
    {"1200", "2100", "2150"},
    [
        ("1410", "Work in progress", "asset", True),
        ("5400", "Purchase price differences", "expense", False),
        ("5500", "Production variances", "expense", False),
        ("5600", "Production scrap", "expense", False),
        ("5700", "Freight and charges on purchases", "expense", False),
    ],
    {
        "payable": "2100",
        "input_tax": "1600",
        "price_difference": "5400",
        "purchase_charges": "5700",
        "work_in_progress": "1410",
        "production_variance": "5500",
        "production_scrap": "5600",
    },
)
CHINA_ENTERPRISE = (
    {"1122", "2202", "220202"},
    [],
    {
        "payable": "2202",
        "input_tax": "22210101",
        "price_difference": "6401",
        "purchase_charges": "6401",
        "work_in_progress": "5001",
        "production_variance": "6401",
        "production_scrap": "1901",
    },
)
ADD_ACCOUNT = """
INSERT INTO ledger_ledgeraccount (company_id, code, name, kind, is_control, active)
VALUES (current_setting('weft.company_id')::bigint, %s, %s, %s, %s, true) ON CONFLICT DO NOTHING
"""
KEEP_BY_DOCUMENTS = """
UPDATE ledger_ledgeraccount SET is_control = true
WHERE company_id = current_setting('weft.company_id')::bigint AND code = %s AND NOT is_control
"""
ADD_ROLE = """
INSERT INTO ledger_postingaccount (company_id, role, account_id)
SELECT company_id, %s, id FROM ledger_ledgeraccount
WHERE company_id = current_setting('weft.company_id')::bigint AND code = %s ON CONFLICT DO NOTHING
"""


def add_accounts(apps: Any, editor: Any) -> int:
    """Accounts that are missing, roles that nothing plays, and production costs kept by their documents alone."""
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT code FROM ledger_ledgeraccount")
        codes = {code for (code,) in cursor.fetchall()}
        if not codes:
            return 0
        known = [chart for chart in (INTERNATIONAL, CHINA_ENTERPRISE) if chart[0] <= codes]
        if len(known) != 1:
            raise LookupError("This chart of accounts is neither the international nor the Chinese one.")
        [(_codes, accounts, roles)] = known
        statements = [
            *[(ADD_ACCOUNT, account) for account in accounts],
            (KEEP_BY_DOCUMENTS, (roles["work_in_progress"],)),
            *[(ADD_ROLE, role) for role in roles.items()],
        ]
        rows = 0
        for sql, values in statements:
            cursor.execute(sql, values)
            rows += cursor.rowcount
        cursor.execute("SELECT count(*) FROM ledger_postingaccount WHERE role = ANY(%s)", [list(roles)])
        if cursor.fetchone() != (len(roles),):
            raise LookupError(f"An account of this chart is missing: {', '.join(sorted({*roles.values()} - codes))}.")
    return rows


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_open_items_say_so"), ("identity", "0001_initial")]
    operations = [
        migrations.AlterField(
            "postingaccount",
            "role",
            models.CharField(
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
                    ("payable", "Payables"),
                    ("input_tax", "Input tax"),
                    ("price_difference", "Purchase price differences"),
                    ("purchase_charges", "Freight and charges on purchases"),
                    ("work_in_progress", "Work in progress"),
                    ("production_variance", "Production variances"),
                    ("production_scrap", "Production scrap"),
                ],
                max_length=24,
                verbose_name="role",
            ),
        ),
        migrations.RunPython(for_every_company(add_accounts), migrations.RunPython.noop),
    ]
