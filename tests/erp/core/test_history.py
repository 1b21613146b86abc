"""Who, when, old -> new: of every change, bulk updates included, by trigger."""

import pytest
from django.db import DatabaseError, transaction

from erp.core.actor import Actor
from erp.core.rows import execute, update_rows
from erp.core.scope import company_scope
from erp.documents.models import Comment, History
from erp.identity.models import Company
from erp.identity.roles import Role
from erp.reference.models import PaymentTerm, Unit
from tests.support.cast import AT, person


def changes(table: str = "reference_paymentterm") -> list[tuple[str, str, dict[str, object]]]:
    return list(History.objects.filter(table_name=table).order_by("id").values_list("action", "actor", "changes"))


def test_a_bulk_update_is_one_row_of_history_for_each_changed_row(in_acme: Actor) -> None:
    PaymentTerm.objects.filter(days__gt=0).update(days=7)
    assert [change for _, _, change in changes()] == [{"days": [14, 7]}, {"days": [30, 7]}, {"days": [60, 7]}]


def test_only_what_changed_is_kept_and_an_update_that_changes_nothing_is_none(in_acme: Actor) -> None:
    first = PaymentTerm.objects.get(code="NET0")
    update_rows(PaymentTerm, ["name", "days"], [(first.pk, "At once", 0)])
    update_rows(PaymentTerm, ["name", "days"], [(first.pk, "At once", 0)])
    [entry] = History.objects.all()
    assert (entry.row_id, entry.changes) == (first.pk, {"name": ["Due at once", "At once"]})


def test_the_actor_of_the_scope_is_named_by_id(acme: Company) -> None:
    with company_scope(person(acme, Role.ACCOUNTANT, user_id=42)):
        PaymentTerm.objects.filter(code="NET0").update(days=1)
        assert changes() == [("update", "user:42", {"days": [0, 1]})]


def test_a_deletion_keeps_the_whole_row(in_acme: Actor) -> None:
    PaymentTerm.objects.filter(code="NET60").delete()
    [(action, actor, row)] = changes()
    assert (action, actor, row["code"], row["days"]) == ("delete", "system:test", "NET60", 60)


def test_history_and_facts_are_never_changed_or_deleted(in_acme: Actor) -> None:
    PaymentTerm.objects.filter(code="NET0").update(days=1)
    Comment.objects.create(kind="x", document_id=1, body="so it was", actor="user:1", at=AT)
    for table in ("documents_history", "documents_comment"):
        for sql in (f"UPDATE {table} SET actor = 'x'", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                execute(sql)


@pytest.mark.django_db(transaction=True)
def test_even_the_owner_of_the_tables_is_refused() -> None:
    import psycopg
    from django.conf import settings
    from django.db import connections

    name = connections["default"].settings_dict["NAME"]
    with psycopg.connect(settings.DATABASE_OWNER_URL, dbname=name, autocommit=True) as owner:
        for sql in ("UPDATE ledger_journalline SET debit = 0", "DELETE FROM core_event", "TRUNCATE documents_history"):
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never changed or deleted"):
                owner.execute(sql.encode())


def test_tables_without_history_write_none(in_acme: Actor) -> None:
    Unit.objects.filter(code="PC").update(name="Stück")
    assert len(changes("reference_unit")) == 1
    assert changes("inventory_stocklevel") == []
