"""`manage.py rebuild` puts every stored total right, touches nothing that is right, and nothing of another company."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command

from erp.core import rebuild
from erp.core.actor import system_actor
from erp.core.invariants import all_invariants
from erp.core.rebuild import all_totals, differences
from erp.core.rows import fetch, fetch_one
from erp.core.scope import company_scope
from tests.support.story import Story, superuser, tell, without_checks

pytestmark = pytest.mark.xdist_group("story")
MODELS = {totals.model._meta.label: totals for totals in all_totals()}


@pytest.fixture(scope="module")
def other(story: Story, django_db_blocker: Any) -> Story:
    """Another company of the same deeds; cleared away with the first."""
    with django_db_blocker.unblock():
        return tell("other")


def run(command: str, *args: str) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out, no_color=True)
    return out.getvalue()


@contextmanager
def damaged(*statements: str) -> Iterator[psycopg.Connection[Any]]:
    """Tables without CHECK constraints for the length of the block, damaged past triggers; constraints hold again at its end."""
    with superuser() as admin, ExitStack() as stack:
        for totals in MODELS.values():
            stack.enter_context(without_checks(admin, totals.table))
        with admin.transaction():
            admin.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                admin.execute(statement.encode())
        yield admin


def all_off_by_one() -> list[str]:
    return [
        f"UPDATE {totals.table} SET {', '.join(f'{column} = {column} + 1' for column in totals.invariants)}"
        for totals in MODELS.values()
    ]


SLOTS = "SELECT account_id, period_id, sum(debit), sum(credit) FROM ledger_accountbalance GROUP BY 1, 2 ORDER BY 1, 2"


def snapshot(story: Story) -> dict[str, list[tuple[Any, ...]]]:
    """The totals of a company, the slots of a balance summed."""
    with company_scope(story.actor, read_only=True):
        return {
            label: fetch(
                SLOTS
                if label == "ledger.AccountBalance"
                else f"SELECT {', '.join([*(totals.key or ['id']), *totals.invariants])} FROM {totals.table} ORDER BY 1, 2"
            )
            for label, totals in MODELS.items()
        }


def test_each_stored_total_of_the_models_can_be_rebuilt(story: Story) -> None:
    """A new total without its `id` (or `total`, or `missing`) in the invariant's SQL fails here."""
    assert MODELS.keys() >= {"inventory.StockLevel", "ledger.AccountBalance", "sales.SalesOrder", "ledger.OpenItem"}
    for totals in MODELS.values():
        assert {invariant.missing for invariant in totals.invariants.values()} == {totals.key}
        with company_scope(story.actor, read_only=True):
            fetch(f"EXPLAIN {differences(totals)}".replace("%", "%%"))


def test_a_total_that_nothing_derives_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [i for i in all_invariants() if i.name != "inventory.reserved"]
    monkeypatch.setattr(rebuild, "all_invariants", lambda: known)
    with pytest.raises(LookupError, match=r"inventory\.StockLevel\.reserved"):
        all_totals()


def test_on_sound_data_nothing_is_changed_and_nothing_locked(story: Story, settings: Any) -> None:
    settings.DATABASE_OWNER_URL = ""  # whoever would change something would fail here
    before = snapshot(story)
    output = run("rebuild", "--company", "acme")
    assert " 0 changed" in output.splitlines()[-1]
    assert len([line for line in output.splitlines()[:-1] if line.endswith(" 0 changed")]) == sum(
        len(totals.invariants) for totals in MODELS.values()
    )
    assert " 0 compared" not in output
    assert snapshot(story) == before


def test_every_total_of_every_row_corrupted_is_put_right_company_by_company(story: Story, other: Story) -> None:
    before = snapshot(story), snapshot(other)
    with damaged(*all_off_by_one()):
        wrong = snapshot(other)
        with pytest.raises(CommandError):
            run("verify")
        told = run("rebuild", "--company", "acme", "--dry-run")
        assert "nothing was changed" in told
        assert snapshot(story) != before[0]
        output = run("rebuild", "--company", "acme")
        assert snapshot(story) == before[0]
        assert snapshot(other) == wrong
        run("rebuild")
        assert snapshot(other) == before[1]
    for totals in MODELS.values():
        for column in totals.invariants:
            line = next(line for line in output.splitlines() if line.strip().startswith(f"{totals.name(column)} "))
            compared, changed = (int(word.replace(",", "")) for word in line.split() if word.replace(",", "").isdigit())
            assert 0 < changed <= compared, line
    assert "BAD" not in run("verify")
    assert run("rebuild").endswith(" 0 changed\n")


def test_rows_that_are_gone_come_back(story: Story) -> None:
    before = snapshot(story)
    with damaged("DELETE FROM inventory_stocklevel", "DELETE FROM ledger_accountbalance"):
        run("rebuild")
    assert snapshot(story) == before
    assert "BAD" not in run("verify")


def test_a_total_derived_from_another_wrong_total_takes_a_second_pass(story: Story) -> None:
    before = snapshot(story)
    with damaged("UPDATE sales_salesorder SET total = total + 5, net = net + 5, company_total = company_total + 5"):
        output = run("rebuild")
    assert snapshot(story) == before
    assert len([line for line in output.splitlines() if "sales.SalesOrder.company_total" in line]) == 4  # two companies


def test_facts_stay_closed_afterwards_and_the_change_of_a_document_is_in_its_history(story: Story) -> None:
    changes = "SELECT count(*) FROM documents_history WHERE actor = 'system:rebuild' AND table_name = 'sales_delivery'"
    mine = f"WHERE company_id = {story.company.pk}"
    damage = [f"UPDATE receivables_invoice SET net = net + 1 {mine}", f"UPDATE sales_delivery SET cost = cost + 1 {mine}"]
    with damaged(*damage) as admin:
        before = admin.execute(changes.encode()).fetchall()[0][0]
        run("rebuild", "--company", "acme")
        after = admin.execute(changes.encode()).fetchall()[0][0]
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="facts"):
            admin.execute("UPDATE receivables_invoice SET net = net + 1")
    with company_scope(story.actor, read_only=True):
        assert after - before == fetch_one("SELECT count(*) FROM sales_delivery")[0]


def test_a_table_that_others_write_to_is_waited_for_and_then_left(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """A move is recorded and its level not yet grown: whoever rebuilt now would count it twice."""
    monkeypatch.setattr(rebuild, "LOCK_SECONDS", "0.05")
    before = snapshot(story)
    with damaged("UPDATE inventory_stocklevel SET reserved = reserved + 1"), superuser() as writer:
        with writer.transaction():
            writer.execute("SELECT id FROM inventory_stocklevel LIMIT 1 FOR UPDATE")
            with pytest.raises(CommandError, match="inventory_stocklevel"):
                run("rebuild", "--company", "acme")
        monkeypatch.undo()
        run("rebuild")
    assert snapshot(story) == before


def test_without_the_owners_log_in_it_is_said_what_is_missing(story: Story, settings: Any) -> None:
    settings.DATABASE_OWNER_URL = ""
    with damaged("UPDATE ledger_openitem SET residual = residual + 1") as admin:
        with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
            run("rebuild", "--company", "acme")
        admin.execute("UPDATE ledger_openitem SET residual = residual - 1")


def test_a_wrong_code_is_refused(story: Story) -> None:
    with pytest.raises(CommandError, match="There is no company nobody"):
        run("rebuild", "--company", "nobody")


def test_totals_that_never_settle_are_an_error_not_an_endless_loop(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "compare", lambda actor, totals: dict.fromkeys(totals.invariants, (1, 1)))
    monkeypatch.setattr(rebuild, "_correct", lambda actor, totals: dict.fromkeys(totals.invariants, 1))
    with pytest.raises(rebuild.RebuildRefused, match="5 passes"):
        list(rebuild.rebuild_company(system_actor(story.company.pk, "rebuild")))
