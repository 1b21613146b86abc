"""A supplier's key sees and does what is theirs, by the API and by the role of the database behind it."""

import datetime
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from erp.core import clock
from erp.core.actor import Actor
from erp.core.errors import PermissionDenied
from erp.core.models import CompanyModel
from erp.core.scope import company_scope
from erp.identity.access import actor_of_key
from erp.identity.api_keys import create_api_key
from erp.identity.models import ApiKey, Company
from erp.identity.roles import Role, permissions_of
from erp.parties.drafts import PartyDraft
from erp.parties.operations.save_parties import save_parties
from erp.purchasing.drafts import AgreementLineDraft, OrderAnswer, TierDraft
from erp.purchasing.models import Agreement, PurchaseOrder
from erp.purchasing.operations.answer_orders import answer_orders
from erp.purchasing.operations.issue_orders import issue_orders
from erp.purchasing.operations.place_purchase_orders import place_purchase_orders
from erp.purchasing.operations.save_agreements import save_agreements
from integration.api.routes import resources
from scm.planning.drafts import ItemPolicyDraft
from scm.planning.operations.run_plan import run_plan
from scm.planning.operations.save_policies import save_policies
from tests.integration.api.conftest import Program
from tests.support.buying import Buying, agreement_of
from tests.support.cast import AT, TODAY

D = Decimal
MINE, THEIRS = "ORION", "RIVAL"


class Two:
    """Two suppliers of the same lamp with an issued order each, and one more of ours that is a draft; a key of each."""

    def __init__(self, buying: Buying) -> None:
        self.buying, self.actor = buying, buying.trade.actor
        self.mine = buying.order("20", price="9")
        self.draft = buying.order("30", issued=False)
        with company_scope(self.actor):
            party = PartyDraft(code=THEIRS, name="Rival Lamps", is_supplier=True, currency_code="EUR", payment_term_code="NET30")
            [self.rival] = save_parties(parties=[party], actor=self.actor, at=AT)
            line = AgreementLineDraft(product_id=buying.trade.lamp, tiers=[TierDraft(price=D(7))])
            save_agreements(agreements=[agreement_of(self.rival, [line])], actor=self.actor, at=AT)
        self.theirs = self._order_of_rival()
        company = Company.objects.get(pk=self.actor.company_id)
        self.keys = {
            code: create_api_key(company=company, name=code, role=Role.SUPPLIER, party_id=party_id, at=AT)
            for code, party_id in ((MINE, buying.supplier), (THEIRS, self.rival))
        }

    def _order_of_rival(self) -> Any:
        lines = [replace(line, agreement_line_id=None, unit_price=D(7)) for line in self.buying.draft("10").lines]
        draft = replace(self.buying.draft("10"), supplier_id=self.rival, agreement_id=None, lines=lines)
        with company_scope(self.actor):
            [placed] = place_purchase_orders(orders=[draft], actor=self.actor, at=AT)
            issue_orders(order_ids=[placed.id], actor=self.actor, at=AT)
        return placed

    def program(self, code: str = MINE) -> Program:
        return Program(self.keys[code])

    def partner(self, code: str = MINE) -> Actor:
        return actor_of_key(ApiKey.objects.get(name=code))


@pytest.fixture
def two(buying: Buying) -> Two:
    return Two(buying)


def test_a_key_lists_and_opens_what_was_issued_to_its_supplier_and_nothing_else(two: Two) -> None:
    api = two.program()
    rows = api.get("erp/purchase-orders/").json()["results"]
    assert [row["number"] for row in rows] == [two.mine.number]
    shown = api.get(f"erp/purchase-orders/{two.mine.id}/").json()
    assert shown["lines"][0]["product"]["sku"] == "LAMP" and shown["net"] == "180.00"
    for hidden in (two.theirs, two.draft):
        for name in (hidden.id, hidden.number):
            assert api.get(f"erp/purchase-orders/{name}/").status_code == 404
    assert [row["supplier"]["code"] for row in api.get("erp/agreements/").json()["results"]] == [MINE]
    assert [row["code"] for row in api.get("scm/suppliers/").json()["results"]] == [MINE]
    assert api.get(f"scm/suppliers/{THEIRS}/figures/").status_code == 404


def test_what_is_of_the_company_alone_is_in_no_answer(two: Two) -> None:
    staff, partner = (api.get(f"erp/purchase-orders/{two.mine.id}/").json() for api in (Program(staff_key(two)), two.program()))
    assert {"source_kind", "external_ref"} <= staff.keys() and "chosen" in staff["lines"][0]
    assert not {"source_kind", "source_id", "external_source", "external_ref"} & partner.keys()
    assert not {"chosen", "source_kind", "source_id"} & partner["lines"][0].keys()
    refused = two.program().get(f"erp/purchase-orders/{two.mine.id}/?fields=external_ref")
    assert refused.status_code == 400


def staff_key(two: Two) -> str:
    company = Company.objects.get(pk=two.actor.company_id)
    return create_api_key(company=company, name="staff", role=Role.BUYER, at=AT)


def test_its_verbs_work_on_its_own_order_and_find_no_other(two: Two) -> None:
    api = two.program()
    day = (TODAY + datetime.timedelta(days=9)).isoformat()
    verbs: dict[str, dict[str, Any]] = {
        "confirm": {"promised_date": day, "message_id": "m1"},
        "counter-propose": {"quantity": "15", "message_id": "m2"},
        "advise": {"expected_date": day, "message_id": "m3"},
        "message": {"text": "On its way.", "message_id": "m4"},
    }
    for verb, body in verbs.items():
        assert api.post(f"erp/purchase-orders/{two.theirs.id}/{verb}/", body).status_code == 404, verb
        assert api.post(f"erp/purchase-orders/{two.mine.id}/{verb}/", body).status_code == 200, verb
        assert api.post(f"erp/purchase-orders/{two.mine.id}/{verb}/", body).status_code == 200, f"{verb} twice"
    shown = api.get(f"erp/purchase-orders/{two.mine.id}/").json()
    assert len(shown["answers"]) == 2 and [m["from_supplier"] for m in shown["messages"]] == [True]
    rival = two.program(THEIRS).get(f"erp/purchase-orders/{two.theirs.id}/").json()
    assert (rival["answers"], rival["messages"]) == ([], [])


def test_it_sends_bills_for_itself_only(two: Two) -> None:
    two.buying.receive(two.mine, "20")
    line = {"order_line": two.mine.line_ids[0], "quantity": "20", "unit_price": "9"}
    mine = two.program().post("erp/vendor-bills/", {"supplier": MINE, "supplier_number": "R-1", "lines": [line]})
    assert mine.status_code == 201 and mine.json()["state"] == "posted"
    for supplier in (MINE, THEIRS):
        body = {"supplier": supplier, "supplier_number": "R-9", "lines": [line]}
        assert two.program(THEIRS).post("erp/vendor-bills/", body).status_code in (400, 404, 422)
    assert two.program(THEIRS).get("erp/vendor-bills/").json()["results"] == []
    assert [row["supplier_number"] for row in two.program().get("erp/vendor-bills/").json()["results"]] == ["R-1"]


def test_nothing_else_of_the_api_is_open_to_it(two: Two) -> None:
    """Every route that lists, and every verb with nothing to it: open ones are named here."""
    open_lists = {"erp/purchase-orders", "erp/vendor-bills", "erp/agreements", "erp/returns", "scm/suppliers"}
    api, found = two.program(), set()
    for path, view in resources().items():
        if hasattr(view, "list") and "<" not in path:
            answer = api.get(f"{path}/")
            assert answer.status_code in (200, 400, 403), (path, answer.status_code, answer.content[:200])
            if answer.status_code == 200:
                found.add(path)
    assert found == open_lists
    held = permissions_of(["supplier"])
    assert held == {
        "purchasing.view", "purchasing.answer", "purchasing.advise", "purchasing.write_message", "payables.view",
        "payables.send_bill", "suppliers.view",
    }  # fmt: skip


def test_an_operation_that_is_not_for_partners_is_refused_and_one_for_another_supplier_too(two: Two) -> None:
    partner = two.partner()
    allowed = replace(partner, permissions=permissions_of(["buyer"]))
    with pytest.raises(PermissionDenied), company_scope(allowed):
        issue_orders(order_ids=[two.draft.id], actor=allowed, at=AT)
    answer = OrderAnswer(order_id=two.theirs.id, kind="confirm")
    for supplier in (None, two.rival):
        with pytest.raises(PermissionDenied), company_scope(partner):
            answer_orders(answers=[answer], supplier_id=supplier, actor=partner, at=AT)


def partner_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_policies WHERE policyname = 'partner'")
        return {row[0] for row in cursor.fetchall()}


def company_tables() -> Iterator[str]:
    for model in apps.get_models():
        if issubclass(model, CompanyModel):
            yield model._meta.db_table


def test_the_role_of_the_database_reads_no_table_that_is_not_its_own_and_writes_none(two: Two) -> None:
    own = partner_tables()
    with company_scope(two.partner(), read_only=True), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("weft_partner",)
        for table in company_tables():
            cursor.execute("SELECT has_any_column_privilege(%s, 'SELECT')", [table])
            assert cursor.fetchone() == (table in own,), table
            cursor.execute(
                "SELECT has_any_column_privilege(%s, 'INSERT, UPDATE') OR has_table_privilege(%s, 'DELETE')", [table] * 2
            )
            assert cursor.fetchone() == (False,), table
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("weft_app",)


def test_whatever_a_program_forgets_to_ask_for_the_rows_are_the_suppliers_own(two: Two) -> None:
    day = TODAY + datetime.timedelta(days=3)
    for code, order in ((MINE, two.mine), (THEIRS, two.theirs)):
        partner = two.partner(code)
        answer = OrderAnswer(order_id=order.id, kind="counter", quantity=D(5), promised_date=day)
        answer_as(partner, answer)
    tables = sorted(table for table in partner_tables() if has_supplier(table))
    counts = {}
    for code in (MINE, THEIRS):
        partner = two.partner(code)
        with company_scope(partner, read_only=True), connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f'SELECT count(*), count(*) FILTER (WHERE supplier_id <> {partner.party_id}) FROM "{table}"')  # noqa: S608
                counts[code, table] = cursor.fetchone()
    assert {row[1] for row in counts.values()} == {0}
    for name in ("purchaseorder", "purchaseorderline", "supplieranswer", "agreement"):
        assert counts[MINE, f"purchasing_{name}"][0] == counts[THEIRS, f"purchasing_{name}"][0] == 1, name


def has_supplier(table: str) -> bool:
    """Whether the rows of the table name the supplier, and whole rows of it may be read."""
    with connection.cursor() as cursor:
        sql = "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'supplier_id')"
        cursor.execute(sql + " AND has_table_privilege('weft_partner', %s, 'SELECT')", [table, table])
        return bool(cursor.fetchone()[0])


def answer_as(partner: Actor, answer: OrderAnswer) -> None:
    with company_scope(partner):
        answer_orders(answers=[answer], supplier_id=partner.party_id, actor=partner, at=AT)


@pytest.mark.parametrize(
    ("flags", "shown"), [((), ()), (("stock",), ("on_hand", "available")), (("demand", "forecast"), ("demand", "forecast"))]
)
def test_figures_of_its_items_are_shared_as_the_agreement_says(two: Two, flags: tuple[str, ...], shown: tuple[str, ...]) -> None:
    trade = two.buying.trade
    with company_scope(two.actor):
        Agreement.objects.filter(pk=two.buying.agreement).update(**{f"shares_{flag}": True for flag in flags})
        policy = ItemPolicyDraft(product_id=trade.lamp, warehouse_id=trade.warehouse, safety_stock=D(500))
        save_policies(policies=[policy], actor=two.actor, at=AT)
        PurchaseOrder.objects.filter(pk__in=[two.mine.id, two.theirs.id, two.draft.id]).update(state="cancelled")
        run_plan(warehouse_id=trade.warehouse, actor=two.actor, at=AT)
    [item] = two.program().get(f"scm/suppliers/{MINE}/figures/").json()["items"]
    assert item["product"] == "LAMP"
    figures = ("on_hand", "available", "demand", "forecast")
    assert {name for name in figures if item[name] is not None} == set(shown)
    if "demand" in flags:
        assert sum(D(week["quantity"]) for week in item["demand"]) == 500
        assert sum(D(week["quantity"]) for week in item["forecast"]) > 0


def test_keys_are_made_and_revoked_by_the_company(two: Two) -> None:
    company = Company.objects.get(pk=two.actor.company_id)
    boss = Program(create_api_key(company=company, name="boss", role=Role.MANAGING_DIRECTOR, at=AT))
    made = boss.post(f"scm/suppliers/{MINE}/make-key/", {"name": "their shop"}).json()
    assert Program(made["token"]).get("erp/purchase-orders/").status_code == 200
    assert [key["name"] for key in boss.get(f"scm/suppliers/{MINE}/keys/").json()["keys"]] == ["their shop", MINE]
    assert boss.post(f"scm/suppliers/{THEIRS}/revoke-key/", {"prefix": made["prefix"]}).status_code == 400
    assert boss.post(f"scm/suppliers/{MINE}/revoke-key/", {"prefix": made["prefix"]}).status_code == 200
    assert Program(made["token"]).get("erp/purchase-orders/").status_code == 401
    assert two.program().post(f"scm/suppliers/{MINE}/make-key/", {"name": "x"}).status_code == 403


def test_a_key_of_that_role_belongs_to_a_supplier_and_no_other_key_does(two: Two) -> None:
    company = Company.objects.get(pk=two.actor.company_id)
    for role, party in ((Role.SUPPLIER, None), (Role.BUYER, two.rival)):
        with pytest.raises(IntegrityError), transaction.atomic():
            create_api_key(company=company, name="x", role=role, party_id=party, at=clock.now())
