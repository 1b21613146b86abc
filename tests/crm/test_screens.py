"""The screens of the CRM, catalog and parties, opened by people of several roles."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from crm.pipeline.drafts import OpportunityDraft, QuotationDraft
from crm.pipeline.models import Opportunity, Quotation, QuotationLine
from crm.pipeline.operations.save_opportunities import save_opportunities
from crm.pipeline.operations.save_quotations import save_quotations
from erp.catalog.models import Product
from erp.core.actor import Actor, system_actor
from erp.core.rows import insert_rows
from erp.core.scope import company_scope
from erp.identity.models import Company, Membership, User
from erp.identity.roles import Role
from erp.inventory.models import StockLevel, Warehouse
from erp.parties.models import Party
from erp.sales.models import SalesOrder
from tests.crm.conftest import Customers, Goods
from tests.crm.pipeline.test_save_quotations import line
from tests.support.cast import AT, TODAY

LogIn = Callable[..., Client]
TEXT = "🚚 مصباح <b>=1+1</b>"


@pytest.fixture
def shop(acme: Company) -> dict[str, int]:
    """Acme with goods, customers, an opportunity, a draft quotation of three lamps and ten lamps on stock."""
    actor = system_actor(acme.pk, "test")
    with company_scope(actor):
        goods = _goods(actor)
        customers = _customers(actor)
        [opportunity] = save_opportunities(
            opportunities=[OpportunityDraft(name=TEXT, customer_id=customers.zen, expected_amount=Decimal(100))],
            actor=actor,
            at=AT,
        )
        warehouse = Warehouse.objects.get().pk
        insert_rows(
            StockLevel,
            ["product_id", "warehouse_id", "on_hand", "reserved", "value"],
            [(goods.lamp, warehouse, Decimal(10), Decimal(4), Decimal("217.7"))],
        )
        draft = QuotationDraft(
            customer_id=customers.zen, date=TODAY, reference=TEXT, lines=[line(goods.lamp, "3")], opportunity_id=opportunity
        )
        [saved] = save_quotations(quotations=[draft], actor=actor, at=AT)
    return {"quotation": saved.id, "opportunity": opportunity, "zen": customers.zen, "lamp": goods.lamp}


def _goods(actor: Actor) -> Goods:
    from erp.catalog.drafts import ProductDraft, ProductUnitDraft
    from erp.catalog.operations.save_products import save_products

    lamp = ProductDraft(
        sku="LAMP",
        name="Lamp",
        barcode="4006381333931",
        unit_code="PC",
        tax_code="STD",
        list_price=Decimal(40),
        price_floor=Decimal(30),
        units=[ProductUnitDraft(code="box", numerator=6, barcode="BOX6")],
    )
    drafts = [
        lamp,
        replace(lamp, sku="CABLE", name="Cable", barcode="", list_price=Decimal("2.5"), price_floor=None, units=[]),
        replace(lamp, sku="HOUR", name="Work", barcode="", kind="service", units=[]),
    ]
    return Goods(*save_products(products=drafts, actor=actor, at=AT))


def _customers(actor: Actor) -> Customers:
    from erp.parties.drafts import PartyDraft
    from erp.parties.operations.save_parties import save_parties

    zen = PartyDraft(code="ZEN", name="Zen GmbH", is_customer=True, currency_code="EUR", payment_term_code="NET30")
    return Customers(*save_parties(parties=[zen, replace(zen, code="YEN", name="Yen Inc.")], actor=actor, at=AT))


@pytest.fixture
def log_in(acme: Company) -> LogIn:
    def enter(role: Role = Role.SALESPERSON) -> Client:
        user = User.objects.create_user(username=role.value, email=f"{role.value}@acme.example", password="x")
        Membership.objects.create(user=user, company=acme, role=role)
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def text_of(response: HttpResponse) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode()


def send(client: Client, name: str, body: dict[str, Any], *args: int) -> tuple[int, dict[str, Any]]:
    response = client.post(reverse(f"pipeline:{name}", args=args), json.dumps(body), content_type="application/json")
    return response.status_code, response.json()


def pages(shop: dict[str, int]) -> list[str]:
    return [
        reverse("catalog:products"),
        reverse("catalog:product", args=[shop["lamp"]]),
        reverse("parties:parties"),
        reverse("parties:party", args=[shop["zen"]]),
        reverse("parties:new_party"),
        reverse("parties:edit_party", args=[shop["zen"]]),
        reverse("customers:customers"),
        *(
            reverse("customers:customer", args=[shop["zen"]]) + f"?tab={tab}"
            for tab in ("", "opportunities", "quotations", "orders", "deliveries", "invoices")
        ),
        reverse("pipeline:opportunities"),
        reverse("pipeline:opportunity", args=[shop["opportunity"]]),
        reverse("pipeline:new_opportunity"),
        reverse("pipeline:edit_opportunity", args=[shop["opportunity"]]),
        reverse("pipeline:lose_opportunity", args=[shop["opportunity"]]),
        reverse("pipeline:quotations"),
        reverse("pipeline:quotation", args=[shop["quotation"]]),
        reverse("pipeline:edit_quotation", args=[shop["quotation"]]),
        reverse("pipeline:new_quotation"),
        reverse("pipeline:new_quotation") + "?customer=ZEN",
        reverse("pipeline:new_order") + "?customer=Zen%20GmbH",
        reverse("pipeline:customer_options") + "?customer=ze",
    ]


def test_every_page_opens_and_shows_a_salesperson_no_cost(shop: dict[str, int], log_in: LogIn) -> None:
    client = log_in()
    for url in pages(shop):
        response = client.get(url)
        assert response.status_code == 200, url
        text = text_of(response)
        assert "<b>=1+1</b>" not in text, url
        assert "21.77" not in text and "217.7" not in text and "Margin" not in text and "Cost" not in text, url


def test_a_sales_manager_sees_the_margin(shop: dict[str, int], log_in: LogIn) -> None:
    text = text_of(log_in(Role.SALES_MANAGER).get(reverse("pipeline:quotation", args=[shop["quotation"]])))
    assert "Margin" in text
    assert "45.6" in text  # (40 - 21.77) / 40


def test_exports_make_formulas_harmless(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    with company_scope(system_actor(acme.pk, "test")):
        Party.objects.filter(pk=shop["zen"]).update(name="=1+1")
    assert "'=1+1" in text_of(log_in().get(reverse("customers:customers") + "?export=csv"))


def test_a_warehouse_clerk_finds_no_door_to_quotations(shop: dict[str, int], log_in: LogIn) -> None:
    client = log_in(Role.WAREHOUSE_CLERK)
    assert client.get(reverse("pipeline:quotations")).status_code == 403
    assert client.post(reverse("pipeline:accept", args=[shop["quotation"]])).status_code == 403
    assert client.get(reverse("catalog:products")).status_code == 200


def test_what_is_not_there_is_not_found(shop: dict[str, int], log_in: LogIn) -> None:
    client = log_in(Role.ADMINISTRATOR)
    for name in ("catalog:product", "catalog:edit_product", "parties:party", "parties:edit_party", "customers:customer"):
        assert client.get(reverse(name, args=[4711])).status_code == 404, name
    for name in ("quotation", "edit_quotation", "opportunity", "edit_opportunity", "lose_opportunity"):
        assert client.get(reverse(f"pipeline:{name}", args=[4711])).status_code == 404, name


def test_the_lines_editor_knows_price_and_stock(shop: dict[str, int], log_in: LogIn) -> None:
    client = log_in()
    body = {"products": ["LAMP", "4006381333931", "GHOST"], "header": {"customer": str(shop["zen"])}}
    status, answer = send(client, "lookup", body)
    lamp = answer["products"]["LAMP"]
    assert (status, sorted(answer["products"])) == (200, ["4006381333931", "LAMP"])
    assert (lamp["price"], lamp["on_hand"], lamp["reserved"], lamp["available"], lamp["stocked"]) == ("40", "10", "4", "6", True)
    assert "cost" not in lamp
    assert (lamp["unit"], lamp["base"]) == ("PC", "PC")
    units = [(one["unit"], one["numerator"], one["price"]) for one in lamp["units"]]
    assert units == [("PC", 1, "40"), ("box", 6, "240"), ("DZ", 12, "480")]
    assert send(log_in(Role.SALES_MANAGER), "lookup", body)[1]["products"]["LAMP"]["cost"] == "21.77"
    assert client.get(reverse("pipeline:suggest") + "?q=BOX6").json()["products"][0]["unit"] == "box"


def header(shop: dict[str, int], **changes: str) -> dict[str, str]:
    return {"customer": str(shop["zen"]), "date": TODAY.isoformat(), "promised_date": "", "prices": "exclusive", **changes}


def rows(quantity: str = "2", price: str = "") -> list[dict[str, str]]:
    return [{"product": "LAMP", "quantity": quantity, "price": price}]


def test_a_draft_saves_itself_and_keeps_saving_the_same_quotation(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    client = log_in()
    status, first = send(client, "autosave_new", {"header": header(shop), "lines": rows(), "version": 0})
    assert status == 200
    second = client.post(
        first["autosave_url"],
        json.dumps({"header": header(shop, reference="PO 9"), "lines": rows("5"), "version": first["version"]}),
        content_type="application/json",
    )
    assert second.status_code == 200
    with company_scope(system_actor(acme.pk, "test")):
        quotation = Quotation.objects.order_by("-pk")[0]
        assert (Quotation.objects.count(), quotation.reference, quotation.net) == (2, "PO 9", Decimal(200))


def test_a_conflict_shows_what_the_other_one_saved(shop: dict[str, int], log_in: LogIn) -> None:
    client = log_in()
    body = {"header": header(shop, reference="mine"), "lines": rows("9"), "version": 1}
    status, answer = send(client, "autosave", body, shop["quotation"])
    theirs = [{**rows("3", "40")[0], "unit": "PC", "discount": ""}]
    assert (status, answer["theirs"]["header"]["reference"], answer["theirs"]["lines"]) == (409, TEXT, theirs)
    assert send(client, "autosave", {**body, "version": answer["version"]}, shop["quotation"])[0] == 200


def test_a_discount_is_typed_in_percent_and_a_description_stays(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    client, actor = log_in(), system_actor(acme.pk, "test")
    with company_scope(actor):
        lines = [line(shop["lamp"], "3", discount=Decimal("0.1"), description="Special")]
        draft = QuotationDraft(id=shop["quotation"], customer_id=shop["zen"], date=TODAY, lines=lines)
        save_quotations(quotations=[draft], actor=actor, at=AT)

    def saved(price: str, discount: str) -> tuple[Decimal, Decimal, str]:
        typed = [{**rows("4", price)[0], "discount": discount}]
        assert send(client, "submit", {"header": header(shop), "lines": typed}, shop["quotation"])[0] == 200
        with company_scope(actor):
            one = QuotationLine.objects.get(quotation_id=shop["quotation"])
            return one.unit_price, one.discount, one.description

    page = text_of(client.get(reverse("pipeline:edit_quotation", args=[shop["quotation"]])))
    assert '"discount": "10"' in page and '"price": "40"' in page
    assert saved("40", "12.5") == (Decimal(40), Decimal("0.125"), "Special")
    assert saved("35", "") == (Decimal(35), Decimal(0), "Special")
    typed = [{**rows("4", "40")[0], "discount": text} for text in ("101", "-1", "x")]
    status, answer = send(client, "submit", {"header": header(shop), "lines": typed}, shop["quotation"])
    assert status == 422
    assert sorted(error["field"] for error in answer["errors"]) == [f"lines.{i}.discount" for i in range(3)]


def test_a_line_is_typed_by_the_box_and_scanned_by_its_barcode(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    names = ("product", "quantity", "unit", "price")
    told = [("LAMP", "2", "box", "200"), ("BOX6", "1", "", ""), ("BOX6", "3", "PC", "")]
    client, typed = log_in(), [dict(zip(names, values, strict=True)) for values in told]
    assert send(client, "submit", {"header": header(shop), "lines": typed}, shop["quotation"])[0] == 200
    with company_scope(system_actor(acme.pk, "test")):
        lines = QuotationLine.objects.filter(quotation_id=shop["quotation"]).order_by("sequence")
        stored = [(one.entered_quantity, one.unit, one.quantity, one.net) for one in lines]
        assert stored == [(2, "box", 12, 400), (1, "box", 6, 240), (3, "PC", 3, 120)]
    page = text_of(client.get(reverse("pipeline:quotation", args=[shop["quotation"]])))
    assert "(12 PC)" in page and "/ box" in page
    wrong = [{**typed[0], "unit": "bag"}, {**typed[0], "quantity": "0.1"}]
    status, answer = send(client, "submit", {"header": header(shop), "lines": wrong}, shop["quotation"])
    assert (status, sorted(error["field"] for error in answer["errors"])) == (422, ["lines.0.unit", "lines.1.quantity"])


def test_all_errors_of_the_editor_come_at_once(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    lines = [{"product": "GHOST", "quantity": "x", "price": "-1"}, *rows("-2", "abc")]
    body = {"header": header(shop, valid_until_date="soon", warehouse="9999"), "lines": lines, "verb": "save"}
    status, answer = send(log_in(), "submit_new", body)
    assert status == 422
    assert sorted(error["field"] for error in answer["errors"]) == [
        "lines.0.product",
        "lines.0.quantity",
        "lines.1.price",
        "valid_until_date",
        "warehouse",
    ]
    with company_scope(system_actor(acme.pk, "test")):
        assert Quotation.objects.count() == 1


def test_a_decimal_comma_is_refused_beside_its_field_and_grouping_is_read(
    shop: dict[str, int], log_in: LogIn, acme: Company
) -> None:
    client, typed = log_in(), [{**rows("2,5", "39,90")[0], "discount": "7,5 %"}]
    for name in ("autosave_new", "submit_new"):
        status, answer = send(client, name, {"header": header(shop), "lines": typed})
        assert (status, {error["field"]: error["message"] for error in answer["errors"]}) == (
            422,
            {
                "lines.0.quantity": "Write 2.5 with a point.",
                "lines.0.price": "Write 39.90 with a point.",
                "lines.0.discount": "Write 7.5 with a point.",
            },
        )
    grouped = [{**rows("1,200", "1,039.90")[0], "discount": "5%"}]
    assert send(client, "submit_new", {"header": header(shop), "lines": grouped})[0] == 200
    with company_scope(system_actor(acme.pk, "test")):
        line = QuotationLine.objects.order_by("-pk")[0]
        assert (line.quantity, line.unit_price, line.discount) == (1200, Decimal("1039.9"), Decimal("0.05"))


@pytest.mark.parametrize("body", [[], {}, {"header": [], "lines": {}}, {"header": {}, "lines": [1]}])
def test_nonsense_is_refused(shop: dict[str, int], log_in: LogIn, body: Any) -> None:
    assert send(log_in(), "submit_new", body)[0] == 422


def test_a_body_nested_too_deeply_is_no_quotation(log_in: LogIn) -> None:
    body = b'{"lines":' + b"[" * 5000
    assert log_in().post(reverse("pipeline:submit_new"), body, content_type="application/json").status_code == 422


def test_an_order_is_entered_in_one_step_and_once(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    client = log_in()
    body = {"header": header(shop), "lines": rows(), "verb": "order", "token": "0b0f0a52-7c8c-4b53-9a2e-4f9a5a3a4c11"}
    status, answer = send(client, "submit_new", body)
    assert status == 200 and client.get(answer["url"]).status_code == 200
    status, answer = send(client, "submit_new", body)
    assert status == 422 and "Already done by" in answer["errors"][0]["message"]
    with company_scope(system_actor(acme.pk, "test")):
        assert SalesOrder.objects.get().total == Decimal("90.4")


def test_a_refused_order_comes_back_with_its_remedy(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    status, answer = send(log_in(), "submit_new", {"header": header(shop), "lines": rows("1", "29"), "verb": "order"})
    assert (status, answer["errors"][0]["field"]) == (422, "lines.0.price")
    assert answer["errors"][0]["message"].endswith("Raise the price or lower the discount.")
    with company_scope(system_actor(acme.pk, "test")):
        assert Quotation.objects.count() == 1


def test_accepting_twice_says_so_once(shop: dict[str, int], log_in: LogIn) -> None:
    client, url = log_in(), reverse("pipeline:accept", args=[shop["quotation"]])
    assert "is placed" in text_of(client.post(url, {"next": reverse("pipeline:quotations")}, follow=True))
    text = text_of(client.post(url, {"next": reverse("pipeline:quotations")}, follow=True))
    assert "is already Accepted. Reload the page" in text
    assert "Open the thread" in text_of(client.get(reverse("pipeline:quotation", args=[shop["quotation"]])))


def test_an_opportunity_is_opened_moved_and_lost(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    client = log_in()
    made = client.post(
        reverse("pipeline:new_opportunity"), {"customer": "ZEN", "name": "Hall", "chance": "30", "expected_amount": "50"}
    )
    pk = int(made.url.rstrip("/").rsplit("/", 1)[1])
    client.post(reverse("pipeline:move_opportunity", args=[pk, "qualified"]))
    assert "Say why" not in text_of(client.get(reverse("pipeline:lose_opportunity", args=[pk])))
    client.post(reverse("pipeline:lose_opportunity", args=[pk]), {"lost_reason": "price"})
    with company_scope(system_actor(acme.pk, "test")):
        opportunity = Opportunity.objects.get(pk=pk)
        assert (opportunity.stage, opportunity.lost_reason, opportunity.probability) == ("lost", "price", 0)


def test_a_product_is_created_and_changed_by_form(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    client = log_in(Role.BUYER)
    data = {
        "sku": "NEW",
        "name": "New",
        "kind": "stocked",
        "supply": "buy",
        "unit": "PC",
        "tax_code": "STD",
        "list_price": "9.5",
        "active": "on",
    }
    data |= {"units-TOTAL_FORMS": "1", "units-INITIAL_FORMS": "0"}
    data |= {"units-0-code": "PC", "units-0-denominator": "1", "units-0-numerator": "12"}
    assert "NEW is counted in PC anyway" in text_of(client.post(reverse("catalog:new_product"), data))
    data["units-0-code"] = "box"
    made = client.post(reverse("catalog:new_product"), data)
    pk = int(made.url.rstrip("/").rsplit("/", 1)[1])
    data["units-INITIAL_FORMS"] = "1"
    assert "1 box = 12 PC" in text_of(client.get(made.url))
    refused = text_of(client.post(reverse("catalog:edit_product", args=[pk]), {**data, "sku": "LAMP", "price_floor": "10"}))
    assert "There is already a SKU “LAMP”" in refused and "above the list price" in refused
    stale = text_of(client.post(reverse("catalog:edit_product", args=[pk]), {**data, "name": "Newer", "version": "1"}))
    assert "was changed by somebody else" in stale and "Saved meanwhile: “New”." in stale
    with company_scope(system_actor(acme.pk, "test")):
        assert Product.objects.get(pk=pk).name == "New"
    dropped = {**data, "units-0-DELETE": "on"}
    client.post(reverse("catalog:edit_product", args=[pk]), dropped)
    with company_scope(system_actor(acme.pk, "test")):
        assert not Product.objects.get(pk=pk).units.exists()


def test_a_party_is_created_with_a_contact_by_form(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    client = log_in()
    data = {
        "code": "NEU",
        "name": TEXT,
        "is_customer": "on",
        "currency_code": "EUR",
        "payment_term_code": "NET30",
        "active": "on",
        "contacts-TOTAL_FORMS": "1",
        "contacts-INITIAL_FORMS": "0",
        "contacts-0-name": "Anna",
        "contacts-0-email": "anna@x",
        "addresses-TOTAL_FORMS": "1",
        "addresses-INITIAL_FORMS": "0",
        "addresses-0-purpose": "billing",
    }
    assert "Enter a valid email address" in text_of(client.post(reverse("parties:new_party"), data))
    made = client.post(reverse("parties:new_party"), {**data, "contacts-0-email": "anna@neu.example"})
    pk = int(made.url.rstrip("/").rsplit("/", 1)[1])
    with company_scope(system_actor(acme.pk, "test")):
        party = Party.objects.get(pk=pk)
        assert (party.name, party.contacts.get().name, party.addresses.count()) == (TEXT, "Anna", 0)


def test_lists_cost_the_same_for_few_and_many_rows(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    from tests.support.cast import counted_statements

    client = log_in()
    client.get(reverse("pipeline:quotations"))
    with counted_statements() as few:
        client.get(reverse("pipeline:quotations"))
    with company_scope(actor := system_actor(acme.pk, "test")):
        draft = QuotationDraft(customer_id=shop["zen"], date=TODAY, lines=[line(shop["lamp"])])
        save_quotations(quotations=[draft] * 20, actor=actor, at=AT)
    with counted_statements() as many:
        client.get(reverse("pipeline:quotations"))
    assert few() == many()
