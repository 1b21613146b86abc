"""What migrations do to the number series of companies that were founded before."""

from importlib import import_module

import pytest

from erp.core.actor import system_actor
from erp.core.rows import fetch_one
from erp.core.scope import company_scope
from erp.documents.models import Series
from erp.identity.models import Company
from tests.support.cast import found
from tests.support.owner import connected_as_owner, migrate
from tests.support.story import superuser

pytestmark = pytest.mark.django_db(transaction=True)
SERIES = import_module("erp.documents.migrations.0005_series_of_purchasing_and_production")


def series_of(company: Company) -> set[tuple[object, ...]]:
    with company_scope(system_actor(company.pk, "test"), read_only=True):
        return set(Series.objects.values_list("code", "prefix", "padding", "gapless", "next_value"))


def test_a_company_of_before_numbers_the_documents_of_a_new_one() -> None:
    company = found("acme")
    new = series_of(company)
    with superuser() as admin:
        admin.execute(b"SET session_replication_role = replica")
        for code in SERIES.SERIES:
            admin.execute(f"DELETE FROM documents_series WHERE code = '{code}'".encode())
            admin.execute(f"DROP SEQUENCE numbers.c{company.pk}_{code}".encode())
    assert series_of(company) != new
    with connected_as_owner():
        assert migrate(SERIES.add_series) == ["acme (1 of 1): 12 rows"]
        assert migrate(SERIES.add_series) == ["acme (1 of 1): 0 rows"]
    assert series_of(company) == new
    with company_scope(system_actor(company.pk, "test")):
        assert fetch_one("SELECT documents_next_number('purchase_order')") == ("PO-000001",)
