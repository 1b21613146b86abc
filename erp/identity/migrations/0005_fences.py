from django.db import migrations

from erp.core.schema import FenceTable


class Migration(migrations.Migration):
    """In the scope of a company no row of another one is written, though all may be read before the company is known."""

    dependencies = [("identity", "0004_companies_are_closed")]
    operations = [
        FenceTable("identity_company", "id"),
        FenceTable("identity_apikey", "company_id"),
        FenceTable("identity_membership", "company_id"),
        FenceTable("identity_mail", "company_id"),
    ]
