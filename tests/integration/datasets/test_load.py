"""The sample from file to books, once and for all: what is there, what a second run does, what a kill leaves."""

import stat
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from erp.automation.models import AutomaticStep, ExceptionItem
from erp.catalog.models import Product
from erp.core.actor import system_actor
from erp.core.models import Delivery as Duty
from erp.core.scope import company_scope
from erp.core.statistics import analyze_tables
from erp.identity.api_keys import find_api_key
from erp.identity.models import Company, Membership, User
from erp.inventory.models import Adjustment, StockLevel, StockMove
from erp.jobs.models import Job
from erp.parties.models import Party
from erp.receivables.models import CreditNote, Invoice
from erp.sales.models import Delivery, SalesOrder, SalesReturn
from integration.datasets import loader
from integration.datasets.statistics import MODELS, refresh_statistics
from integration.demo.keys import read_env
from integration.relay.drain import drain
from tests.support.cast import AT, acme
from tests.support.owner import connected_as_owner

__all__ = ["acme"]

D = Decimal
LEVELS = StockLevel.objects.order_by("product__sku")
pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """What `kill -9` looks like from inside: nothing catches it."""


def run(sample: Path, *args: str) -> str:
    out = StringIO()
    call_command("load_dataset", "online_retail", str(sample), "--until", "2010-12-31", *args, stdout=out, no_color=True)
    return out.getvalue()


def actor_of(code: str = "online_retail") -> Any:
    return system_actor(Company.objects.get(code=code).pk, "test")


def documents() -> list[tuple[object, ...]]:
    """Order, delivery and invoice of each document, by the source's number."""
    with company_scope(actor_of(), read_only=True):
        orders = SalesOrder.objects.order_by("external_ref").values_list("external_ref", "date", "state", "total")
        deliveries = dict(Delivery.objects.values_list("external_ref", "date"))
        invoices = {ref: rest for ref, *rest in Invoice.objects.values_list("external_ref", "date", "total")}
        return [(*order, deliveries[order[0]], *invoices[order[0]]) for order in orders]


def papers() -> dict[str, list[tuple[object, ...]]]:
    """What the other kinds became: returns with their sale, credit notes with their invoice, adjustments."""
    with company_scope(actor_of(), read_only=True):
        back = SalesReturn.objects.order_by("external_ref")
        credits = CreditNote.objects.order_by("external_ref")
        adjusted = Adjustment.objects.order_by("external_ref")
        return {
            "returns": list(back.values_list("external_ref", "delivery__external_ref", "customer__code", "cost")),
            "credits": list(credits.values_list("external_ref", "invoice__external_ref", "customer__code", "total")),
            "adjustments": list(adjusted.values_list("external_ref", "reason", "note", "value")),
        }


def test_the_sample_is_loaded_and_reconciles(sample: Path, data_dir: Path) -> None:
    output = run(sample)
    assert output.splitlines()[-1] == "reconciled"
    assert "DIFFERS" not in output
    found = [(ref, str(date), state, total) for ref, date, state, total, *_rest in documents()]
    assert found == [
        ("900001", "2010-12-06", "invoiced", D("23.90")),
        ("900002", "2010-12-06", "invoiced", D("5.86")),
        ("900006", "2010-12-07", "invoiced", D("2.25")),
        ("900007", "2010-12-07", "invoiced", D("1.29")),
        ("900008", "2010-12-08", "invoiced", D("2.50")),
    ]
    assert all(date == delivered == invoiced for _r, date, _s, _t, delivered, invoiced, _it in documents())
    with company_scope(actor_of(), read_only=True):
        assert Party.objects.get(code="20002").addresses.get().country == "FR"
        assert Product.objects.get(sku="POST").kind == "service"
        assert SalesOrder.objects.get(external_ref="900002").customer.code == "CASH"
        lines = SalesOrder.objects.get(external_ref="900006").lines.order_by("sequence")
        assert [line.description for line in lines] == ["PAPER STAR SMALL", "BRASS OWL"]
    call_command("verify", "--company", "online_retail", stdout=StringIO())


def test_cancellations_write_offs_and_found_stock_are_documents_with_their_postings(sample: Path, data_dir: Path) -> None:
    run(sample)
    owl, star = D("0.75"), D("0.1287")
    found = papers()
    assert found["returns"] == [
        ("C900003", "900001", "20001", owl),
        ("C900013", "900008", "20001", 2 * owl),
        ("C900013/2", "900001", "20001", owl),
        ("C900013/3", "900007", "20001", D("0.77")),
        ("C900014", "900006", "20002", D("0.52")),
        ("C900014/2", None, "20002", D("0.65")),
        ("C900015", None, "CASH", owl),
        ("C900016", None, "20005", D("0.01")),
        ("C900017", None, "20001", D("0.26")),
    ]
    assert found["credits"] == [
        ("C900003", "900001", "20001", D("1.25")),
        ("C900013", "900008", "20001", D("2.50")),
        ("C900013/2", "900001", "20001", D("19.25")),
        ("C900013/3", "900007", "20001", D("1.29")),
        ("C900014", "900006", "20002", D("1.00")),
        ("C900014/2", None, "20002", D("1.25")),
        ("C900014/3", None, "20002", D("5.00")),
        ("C900015", None, "CASH", D("1.65")),
        ("C900015/2", None, "CASH", D("3.50")),
        ("C900016", None, "20005", D("0.84")),
        ("C900017", None, "20001", D("0.43")),
    ]
    assert [(ref, reason, note) for ref, reason, note, _value in found["adjustments"]] == [
        ("900004", "damaged", "torn; 900004, 2010-12-06 12:00"),
        ("900005", "found", "900005, 2010-12-06 12:30"),
        ("900018", "lost", "?lost; 900018, 2010-12-08 16:00"),
        ("900020", "found", "900020, 2010-12-08 16:20"),
        ("900021", "sample", "show samples; 900021, 2010-12-08 16:30"),
    ]
    with company_scope(actor_of(), read_only=True):
        assert SalesOrder.objects.get(external_ref="900006").reference == "900006, 2010-12-07 11:59"  # the first of two
        back, credit = SalesReturn.objects.get(external_ref="C900013/2"), CreditNote.objects.get(external_ref="C900014/3")
        assert (back.remark, back.posted_at.hour) == ("C900013, 2010-12-08 13:00", 15)  # recorded with the set
        assert (credit.memo, str(credit.date)) == ("C900014, 2010-12-08 14:00", "2010-12-08")
        levels = {sku: (on_hand, value) for sku, on_hand, value in LEVELS.values_list("product__sku", "on_hand", "value")}
        assert {sku: on_hand for sku, (on_hand, _value) in levels.items()} == {
            "10001A": 3,  # 7 - 3 - 2 + 1 - 1 - 2 + 3 + 1 - 1
            "10002": 16,  # 25 - 10 - 5 - 4 - 6 + 6 + 9 + 2 - 1
            "10003": 8,  # 2 back, 1 sold, 7 found
            "10004": 3,
            "DCGS0001": 0,
        }
        assert (levels["10001A"][1], levels["10004"][1]) == (3 * owl, 0)
        assert abs(levels["10002"][1] - 16 * star) < D("0.05")


def test_each_product_moves_in_the_order_of_the_file_whatever_the_kinds(sample: Path, data_dir: Path) -> None:
    run(sample)
    with company_scope(actor_of(), read_only=True):
        moves = StockMove.objects.filter(product__sku="10001A").order_by("pk").values_list("quantity", flat=True)
        assert [int(quantity) for quantity in moves] == [7, -3, -2, 1, -1, -2, 2, 1, 1, -1]


def test_the_report_says_what_became_of_each_kind(sample: Path, data_dir: Path) -> None:
    output = " ".join(run(sample).split())
    assert "sale sales order, delivery, invoice 5 11 32 35.80" in output
    assert "cancellation return without an original, credit note 4 4 -10 -4.17" in output
    assert "return of a known sale, credit note 5 6 -15 -25.29" in output
    assert "credit note without goods 2 2 -2 -8.50" in output
    assert "write-off stock adjustment: damaged 1 1 -5 0.00" in output
    assert "found stock stock adjustment: found 2 2 10 0.00" in output
    assert "nothing to book 1 1 10 0.00" in output
    assert "cancellation: amount of all that became of it -37.96 ok" in output


def test_the_report_names_the_rows(sample: Path, data_dir: Path) -> None:
    run(sample)
    rows = (data_dir / "reports" / "online_retail-2010-12-31.csv").read_text().splitlines()
    assert "5,900002,10001a,changed,one spelling for codes that differ by case,10001a,10001A" in rows
    assert "30,C900016,10003,changed,cancellation of no sale in the file: a return without an original,,2" in rows
    assert '33,900019,POST,nothing to book,"stock of what is no goods, at no price",,' in rows
    assert "16,900009,,refused,Quantity “one” is not a number,," in rows


def test_a_second_run_changes_nothing_and_keeps_the_log_in(sample: Path, data_dir: Path) -> None:
    run(sample)
    before, env = (documents(), papers()), read_env(data_dir / "online_retail.env")
    output = run(sample)
    assert output.splitlines()[-1] == "reconciled; nothing was left to load"
    assert ((documents(), papers()), read_env(data_dir / "online_retail.env")) == (before, env)


def test_the_log_in_opens_the_company_and_nobody_else_can_read_it(
    sample: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEFT_URL", "http://localhost:8123")
    run(sample)
    path = data_dir / "online_retail.env"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    known = read_env(path)
    assert list(known) == ["WEFT_URL", "WEFT_USER", "WEFT_PASSWORD", "WEFT_API_KEY"]
    assert known["WEFT_URL"] == "http://localhost:8123"
    user = User.objects.get(username=known["WEFT_USER"])
    assert user.check_password(known["WEFT_PASSWORD"])
    key = find_api_key(known["WEFT_API_KEY"], AT)
    assert key is not None
    assert (key.company.code, Membership.objects.get(user=user).role) == ("online_retail", "administrator")


def test_a_lost_or_foreign_log_in_is_drawn_again(sample: Path, data_dir: Path) -> None:
    run(sample)
    path = data_dir / "online_retail.env"
    old = read_env(path)
    path.write_text(path.read_text().replace(old["WEFT_API_KEY"], "weft_000000000000_unknown"))
    run(sample)
    new = read_env(path)
    assert new["WEFT_API_KEY"] not in (old["WEFT_API_KEY"], "weft_000000000000_unknown")
    assert User.objects.get(username=new["WEFT_USER"]).check_password(new["WEFT_PASSWORD"])


@pytest.mark.parametrize(
    ("operation", "call"),
    [("save_parties", 1), ("save_products", 1), ("receive_goods", 1), ("place_orders", 2)]
    + [("invoice_deliveries", call) for call in (1, 3, 5)]
    + [("return_goods", 1), ("credit_returns", 3), ("post_credit_notes", 2), ("adjust_stock", 1), ("adjust_stock", 4)],
)
def test_after_a_kill_in_any_step_it_goes_on_and_doubles_nothing(
    sample: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch, operation: str, call: int
) -> None:
    run(sample)
    whole, others = documents(), papers()
    with connected_as_owner():
        Company.objects.filter(code="online_retail").update(code="first")
    real, calls = getattr(loader, operation), []

    def dies(**given: Any) -> Any:
        result = real(**given)
        calls.append(1)
        if len(calls) == call:
            raise Killed
        return result

    monkeypatch.setattr(loader, operation, dies)
    with pytest.raises(Killed):
        run(sample, "--set-size", "1")
    assert (documents(), papers()) != (whole, others)
    with company_scope(actor_of(), read_only=True):
        [job] = Job.objects.all()
        assert job.report.get("documents", 0) == len(documents()) + len(
            {str(row[0])[:7] for rows in papers().values() for row in rows}
        )
    monkeypatch.setattr(loader, operation, real)
    assert run(sample, "--set-size", "1").splitlines()[-1] == "reconciled"
    assert (documents(), papers()) == (whole, others)
    with company_scope(actor_of(), read_only=True):
        assert Job.objects.get().report["documents"] == 16
    call_command("verify", "--company", "online_retail", stdout=StringIO())


def test_another_range_or_another_file_does_not_go_into_the_same_company(sample: Path, data_dir: Path, tmp_path: Path) -> None:
    run(sample)
    with pytest.raises(CommandError, match="Load into another company with --company"):
        call_command("load_dataset", "online_retail", str(sample), stdout=StringIO())
    call_command("load_dataset", "online_retail", str(sample), "--company", "whole", stdout=StringIO())
    with company_scope(actor_of("whole"), read_only=True):
        assert SalesOrder.objects.count() == 6
        assert StockLevel.objects.get(product__sku="10001A").on_hand == 0  # fifty more were sold
    assert (data_dir / "whole.env").exists()


def test_an_operation_that_refuses_stops_the_load_with_its_sentence_and_nothing_half_done(
    sample: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader, "receive_goods", lambda **given: None)
    with pytest.raises(CommandError, match=r"The stock does not suffice for 900001, 900002: other work has used it"):
        run(sample)
    with company_scope(actor_of(), read_only=True):
        assert SalesOrder.objects.count() == 0
        assert Job.objects.get().state == "failed"


def test_a_difference_is_shown_and_fails(sample: Path, data_dir: Path, superuser: Any) -> None:
    run(sample)
    superuser.execute(
        "UPDATE receivables_invoiceline SET total = total + 0.01, net = net + 0.01 WHERE description = 'ODD BUTTON'"
    )
    out = StringIO()
    with pytest.raises(CommandError, match="the control totals do not reconcile"):
        call_command("load_dataset", "online_retail", str(sample), "--until", "2010-12-31", stdout=out, no_color=True)
    assert "DIFFERS: 1 (900002)" in out.getvalue()


def test_the_automatic_reactions_find_nothing_left_to_do(sample: Path, data_dir: Path) -> None:
    run(sample)
    before = documents(), papers()
    assert drain() > 0
    assert not Duty.objects.exclude(state="done").exists()
    with company_scope(actor_of(), read_only=True):
        assert not ExceptionItem.objects.exists()
        assert not AutomaticStep.objects.exists()
    assert (documents(), papers()) == before
    call_command("verify", "--company", "online_retail", stdout=StringIO())


def test_the_planner_is_told_between_the_sets_without_the_owners_log_in(
    sample: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.DATABASE_OWNER_URL = ""
    told: list[list[str]] = []
    monkeypatch.setattr(loader, "refresh_statistics", lambda: told.append([*refresh_statistics(), *analyze_tables(MODELS)]))
    run(sample)
    assert len(told) > 1
    assert all("core_event" in tables for tables in told)
