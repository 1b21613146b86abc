"""One unit of work = one transaction = one company."""

import pytest
from django.db import DatabaseError, connection, transaction

from erp.core.actor import Actor, system_actor
from erp.core.rows import execute, fetch_one
from erp.core.scope import ScopeError, company_scope, current_company_id, current_scope, take_time
from erp.identity.models import Company
from erp.reference.models import Unit
from tests.support.cast import found


def settings() -> tuple[str, str]:
    return fetch_one("SELECT current_setting('weft.company_id'), current_setting('weft.actor')")  # type: ignore[return-value]


def test_a_scope_sets_company_and_actor_and_leaves_nothing_behind(acme: Company, system: Actor) -> None:
    with company_scope(system):
        assert settings() == (str(acme.pk), "system:test")
        assert current_company_id() == acme.pk
        assert Unit.objects.exists()
    assert settings() == ("", "")
    with pytest.raises(ScopeError):
        current_scope()


def test_without_a_scope_a_company_table_raises_and_never_shows_everything_or_nothing(acme: Company) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Unit.objects.exists()


def test_in_a_fresh_connection_too(transactional_db: None) -> None:
    """Through a pooler it is not fresh: the setting is known there, and empty."""
    found("acme")
    connection.close()
    with pytest.raises(DatabaseError, match=r"weft\.company_id|bigint"):
        Unit.objects.exists()


def test_a_nested_scope_acts_as_another_and_restores_the_first(acme: Company, system: Actor) -> None:
    with company_scope(system):
        with company_scope(system_actor(acme.pk, "relay")):
            assert settings()[1] == "system:relay"
            assert current_scope().actor.name == "system:relay"
        assert settings() == (str(acme.pk), "system:test")
        assert current_scope().actor.name == "system:test"


def test_a_nested_scope_that_fails_restores_the_first(acme: Company, system: Actor) -> None:
    with company_scope(system):
        with pytest.raises(ZeroDivisionError), transaction.atomic(), company_scope(system_actor(acme.pk, "relay")):
            raise ZeroDivisionError
        assert settings() == (str(acme.pk), "system:test")


def test_another_company_inside_is_a_programming_error(rival: Company, system: Actor) -> None:
    with company_scope(system):
        with pytest.raises(ScopeError, match="inside"), company_scope(system_actor(rival.pk, "test")):
            pass
        assert current_company_id() == system.company_id


def test_a_read_scope_refuses_writes_in_the_database(acme: Company, system: Actor) -> None:
    with pytest.raises(DatabaseError, match="read-only"), company_scope(system, read_only=True):
        execute("UPDATE reference_unit SET name = name")


@pytest.mark.django_db(transaction=True)
def test_after_an_error_the_transaction_is_gone_with_its_work() -> None:
    from tests.support.cast import found

    actor = system_actor(found().pk, "test")
    with pytest.raises(ZeroDivisionError), company_scope(actor):
        Unit.objects.update(name="changed")
        raise ZeroDivisionError
    assert not connection.in_atomic_block
    with company_scope(actor, read_only=True):
        assert not Unit.objects.filter(name="changed").exists()


@pytest.mark.django_db(transaction=True)
def test_a_scope_is_a_transaction_of_its_own() -> None:
    from tests.support.cast import found

    actor = system_actor(found().pk, "test")
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"), company_scope(actor):
        pass


def test_a_command_may_take_its_time_for_one_transaction(transactional_db: None, system: Actor) -> None:
    limit = "SELECT coalesce(current_setting('transaction_timeout', true), '0')"
    with company_scope(system, read_only=True):
        before = fetch_one(limit)
        take_time()
        assert fetch_one(limit) == ("0",)
    with company_scope(system, read_only=True):
        assert fetch_one(limit) == before
    with pytest.raises(ScopeError):
        take_time()
