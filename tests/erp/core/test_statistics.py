"""ANALYZE without the owner's log-in: our tables, nothing else."""

import pytest
from django.db import DatabaseError, transaction

from erp.catalog.models import Product
from erp.core.actor import Actor
from erp.core.rows import fetch_one, insert_rows
from erp.core.statistics import analyze_outgrown, analyze_tables, outgrown_tables
from erp.parties.models import Party
from erp.reference.models import Unit
from tests.support.cast import AT


def add_products(count: int) -> None:
    piece = Unit.objects.get(code="PC").pk
    rows = [(f"P{n}", "x" * 200, piece, "ZERO", 1, AT) for n in range(count)]
    insert_rows(Product, ["sku", "name", "unit_id", "tax_code", "list_price", "created_at"], rows)


def test_tables_that_have_doubled_are_analysed_and_no_others(in_acme: Actor) -> None:
    analyze_tables([Product, Party])
    assert outgrown_tables([Product, Party]) == []
    add_products(1000)
    assert outgrown_tables([Product, Party]) == ["catalog_product"]
    assert analyze_outgrown([Product, Party]) == ["catalog_product"]
    assert outgrown_tables([Product, Party]) == []
    assert analyze_outgrown([Product, Party]) == []


def test_the_planner_knows_the_rows_of_this_very_transaction(in_acme: Actor) -> None:
    add_products(1000)
    assert analyze_tables([Product]) == ["catalog_product"]
    known = "SELECT reltuples::int FROM pg_class WHERE oid = 'catalog_product'::regclass"
    assert fetch_one(known)[0] == fetch_one("SELECT count(*) FROM catalog_product")[0] == 1000


@pytest.mark.parametrize("name", ["pg_authid", "numbers.c1_invoice", "nothing", 'core_event"; DROP TABLE core_event; --'])
def test_what_is_no_table_of_ours_is_refused(in_acme: Actor, name: str) -> None:
    with pytest.raises(DatabaseError, match="not tables of Weft"), transaction.atomic():
        fetch_one("SELECT core_analyze(%s::text[])", [["core_event", name]])
