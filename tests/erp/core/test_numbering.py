"""Numbers: plain ones never wait, gapless ones have no gap."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from erp.core.actor import system_actor
from erp.core.scope import company_scope
from erp.documents.models import Series
from erp.identity.models import Company
from tests.support.cast import found

Connect = Callable[[], psycopg.Connection[Any]]


@pytest.fixture
def company(transactional_db: None) -> Company:
    return found()


@pytest.fixture
def writer(company: Company) -> Iterator[Connect]:
    """Makes application connections, each in a transaction of the company, that give up after a short wait."""
    opened: list[psycopg.Connection[Any]] = []

    def connect() -> psycopg.Connection[Any]:
        made = psycopg.connect(settings.DATABASE_URL, dbname=connections["default"].settings_dict["NAME"])
        made.execute(
            "SELECT set_config('weft.company_id', %s, true), set_config('lock_timeout', '300ms', true)", [str(company.pk)]
        )
        opened.append(made)
        return made

    yield connect
    for connection in opened:
        connection.close()


def number(connection: psycopg.Connection[Any], series: str) -> str:
    return connection.execute("SELECT documents_next_number(%s)", [series]).fetchall()[0][0]


def test_two_writers_of_plain_numbers_never_wait_for_each_other(writer: Connect) -> None:
    first, second = writer(), writer()
    assert [number(first, "sales_order"), number(second, "sales_order"), number(first, "sales_order")] == [
        "SO-000001", "SO-000002", "SO-000003",
    ]  # fmt: skip


def test_a_plain_number_is_lost_with_its_transaction(writer: Connect) -> None:
    first = writer()
    number(first, "sales_order")
    first.rollback()
    assert number(writer(), "sales_order") == "SO-000002"


def test_a_gapless_number_comes_back_with_a_rollback(writer: Connect) -> None:
    first = writer()
    assert number(first, "invoice") == "INV-000001"
    first.rollback()
    second = writer()
    assert number(second, "invoice") == "INV-000001"
    second.commit()
    assert number(writer(), "invoice") == "INV-000002"


def test_a_second_writer_of_gapless_numbers_waits_for_the_first(writer: Connect) -> None:
    number(writer(), "invoice")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        number(writer(), "invoice")


@pytest.mark.parametrize(("series", "prefix"), [("sales_order", "SO"), ("invoice", "INV")])
def test_the_numbers_of_a_set_are_those_that_asking_one_by_one_would_give(writer: Connect, series: str, prefix: str) -> None:
    first = writer()
    [(drawn,)] = first.execute("SELECT documents_next_numbers(%s, 3)", [series]).fetchall()
    assert [*drawn, number(first, series)] == [f"{prefix}-00000{n}" for n in (1, 2, 3, 4)]


def test_a_set_of_gapless_numbers_writes_the_series_once_and_comes_back_with_a_rollback(writer: Connect) -> None:
    first = writer()
    before = first.execute("SELECT xmin FROM documents_series WHERE code = 'invoice'").fetchall()
    first.execute("SELECT documents_next_numbers('invoice', 100)")
    assert number(first, "invoice") == "INV-000101"
    first.rollback()
    second = writer()
    assert second.execute("SELECT xmin FROM documents_series WHERE code = 'invoice'").fetchall() == before
    assert number(second, "invoice") == "INV-000001"


def test_each_company_counts_for_itself(company: Company, writer: Connect) -> None:
    number(writer(), "sales_order")
    other = found("rival")
    with company_scope(system_actor(other.pk, "test")):
        from erp.core.rows import fetch_one

        assert fetch_one("SELECT documents_next_number('sales_order')") == ("SO-000001",)


def test_a_number_longer_than_its_padding_is_written_in_full(company: Company, writer: Connect) -> None:
    with company_scope(system_actor(company.pk, "test")):
        Series.objects.filter(code="invoice").update(next_value=1_000_000)
    assert number(writer(), "invoice") == "INV-1000000"


def test_an_unknown_series_is_refused_by_name(writer: Connect) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="no number series nonsense"):
        number(writer(), "nonsense")


def test_the_name_of_a_sequence_cannot_carry_sql(writer: Connect) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="not a valid code"):
        writer().execute("SELECT documents_create_sequence(%s)", ['x"; DROP TABLE core_event; --'])
