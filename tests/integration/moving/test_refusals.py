"""Why a company is not moved; and then nothing has changed."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError
from django.db import models

from erp.core import rebuild
from erp.core.actor import system_actor
from erp.core.models import CompanyModel
from erp.core.rows import insert_rows
from erp.core.scope import company_scope
from erp.core.units import run_unit
from erp.documents.models import Comment
from erp.identity.models import Company, Membership, User
from erp.reference.models import Currency
from erp.screens.models import ListPreference
from integration.moving.errors import MovingRefused
from integration.moving.manifest import read_manifest
from integration.moving.people import Person, match_people
from integration.moving.tables import ALONG, PEOPLE_IDS, PEOPLE_NAMES, STAY, company_models
from tests.integration.moving.conftest import Move, member, run
from tests.integration.moving.databases import working_in
from tests.support.cast import AT, found

pytestmark = pytest.mark.xdist_group("moving")


@pytest.fixture
def copy(move: Move, tmp_path: Path) -> Path:
    """The files, to be tampered with."""
    return Path(shutil.copytree(move.folder, tmp_path / "copy"))


@pytest.fixture
def empty_second(second: str, django_db_blocker: Any) -> Iterator[None]:
    """At work in the second database, which has to be empty again at the end."""
    with django_db_blocker.unblock(), working_in(second):
        yield
        assert (Company.objects.count(), Membership.objects.count(), User.objects.exclude(username="bert").count()) == (0, 0, 0)


def change(folder: Path, by: Callable[[dict[str, Any]], None]) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    by(manifest)
    path.write_text(json.dumps(manifest))


def file_of(manifest: dict[str, Any], table: str) -> dict[str, Any]:
    return next(file for file in manifest["tables"] if file["table"] == table)


def rewrite(folder: Path, table: str, by: Callable[[str], str]) -> None:
    """Change a file and let the manifest agree: somebody who knows what he does."""
    path = folder / f"{table}.copy"
    path.write_text(by(path.read_text()))
    text = path.read_bytes()

    def agree(manifest: dict[str, Any]) -> None:
        file_of(manifest, table).update(rows=text.count(b"\n") - 1, sha256=hashlib.sha256(text).hexdigest())

    change(folder, agree)


def refused(folder: Path, match: str) -> None:
    with pytest.raises(CommandError, match=match):
        run("import_company", folder)


def test_another_schema(copy: Path, empty_second: None) -> None:
    change(copy, lambda manifest: manifest["migrations"].append("sales.0099_from_the_future"))
    refused(copy, "there and not here: sales.0099_from_the_future")


def test_another_type_of_a_column(copy: Path, empty_second: None) -> None:
    change(copy, lambda manifest: file_of(manifest, "sales_salesorder")["types"].__setitem__(0, "integer"))
    refused(copy, "not the same here and there: sales_salesorder")


def test_an_unfinished_export(copy: Path, empty_second: None) -> None:
    (copy / "manifest.json").unlink()
    refused(copy, "not complete")
    (copy / "manifest.json").write_text('{"format": 1')
    refused(copy, "cannot be read")
    (copy / "manifest.json").write_text('{"format": 0}')
    refused(copy, "another version")


def test_a_file_that_was_changed_or_cut(copy: Path, empty_second: None) -> None:
    path = copy / "ledger_journalline.copy"
    text = path.read_text()
    path.write_text(text.replace("\t1\t", "\t2\t", 1))
    refused(copy, "not as it was written")
    path.write_text(text[:-5])
    refused(copy, "not as it was written|do not fit")
    path.write_text("x" + text)
    refused(copy, "columns of its manifest")


def test_rows_of_another_company(copy: Path, empty_second: None, move: Move) -> None:
    company = move.story.company.pk
    rewrite(copy, "catalog_category", lambda text: text + f"999\t{company + 1}\tX\tX\n")
    refused(copy, "catalog_category holds rows of another company")


def test_a_reference_to_nothing(copy: Path, empty_second: None) -> None:
    rewrite(copy, "sales_salesorder", lambda text: "\n".join(text.split("\n")[:2]) + "\n")
    refused(copy, "do not fit here")


def test_books_that_do_not_balance(copy: Path, empty_second: None) -> None:
    def more(text: str) -> str:
        head, first, rest = text.split("\n", 2)
        columns, values = head.split("\t"), first.split("\t")
        values[columns.index("debit")] = "9999.0000"
        return "\n".join([head, "\t".join(values), rest])

    rewrite(copy, "ledger_accountbalance", more)
    refused(copy, "does not verify: account balances: debit")


def test_somebody_else_with_the_same_log_in_name(copy: Path, empty_second: None) -> None:
    with_other_address = User.objects.create_user(username="anna", email="other@example.com")
    refused(copy, "the log-in name anna belongs to somebody else")
    User.objects.filter(pk=with_other_address.pk)._raw_delete("default")  # memberships, which it has none of, are not deleted


def test_decimals_of_a_currency_that_differ(copy: Path, empty_second: None) -> None:
    euro = Currency.objects.create(code="EUR", name="Euro", minor_units=3)
    refused(copy, "other decimals here: EUR")
    euro.delete()


def test_without_the_owners_log_in(copy: Path, empty_second: None, settings: Any) -> None:
    settings.DATABASE_OWNER_URL = ""
    refused(copy, "DATABASE_OWNER_URL")


def test_a_company_that_is_here_or_whose_ids_are_of_this_cell(move: Move, copy: Path, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        refused(copy, "There is a company acme")
        change(copy, lambda manifest: manifest.update(company_code="newcomer", company_id=10**6))
        refused(copy, "of cell 0. Give this database a higher cell that no other has: WEFT_CELL=1")
        assert Company.objects.count() == 2


def test_a_folder_with_something_in_it(move: Move, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), pytest.raises(CommandError, match="not empty"):
        run("export_company", "acme", move.folder)


def test_who_is_there_already_stays_who_they_are(move: Move, second: str, tmp_path: Path, django_db_blocker: Any) -> None:
    """Bert works in another company there: his log-in stays, and what he did here is now his there."""
    with django_db_blocker.unblock():
        company = found("small")
        bert = member(company, "bert")

        def deeds() -> None:
            insert_rows(Comment, ["kind", "document_id", "body", "actor", "at"], [("x", 1, "mine", f"user:{bert.pk}", AT)])
            insert_rows(ListPreference, ["user_id", "list_name", "columns", "widths"], [(bert.pk, "orders", [], {})])

        run_unit(system_actor(company.pk, "test"), deeds)
        run("export_company", "small", tmp_path / "small")
        with working_in(second):
            theirs = User.objects.create_user(username="b", email="Bert@example.com", password="theirs")
            assert theirs.pk != bert.pk
            run("import_company", tmp_path / "small")
            theirs.refresh_from_db()
            assert (theirs.username, theirs.check_password("theirs")) == ("b", True)
            assert [m.company.code for m in theirs.memberships.all()] == ["small"]
            with company_scope(system_actor(company.pk, "test"), read_only=True):
                assert Comment.objects.get().actor == f"user:{theirs.pk}"
                assert ListPreference.objects.get().user_id == theirs.pk
            assert not User.objects.filter(username="bert").exists()


ANN, BOB = Person(1, "ann", "ann@x.example"), Person(2, "bob", "bob@x.example")


@pytest.mark.parametrize(
    ("there", "known"),
    [
        ([], {}),
        ([Person(1, "anna", "new@x.example")], {1: 1}),
        ([Person(7, "a", "Ann@X.example")], {1: 7}),
        ([Person(7, "a", "")], {}),
    ],
)
def test_the_same_id_or_address_is_the_same_person(there: list[Person], known: dict[int, int]) -> None:
    assert match_people([ANN, BOB], there) == known


@pytest.mark.parametrize(
    ("there", "why"),
    [
        ([Person(7, "ann", "else@x.example"), Person(8, "bob", "b")], "ann belongs.*; the log-in name bob"),
        ([Person(1, "z", "z"), Person(7, "y", "ann@x.example")], "belongs to user 7"),
        ([Person(1, "z", "bob@x.example")], "one and the same"),
    ],
)
def test_people_who_are_not_who_they_seem_are_refused_all_at_once(there: list[Person], why: str) -> None:
    with pytest.raises(MovingRefused, match=why):
        match_people([ANN, BOB], there)


def test_every_table_moves_with_its_company_or_stays_for_a_reason() -> None:
    behind = {model._meta.label for model in company_models()}
    rest = {m._meta.label for m in apps.get_models(include_auto_created=True) if m._meta.managed} - behind
    assert rest == {model._meta.label for model in ALONG} | STAY.keys()
    assert len(behind) > 30


OTHER_IDS = {
    "company_id", "id", "document_id", "line_id", "source_id", "event_id", "row_id", "rule_id", "aggregateid", "correlation_id",
    "causation_id", "seen_event_id", "seen_comment_id", "demand_id", "supply_id",
}  # fmt: skip


def test_every_column_that_may_name_a_person_is_known_as_such() -> None:
    """A bare id that no reference explains, or the name of an actor."""
    fields = [field for model in company_models() for field in model._meta.local_concrete_fields]
    bare = {f.attname for f in fields if isinstance(f, models.BigIntegerField) and f.attname.endswith("id")}
    assert bare - {f.attname for f in fields if isinstance(f, models.ForeignKey)} - OTHER_IDS == PEOPLE_IDS
    names = {f.attname for f in fields if isinstance(f, models.CharField) and f.max_length == 60}
    assert names - {"name", "barcode", "sku", "supplier_sku", "kind", "country"} == PEOPLE_NAMES


def test_references_come_after_what_they_refer_to() -> None:
    order = [model._meta.db_table for model in company_models()]
    assert all(issubclass(model, CompanyModel) for model in company_models())
    assert order.index("catalog_product") < order.index("sales_salesorderline") < order.index("sales_deliveryline")
    assert {totals.table for totals in rebuild.all_totals()} <= set(order)


@pytest.mark.parametrize("path", ["/etc/passwd", "/nowhere", "list"])
def test_what_is_no_folder_of_an_export_is_refused_in_a_sentence(tmp_path: Path, path: str) -> None:
    (tmp_path / "list").mkdir()
    (tmp_path / "list" / "manifest.json").write_text("[]")
    with pytest.raises(MovingRefused, match="cannot be read|holds no"):
        read_manifest(tmp_path / path)
