"""Data migrations work company by company behind the walls, and never on nothing without saying so."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from erp.core.scope import ScopeError, current_scope
from erp.identity.models import Company
from erp.reference.models import PaymentTerm
from tests.conftest import _log_in
from tests.support.cast import acme, rival
from tests.support.owner import connected_as_owner, migrate
from tests.support.story import superuser

__all__ = ["acme", "rival"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner(acme: Company, rival: Company) -> Iterator[None]:
    """Two companies; the connection is the owner's, as in `manage.py migrate`."""
    with connected_as_owner():
        yield


def look(sql: str) -> list[tuple[Any, ...]]:
    with superuser() as admin:
        return admin.execute(sql.encode()).fetchall()


def rename(apps: Any, editor: Any) -> int:
    with editor.connection.cursor() as cursor:
        cursor.execute("UPDATE reference_paymentterm SET name = name || ' of ' || current_setting('weft.company_id')")
        return cursor.rowcount


def test_each_company_is_changed_alone_and_counted(owner: None, acme: Company, rival: Company) -> None:
    assert migrate(rename) == ["acme (1 of 2): 4 rows", "rival (2 of 2): 4 rows"]
    assert look("SELECT bool_and(name LIKE '% of ' || company_id), count(*) FROM reference_paymentterm") == [(True, 8)]
    actors = look("SELECT DISTINCT actor FROM documents_history WHERE table_name = 'reference_paymentterm'")
    assert actors == [("system:migration",)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM reference_paymentterm")
        assert cursor.fetchone() == ("weft_owner", 8)


def test_models_work_too_and_new_rows_are_the_companys(owner: None, acme: Company, rival: Company) -> None:
    def add(apps: Any, editor: Any) -> int:
        PaymentTerm.objects.create(code="NEW", name=str(PaymentTerm.objects.count()), days=3)
        return 1

    migrate(add)
    assert look("SELECT company_id, name FROM reference_paymentterm WHERE code = 'NEW' ORDER BY 1") == [
        (acme.pk, "4"),
        (rival.pk, "4"),
    ]
    with pytest.raises(ScopeError):
        current_scope()


@pytest.fixture
def forced(owner: None) -> Iterator[None]:
    """A table whose wall holds its owner as well, as somebody may come to think wise."""
    with superuser() as admin:
        admin.execute("ALTER TABLE reference_paymentterm FORCE ROW LEVEL SECURITY")
    try:
        yield
    finally:
        with superuser() as admin:
            admin.execute("ALTER TABLE reference_paymentterm NO FORCE ROW LEVEL SECURITY")


def test_under_a_forced_policy_the_rows_are_reached_all_the_same(forced: None) -> None:
    assert migrate(rename) == ["acme (1 of 2): 4 rows", "rival (2 of 2): 4 rows"]
    assert look("SELECT count(*) FROM reference_paymentterm WHERE name LIKE '% of %'") == [(8,)]


def test_under_a_forced_policy_a_plain_update_of_the_owner_fails_and_does_not_touch_nothing(forced: None) -> None:
    with pytest.raises(Exception, match="bigint|weft.company_id"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE reference_paymentterm SET name = 'x'")


def test_a_log_in_that_may_not_step_behind_the_wall_gets_an_error(owner: None) -> None:
    """As the owner would on a server whose roles.sql is of an older version."""
    _log_in(settings.DATABASE_READER_URL)
    with pytest.raises(Exception, match="permission denied to set role"):
        migrate(rename)


def test_facts_stay_closed_and_a_failure_leaves_no_company_changed(owner: None, rival: Company) -> None:
    def spoil(apps: Any, editor: Any) -> int:
        rows = rename(apps, editor)
        if current_scope().actor.company_id == rival.pk:
            with editor.connection.cursor() as cursor:
                cursor.execute("UPDATE documents_history SET actor = 'nobody'")
        return rows

    with pytest.raises(Exception, match="permission denied"):
        migrate(spoil)
    assert look("SELECT count(*) FROM reference_paymentterm WHERE name LIKE '% of %'") == [(0,)]


def test_not_atomic_each_company_commits_by_itself(owner: None, acme: Company, rival: Company) -> None:
    def fail_second(apps: Any, editor: Any) -> int:
        if current_scope().actor.company_id == rival.pk:
            raise ValueError("killed")
        return rename(apps, editor)

    with pytest.raises(ValueError, match="killed"):
        migrate(fail_second, atomic=False)
    assert look("SELECT DISTINCT company_id FROM reference_paymentterm WHERE name LIKE '% of %'") == [(acme.pk,)]
