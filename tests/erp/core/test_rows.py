"""Set-based writing: one statement whatever the number of rows."""

import datetime
from decimal import Decimal

import pytest
from django.db import DataError

from erp.automation.models import Rule
from erp.core.actor import Actor, system_actor
from erp.core.rows import fetch, insert_rows, update_rows
from erp.core.scope import company_scope
from erp.identity.models import Company
from erp.reference.models import PaymentTerm, Unit
from erp.sales.states import SalesOrderState
from tests.support.cast import counted_statements

TERM = ["code", "name", "days"]
DAY = datetime.date(2026, 3, 1)


@pytest.mark.parametrize("count", [1, 500])
def test_any_number_of_rows_is_one_statement_and_comes_back_in_order(in_acme: Actor, count: int) -> None:
    rows = [(f"T{n}", f"Term {n}", n) for n in reversed(range(count))]
    with counted_statements() as statements:
        returned = insert_rows(PaymentTerm, TERM, rows, returning=["id", "code"])
        assert statements() == 1
    assert [code for _, code in returned] == [code for code, _, _ in rows]
    assert [id_ for id_, _ in returned] == sorted(id_ for id_, _ in returned)


def test_an_insert_keeps_its_plan_whatever_the_number_of_rows(in_acme: Actor) -> None:
    """Its arrays are given openly: what is joined with nothing is never planned anew for their length."""
    for count in (1, 1, 1, 1, 1, 1, 500, 1, 30, 1):
        insert_rows(PaymentTerm, TERM, [(f"P{count}-{n}", "Term", n) for n in range(count)])
        PaymentTerm.objects.filter(code__startswith="P").delete()
    like = 'INSERT INTO "reference_paymentterm"%"code", "name", "days")%'
    found = fetch("SELECT custom_plans, generic_plans, statement FROM pg_prepared_statements WHERE statement LIKE %s", [like])
    [(own, kept)] = [row[:2] for row in found if "RETURNING" not in row[2]]
    assert own <= 5
    assert kept >= 3


def test_the_company_comes_from_the_scope_and_defaults_from_the_model(in_acme: Actor) -> None:
    insert_rows(Unit, ["code", "name", "dimension"], [("BOX", "Box", "count")])
    box = Unit.objects.get(code="BOX")
    assert (box.company_id, box.numerator, box.denominator) == (in_acme.company_id, 1, 1)


def test_computed_columns_are_sql_evaluated_for_each_row(in_acme: Actor) -> None:
    rows = insert_rows(
        PaymentTerm,
        ["name", "days"],
        [("a", 0), ("b", 0)],
        computed={"code": "documents_next_number('sales_order')"},
        returning=["code"],
    )
    assert rows == [("SO-000001",), ("SO-000002",)]


def test_json_decimals_dates_and_nothing_survive(in_acme: Actor) -> None:
    columns = ["verb", "name", "condition", "limit_amount", "valid_from_date", "valid_to_date"]
    condition = {"customer": "客户 'x' \\ \"y\"", "partial": True}
    insert_rows(Rule, columns, [("a", "A", condition, Decimal("0.0001"), DAY, None), ("b", "B", {}, None, DAY, DAY)])
    first, second = Rule.objects.order_by("verb")
    assert (first.condition, first.limit_amount, first.valid_to_date) == (condition, Decimal("0.0001"), None)
    assert (second.condition, second.limit_amount, second.valid_to_date, second.priority) == ({}, None, DAY, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NULL",
        "null",
        " a b ",
        'quote " and \\ back',
        "{a,b}",
        "it's",
        "客户 🙂",
        "line\nbreak\ttab",
        "\u202eright to left",
        "a,b",
    ],
)
def test_any_text_survives_the_array_it_travels_in(in_acme: Actor, text: str) -> None:
    [(name,)] = insert_rows(PaymentTerm, TERM, [("T", text, 1)], returning=["name"])
    assert name == text
    assert fetch("SELECT unnest(%s::text[])", [[text, None]]) == [(text,), (None,)]


def test_values_are_of_the_type_of_their_cast_whatever_their_size(in_acme: Actor) -> None:
    at = datetime.datetime(2026, 3, 1, 12, 30, 0, 5, tzinfo=datetime.UTC)
    assert fetch("SELECT unnest(%s::bigint[])", [[1, 2**40, None, -1]]) == [(1,), (2**40,), (None,), (-1,)]
    amounts = [Decimal("0.10"), Decimal("1E+3"), Decimal("-12345678901234567890.123456")]
    assert fetch("SELECT unnest(%s::numeric[])", [amounts]) == [(amount,) for amount in amounts]
    assert fetch("SELECT unnest(%s::bool[])", [[True, False, None]]) == [(True,), (False,), (None,)]
    assert fetch("SELECT unnest(%s::timestamptz[]), unnest(%s::date[])", [[at], [DAY]]) == [(at, DAY)]
    assert fetch("SELECT unnest(%s::text[])", [[SalesOrderState.PLACED]]) == [("placed",)]
    assert fetch("SELECT unnest(%s::bigint[])", [[]]) == []


def test_a_text_that_postgres_cannot_hold_is_refused_not_cut(in_acme: Actor) -> None:
    with pytest.raises(DataError, match="NUL"):
        insert_rows(PaymentTerm, TERM, [("T", "a\0b", 1)])


def test_no_rows_are_no_statement(in_acme: Actor) -> None:
    with counted_statements() as statements:
        assert insert_rows(Unit, ["code"], [], returning=["id"]) == []
        assert update_rows(Unit, ["name"], []) == 0
        assert statements() == 0


def test_an_unknown_column_is_a_programming_error(in_acme: Actor) -> None:
    with pytest.raises(ValueError, match="colour"):
        insert_rows(Unit, ["code", "colour"], [("A", "red")])


def test_updates_set_columns_and_add_to_others_and_count_what_they_found(in_acme: Actor) -> None:
    ids = [row[0] for row in insert_rows(PaymentTerm, TERM, [("A", "a", 10), ("B", "b", 20)], returning=["id"])]
    with counted_statements() as statements:
        found = update_rows(
            PaymentTerm, ["name"], [(ids[0], "first", 5), (ids[1], "second", -5), (10**9, "nobody", 1)], add=["days"]
        )
        assert statements() == 1
    assert found == 2
    assert list(PaymentTerm.objects.filter(pk__in=ids).order_by("pk").values_list("name", "days")) == [
        ("first", 15),
        ("second", 15),
    ]


def test_rows_of_another_company_are_not_found(rival: Company, system: Actor) -> None:
    with company_scope(system_actor(rival.pk, "test")):
        theirs = Unit.objects.get(code="PC").pk
    with company_scope(system):
        assert update_rows(Unit, ["name"], [(theirs, "mine")]) == 0
    with company_scope(system_actor(rival.pk, "test")):
        assert Unit.objects.get(pk=theirs).name == "Piece"


def test_another_key_than_the_id_may_name_the_rows(in_acme: Actor) -> None:
    assert update_rows(PaymentTerm, ["days"], [("NET30", 31), ("NET60", 61)], key="code") == 2
    assert PaymentTerm.objects.get(code="NET30").days == 31
