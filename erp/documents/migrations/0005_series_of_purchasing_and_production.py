"""Companies founded before there was purchasing and production get the number series of their documents."""

from typing import Any

from django.db import migrations

from erp.core.data_migration import for_every_company

SERIES = {
    "agreement": "AG-",
    "requisition": "PR-",
    "purchase_order": "PO-",
    "delivery_advice": "ASN-",
    "purchase_return": "RT-",
    "vendor_bill": "VB-",
    "manufacturing_order": "MO-",
    "production_issue": "MI-",
    "production_completion": "MC-",
    "plan_run": "PL-",
    "proposal": "PP-",
    "approval": "AP-",
}
ADD = """
INSERT INTO documents_series (company_id, code, prefix, padding, gapless, next_value)
SELECT current_setting('weft.company_id')::bigint, u.code, u.prefix, 6, false, 1
FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS u(code, prefix, ord) ORDER BY u.ord ON CONFLICT DO NOTHING
"""


def add_series(apps: Any, editor: Any) -> int:
    """Those that are missing, each with its sequence."""
    with editor.connection.cursor() as cursor:
        cursor.execute(ADD, [list(SERIES), list(SERIES.values())])
        added: int = cursor.rowcount
        cursor.execute("SELECT documents_create_sequence(code) FROM unnest(%s::text[]) AS code", [list(SERIES)])
    return added


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_followers"), ("identity", "0001_initial")]
    operations = [migrations.RunPython(for_every_company(add_series), migrations.RunPython.noop)]
