"""Bulk loads through COPY: the same rows as `insert_rows` makes, behind the same wall."""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, transaction

from erp.automation.models import Rule
from erp.core import copying
from erp.core.actor import Actor, system_actor
from erp.core.copying import copy_rows
from erp.core.rows import fetch, insert_rows
from erp.core.scope import ScopeError, company_scope, current_scope
from erp.identity.models import Company
from erp.reference.models import PaymentTerm, TaxCode, Unit
from tests.support.cast import counted_statements

TERM = ["code", "name", "days"]
DAY = datetime.date(2026, 3, 1)
TEXTS = ["", "NULL", r"\N", r"\.", " a b ", 'quote " and \\ back', "客户 🙂", "line\nbreak\ttab\rreturn", "\\t", "a,b", "it's"]


def test_rows_stream_through_in_order_with_four_statements(in_acme: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "ROWS_PER_BLOCK", 7)
    with counted_statements() as statements:
        assert copy_rows(PaymentTerm, TERM, ((f"T{n:03}", f"Term {n}", n) for n in reversed(range(100)))) == 100
        assert statements() <= 4
    made = list(PaymentTerm.objects.filter(code__startswith="T").order_by("id").values_list("days", flat=True))
    assert made == list(reversed(range(100)))


def test_no_more_rows_are_held_than_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "ROWS_PER_BLOCK", 10)
    taken: list[int] = []

    def rows() -> Iterator[tuple[Any, ...]]:
        for n in range(1000):
            taken.append(n)
            yield (f"T{n}", "x", n)

    blocks = copying._blocks([PaymentTerm._meta.get_field(name) for name in TERM], rows())
    next(blocks)
    assert len(taken) == 10


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_survives(in_acme: Actor, text: str) -> None:
    copy_rows(PaymentTerm, TERM, [("T", text, 1)])
    assert PaymentTerm.objects.get(code="T").name == text


def test_it_writes_what_insert_rows_writes(in_acme: Actor) -> None:
    columns = ["verb", "name", "condition", "limit_amount", "valid_from_date", "valid_to_date"]
    condition = {"customer": "客户 'x' \\ \"y\"\n", "partial": True}
    rows = [("a", "A", condition, Decimal("0.0001"), DAY, None), ("b", "B", {}, None, DAY, DAY)]
    insert_rows(Rule, columns, rows)
    copy_rows(Rule, columns, rows)
    listed = f"SELECT {', '.join(columns)}, priority, company_id FROM automation_rule ORDER BY id"
    made = fetch(listed)
    assert len(made) == 4
    assert made[:2] == made[2:]


def test_the_company_comes_from_the_scope_and_defaults_from_the_model(rival: Company, in_acme: Actor) -> None:
    copy_rows(Unit, ["code", "name", "dimension"], [("BOX", "Box", "count")])
    box = Unit.objects.get(code="BOX")
    assert (box.company_id, box.numerator, box.denominator) == (in_acme.company_id, 1, 1)
    assert box.company_id != rival.pk


def test_without_a_scope_nothing_is_loaded(acme: Company) -> None:
    with pytest.raises(ScopeError):
        current_scope()
    with pytest.raises(Exception, match="bigint|weft.company_id"), transaction.atomic():
        copy_rows(Unit, ["code", "name", "dimension"], [("BOX", "Box", "count")])
    with company_scope(system_actor(acme.pk, "test"), read_only=True):
        assert not Unit.objects.filter(code="BOX").exists()


def test_constraints_and_types_hold_and_a_failed_load_can_be_followed_by_another(in_acme: Actor) -> None:
    for error, row in [(IntegrityError, ("NET30", "again", 1)), (DataError, ("T", "x", "many")), (DataError, ("T" * 21, "x", 1))]:
        with pytest.raises(error), transaction.atomic():
            copy_rows(PaymentTerm, TERM, [row])
    assert copy_rows(PaymentTerm, TERM, [("T1", "x", 1)]) == copy_rows(PaymentTerm, TERM, [("T2", "x", 1)]) == 1
    assert copy_rows(TaxCode, ["code", "name", "rate", "valid_from_date"], []) == 0


def test_an_unknown_column_is_a_programming_error(in_acme: Actor) -> None:
    with pytest.raises(ValueError, match="colour"):
        copy_rows(Unit, ["code", "colour"], [("A", "red")])
