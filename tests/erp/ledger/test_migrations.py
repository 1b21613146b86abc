"""What migrations do to the books of companies that were founded before."""

from importlib import import_module
from typing import Any

import pytest

from erp.core.actor import system_actor
from erp.core.scope import company_scope
from erp.identity.models import Company
from erp.ledger.models import LedgerAccount, PostingAccount
from tests.support.cast import found
from tests.support.owner import connected_as_owner, migrate
from tests.support.story import superuser

pytestmark = pytest.mark.django_db(transaction=True)
ACCOUNTS = import_module("erp.ledger.migrations.0007_accounts_of_purchasing_and_production")
BEFORE = [
    "DELETE FROM ledger_postingaccount WHERE role IN ('payable', 'input_tax', 'price_difference', 'purchase_charges',"
    " 'work_in_progress', 'production_variance', 'production_scrap')",
    "DELETE FROM ledger_ledgeraccount WHERE code IN ('1410', '5400', '5500', '5600', '5700')",
    "UPDATE ledger_ledgeraccount SET is_control = false WHERE code = '5001'",
]


def books_of(company: Company) -> tuple[set[Any], set[Any]]:
    with company_scope(system_actor(company.pk, "test"), read_only=True):
        accounts = set(LedgerAccount.objects.values_list("code", "name", "kind", "is_control", "active"))
        return accounts, set(PostingAccount.objects.values_list("role", "account__code"))


def test_a_company_of_before_gets_the_accounts_and_roles_of_a_new_one() -> None:
    companies = [found("acme"), found("rival", chart="china_enterprise")]
    new = [books_of(company) for company in companies]
    with superuser() as admin:
        admin.execute(b"SET session_replication_role = replica")
        for statement in BEFORE:
            admin.execute(statement.encode())
    assert [books_of(company) for company in companies] != new
    with connected_as_owner():
        assert migrate(ACCOUNTS.add_accounts) == ["acme (1 of 2): 12 rows", "rival (2 of 2): 8 rows"]
        assert migrate(ACCOUNTS.add_accounts) == ["acme (1 of 2): 0 rows", "rival (2 of 2): 0 rows"]
    assert [books_of(company) for company in companies] == new


def test_a_chart_it_does_not_know_stops_the_migration_and_no_chart_needs_nothing() -> None:
    found("acme")
    with superuser() as admin:
        admin.execute(b"SET session_replication_role = replica")
        admin.execute(b"UPDATE ledger_ledgeraccount SET code = 'X' || code WHERE code = '2150'")
        with connected_as_owner(), pytest.raises(LookupError, match="neither the international nor the Chinese"):
            migrate(ACCOUNTS.add_accounts)
        for table in ("ledger_postingaccount", "treasury_bankaccount", "ledger_ledgeraccount"):
            admin.execute(f"DELETE FROM {table}".encode())
    with connected_as_owner():
        assert migrate(ACCOUNTS.add_accounts) == ["acme (1 of 1): 0 rows"]
