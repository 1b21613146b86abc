"""`manage.py verify` finds what is wrong, and nothing where all is well."""

from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from erp.core.invariants import Invariant, all_invariants, check, check_company, one_snapshot
from erp.core.models import CompanyModel
from erp.core.rows import execute, fetch_one
from erp.core.scope import company_scope
from tests.support.story import Story, superuser, without_checks

pytestmark = pytest.mark.xdist_group("story")
STORED = sorted(
    f"{model._meta.label}.{column}"
    for model in apps.get_models()
    if issubclass(model, CompanyModel)
    for column in model.stored_totals
)
NAMES = {
    "inventory.StockLevel": "SELECT p.sku || ' @ ' || w.code FROM inventory_stocklevel t"
    " JOIN catalog_product p ON p.id = t.product_id JOIN inventory_warehouse w ON w.id = t.warehouse_id",
    "sales.SalesOrderLine": "SELECT o.number || ' line ' || t.sequence FROM sales_salesorderline t"
    " JOIN sales_salesorder o ON o.id = t.order_id",
    "purchasing.PurchaseOrderLine": "SELECT o.number || ' line ' || t.sequence FROM purchasing_purchaseorderline t"
    " JOIN purchasing_purchaseorder o ON o.id = t.order_id",
    "manufacturing.ComponentLine": "SELECT o.number || ' component ' || t.sequence FROM manufacturing_componentline t"
    " JOIN manufacturing_manufacturingorder o ON o.id = t.order_id",
    "ledger.AccountBalance": "SELECT a.code || ' ' || p.code FROM ledger_accountbalance t"
    " JOIN ledger_ledgeraccount a ON a.id = t.account_id JOIN ledger_period p ON p.id = t.period_id",
    "ledger.OpenItem": "SELECT document_number FROM ledger_openitem t",
}


def verify(*args: str) -> str:
    out = StringIO()
    call_command("verify", *args, stdout=out, no_color=True)
    return out.getvalue()


def test_every_stored_total_of_the_models_has_an_invariant_and_no_invariant_proves_a_ghost() -> None:
    proven = sorted(total for invariant in all_invariants() for total in invariant.totals)
    assert proven == STORED
    for total in STORED:
        model = apps.get_model(total.rpartition(".")[0])
        assert model._meta.get_field(total.rpartition(".")[2]).concrete


def test_after_the_story_all_is_well_and_there_was_something_to_compare(story: Story) -> None:
    output = verify()
    assert "BAD" not in output
    assert f"1 company, {len(all_invariants())} invariants" in output
    empty = [line for line in output.splitlines() if line.startswith("  ok") and line.endswith(" 0 compared")]
    assert empty == []


@pytest.mark.parametrize("total", STORED)
def test_a_corrupted_total_is_named(story: Story, total: str) -> None:
    label, _, column = total.rpartition(".")
    model = apps.get_model(label)
    table = model._meta.db_table
    with superuser() as admin, without_checks(admin, table):
        admin.execute("SET session_replication_role = replica")
        [row] = admin.execute(f"SELECT max(id) FROM {table}".encode()).fetchall()
        admin.execute(f"UPDATE {table} SET {column} = {column} + 1 WHERE id = %s".encode(), row)
        try:
            name = admin.execute(f"{NAMES.get(label, f'SELECT number FROM {table} t')} WHERE t.id = %s".encode(), row).fetchall()[
                0
            ][0]
            [proving] = [invariant for invariant in all_invariants() if total in invariant.totals]
            with pytest.raises(CommandError) as failed:
                verify_into(out := StringIO())
            assert failed.value.returncode == 1
        finally:
            admin.execute(f"UPDATE {table} SET {column} = {column} - 1 WHERE id = %s".encode(), row)
    lines = out.getvalue().splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("  BAD") and proving.sentence in line)
    keys = [line.strip().partition(": stored")[0] for line in lines[start + 1 :]]
    assert keys[0] == name or keys[0] == f"{name} {column}"
    assert lines[start + 2 :][:1] == [] or lines[start + 2].startswith(("  ok", "  BAD"))


def verify_into(out: StringIO) -> None:
    call_command("verify", stdout=out, no_color=True)


@pytest.mark.parametrize(
    ("sentence", "damage"),
    [
        ("invoice numbers have no gap", "DELETE FROM receivables_invoice WHERE id = (SELECT min(id) FROM receivables_invoice)"),
        ("each reservation belongs to a line", "UPDATE inventory_reservation SET line_id = line_id + 1000000"),
        ("delivery lines of stocked products = moves", "DELETE FROM inventory_stockmove WHERE kind = 'delivery'"),
        ("stock at the end of each day", "UPDATE inventory_stockmove SET date = date + 1 WHERE reason = 'receipt'"),
        ("adjustment lines = moves", "DELETE FROM inventory_stockmove WHERE kind = 'stock_adjustment'"),
        ("adjustment lines: value", "UPDATE inventory_adjustmentline SET value = value + 1"),
        ("journal entries: Σ debit = Σ credit", "UPDATE ledger_journalline SET debit = debit + 1 WHERE debit > 0"),
        ("each journal entry has at least two lines", "DELETE FROM ledger_journalline WHERE sequence > 1"),
        ("stock value = balance of the inventory account", "UPDATE inventory_stocklevel SET value = value + 1"),
        ("Σ open items = balance", "DELETE FROM ledger_openitem WHERE kind = 'payment'"),
        ("each invoice is in the books", "DELETE FROM ledger_journalentry WHERE kind = 'invoice'"),
        ("each payment is in the books", "DELETE FROM ledger_journalentry WHERE kind = 'payment'"),
        ("settlements: debit and credit", "UPDATE ledger_openitem SET party_id = party_id + 1 WHERE kind = 'payment'"),
        ("credits: what their settlements", "UPDATE ledger_settlement SET debit_company_amount = debit_company_amount + 1"),
        ("each event has one delivery", "DELETE FROM core_delivery WHERE id = (SELECT max(id) FROM core_delivery)"),
        ("each accepted quotation has exactly one", "DELETE FROM sales_salesorder WHERE source_id IS NOT NULL"),
        ("credit note numbers have no gap", "DELETE FROM receivables_creditnote WHERE number = 'CN-000001'"),
        ("each credit note is in the books", "DELETE FROM ledger_journalentry WHERE kind = 'credit_note'"),
        ("each credit note has its open item", "DELETE FROM ledger_openitem WHERE kind = 'credit_note'"),
        ("what is credited of an invoice line", "UPDATE receivables_creditnoteline SET net = net + 1000"),
        ("a credit note against an invoice", "UPDATE receivables_creditnote SET rate = rate + 1 WHERE invoice_id IS NOT NULL"),
        ("an invoice that is credited wholly", "UPDATE ledger_journalline SET debit = debit + 0.01 WHERE debit > 0"),
        ("what came back of a delivery line", "UPDATE sales_salesreturnline SET quantity = quantity + 100"),
        ("a delivery line that came back wholly", "UPDATE sales_salesreturnline SET cost = cost + 0.01"),
        ("return lines belong to the delivery", "UPDATE sales_salesreturn SET customer_id = customer_id + 1"),
        ("return lines of stocked products = moves", "DELETE FROM inventory_stockmove WHERE kind = 'sales_return'"),
        ("return lines: cost = Σ value entries", "UPDATE sales_salesreturnline SET cost = cost + 0.01"),
        ("credit notes of returns credit", "UPDATE receivables_creditnoteline SET quantity = quantity + 1"),
        ("the document of each automatic step", "DELETE FROM sales_salesorder"),
        ("the state of each order", "UPDATE sales_salesorder SET state = 'placed'"),
        ("order lines: quantity = quantity as entered", "UPDATE sales_salesorderline SET unit_numerator = 13"),
        ("quotation lines: quantity = quantity as entered", "UPDATE pipeline_quotationline SET entered_quantity = quantity + 1"),
        ("invoice lines: quantity = quantity as entered", "UPDATE receivables_invoiceline SET unit_denominator = 7"),
        ("receipt lines: quantity = quantity as entered", "UPDATE inventory_receiptline SET quantity = quantity * 2"),
        ("adjustment lines: quantity = quantity as entered", "UPDATE inventory_adjustmentline SET unit_denominator = 7"),
        ("return lines: quantity = quantity as entered", "UPDATE sales_salesreturnline SET unit_numerator = 13"),
        ("credit note lines: quantity = quantity as", "UPDATE receivables_creditnoteline SET entered_quantity = 99"),
        ("each event's cause", "UPDATE core_event SET causation_id = id + 1 WHERE causation_id IS NOT NULL"),
    ],
)
def test_other_damage_is_noticed_too(story: Story, sentence: str, damage: str) -> None:
    """The damage and the look at it happen in one transaction of a superuser who then reads as the application."""
    [invariant] = [one for one in all_invariants() if one.sentence.startswith(sentence)]
    assert different(story, invariant, damage) > 0
    assert different(story, invariant, "SELECT 1") == 0


def different(story: Story, invariant: Invariant, damage: str) -> int:
    with superuser() as admin, admin.transaction(force_rollback=True):
        admin.execute("SET LOCAL session_replication_role = replica")
        for [table, name] in admin.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
        ).fetchall():
            if table in damage:
                admin.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'.encode())
        admin.execute(damage.encode())
        admin.execute("SET LOCAL ROLE weft_app")
        admin.execute("SELECT set_config('weft.company_id', %s, true)", [str(story.company.pk)])
        sql = f"SELECT count(*) FROM ({invariant.text}) x WHERE stored IS DISTINCT FROM derived"
        return admin.execute(sql.encode()).fetchall()[0][0]


def test_one_company_can_be_verified_alone_and_a_wrong_code_is_refused(story: Story) -> None:
    assert verify("--company", "acme").startswith("acme: Acme")
    with pytest.raises(CommandError, match="There is no company nobody. There are: "):
        verify("--company", "nobody")


def test_a_company_is_seen_in_one_snapshot_while_others_write(story: Story) -> None:
    count = Invariant(
        name="x", sentence="x", sql="SELECT 'x' AS key, count(*) AS stored, count(*) AS derived FROM reference_unit"
    )
    findings = check_company(story.actor, [count, count])
    with superuser() as admin:
        admin.execute("SET session_replication_role = replica")
        first = next(findings)
        isolation = fetch_one("SHOW transaction_isolation")[0]
        admin.execute("UPDATE reference_unit SET code = code || '!'")
        assert fetch_one("SELECT count(*) FROM reference_unit WHERE code LIKE '%%!'")[0] == 0
        admin.execute("UPDATE reference_unit SET code = rtrim(code, '!')")
    assert (isolation, first.ok, [f.ok for f in findings]) == ("repeatable read", True, [True])
    limit = "SELECT coalesce(current_setting('transaction_timeout', true), '0')"
    with one_snapshot():
        limited = fetch_one(limit)
    assert fetch_one(limit) == limited  # nothing is left in a session, which behind a pooler is anybody's
    with company_scope(story.actor, read_only=True):
        assert fetch_one("SHOW transaction_isolation")[0] == "read committed"


def test_at_most_twenty_differing_keys_are_shown(story: Story) -> None:
    many = Invariant(
        name="x", sentence="x", sql="SELECT n AS key, n AS stored, n + n % 3 AS derived FROM generate_series(1, 99) n"
    )
    with company_scope(story.actor, read_only=True):
        finding = check(many)
    assert (finding.compared, finding.different, len(finding.examples)) == (99, 66, 20)


def test_verify_cannot_write(story: Story) -> None:
    def write() -> Any:
        with one_snapshot(), company_scope(story.actor, read_only=True):
            execute("UPDATE reference_unit SET code = code")

    with pytest.raises(Exception, match="read-only"):
        write()
