"""What the lines editor of quotations and orders sends and is answered."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crm.pipeline.drafts import QuotationDraft
from crm.pipeline.models import Quotation, QuotationLine
from crm.pipeline.operations.save_quotations import save_quotations
from erp.catalog.models import Product
from erp.core.actor import system_actor
from erp.core.scope import company_scope
from erp.identity.models import Company
from erp.identity.roles import Role
from erp.sales.models import SalesOrder
from tests.crm.pipeline.test_save_quotations import line
from tests.crm.shop import TEXT, LogIn, header, rows, send, text_of
from tests.support.cast import AT, TODAY


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


def version_of(client: Client, shop: dict[str, int]) -> int:
    """The version of the quotation as its editor shows it."""
    version: int = client.get(reverse("pipeline:edit_quotation", args=[shop["quotation"]])).context["editor"].version
    return version


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


def test_an_edit_without_a_version_is_a_conflict(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    client, body = log_in(), {"header": header(shop), "lines": rows("9")}
    for name in ("autosave", "submit"):
        status, answer = send(client, name, body, shop["quotation"])
        assert (status, answer["theirs"]["lines"][0]["quantity"]) == (409, "3")
    product = reverse("catalog:edit_product", args=[shop["lamp"]])
    manager = log_in(Role.ADMINISTRATOR)
    form = manager.get(product).context["form"]
    sent = {bound.name: bound.value() or "" for bound in form if not bound.field.disabled} | {
        "units-TOTAL_FORMS": "0",
        "units-INITIAL_FORMS": "0",
    }
    refused = manager.post(product, {**sent, "version": "", "name": "Unseen"})
    assert "was changed by somebody else" in text_of(refused)
    assert manager.post(product, {**sent, "name": "Seen"}).status_code == 302
    with company_scope(system_actor(acme.pk, "test")):
        assert Product.objects.get(pk=shop["lamp"]).name == "Seen"


@pytest.mark.parametrize(
    ("headers", "status", "told"),
    [
        ({"Accept": "application/json"}, 401, ("Content-Type", "application/problem+json")),
        ({"HX-Request": "true", "HX-Current-URL": "http://testserver/crm/"}, 204, ("HX-Redirect", "/login/?next=")),
        ({"HX-Request": "true", "HX-Current-URL": "http://evil.example/"}, 204, ("HX-Redirect", "/login/?next=/")),
        ({}, 302, ("Location", "/login/?next=")),
    ],
)
def test_whoever_is_logged_out_is_told_so_in_the_language_of_the_request(
    shop: dict[str, int], headers: dict[str, str], status: int, told: tuple[str, str]
) -> None:
    answer = Client().post(reverse("pipeline:autosave_new"), b"{}", content_type="text/plain", headers=headers)
    assert answer.status_code == status
    assert told[1] in answer.headers[told[0]]
    assert "evil" not in str(answer.headers)


def test_a_discount_is_typed_in_percent_and_a_description_stays(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    client, actor = log_in(), system_actor(acme.pk, "test")
    with company_scope(actor):
        lines = [line(shop["lamp"], "3", discount=Decimal("0.1"), description="Special")]
        draft = QuotationDraft(id=shop["quotation"], customer_id=shop["zen"], date=TODAY, lines=lines)
        save_quotations(quotations=[draft], actor=actor, at=AT)

    def saved(price: str, discount: str) -> tuple[Decimal, Decimal, str]:
        typed = [{**rows("4", price)[0], "discount": discount}]
        body = {"header": header(shop), "lines": typed, "version": version_of(client, shop)}
        assert send(client, "submit", body, shop["quotation"])[0] == 200
        with company_scope(actor):
            one = QuotationLine.objects.get(quotation_id=shop["quotation"])
            return one.unit_price, one.discount, one.description

    page = text_of(client.get(reverse("pipeline:edit_quotation", args=[shop["quotation"]])))
    assert '"discount": "10"' in page and '"price": "40"' in page
    assert saved("40", "12.5") == (Decimal(40), Decimal("0.125"), "Special")
    assert saved("35", "") == (Decimal(35), Decimal(0), "Special")
    typed = [{**rows("4", "40")[0], "discount": text} for text in ("101", "-1", "x")]
    body = {"header": header(shop), "lines": typed, "version": version_of(client, shop)}
    status, answer = send(client, "submit", body, shop["quotation"])
    assert status == 422
    assert sorted(error["field"] for error in answer["errors"]) == [f"lines.{i}.discount" for i in range(3)]


def test_a_line_is_typed_by_the_box_and_scanned_by_its_barcode(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    names = ("product", "quantity", "unit", "price")
    told = [("LAMP", "2", "box", "200"), ("BOX6", "1", "", ""), ("BOX6", "3", "PC", "")]
    client, typed = log_in(), [dict(zip(names, values, strict=True)) for values in told]
    body = {"header": header(shop), "lines": typed, "version": version_of(client, shop)}
    assert send(client, "submit", body, shop["quotation"])[0] == 200
    with company_scope(system_actor(acme.pk, "test")):
        lines = QuotationLine.objects.filter(quotation_id=shop["quotation"]).order_by("sequence")
        stored = [(one.entered_quantity, one.unit, one.quantity, one.net) for one in lines]
        assert stored == [(2, "box", 12, 400), (1, "box", 6, 240), (3, "PC", 3, 120)]
    page = text_of(client.get(reverse("pipeline:quotation", args=[shop["quotation"]])))
    assert "(12 PC)" in page and "/ box" in page
    wrong = [{**typed[0], "unit": "bag"}, {**typed[0], "quantity": "0.1"}]
    body |= {"lines": wrong, "version": version_of(client, shop)}
    status, answer = send(client, "submit", body, shop["quotation"])
    assert (status, sorted(error["field"] for error in answer["errors"])) == (422, ["lines.0.unit", "lines.1.quantity"])


def test_all_errors_of_the_editor_come_at_once(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    lines = [{"product": "GHOST", "quantity": "x", "price": "-1"}, *rows("-2", "abc")]
    body = {"header": header(shop, valid_until_date="soon", warehouse="9999"), "lines": lines, "verb": "save"}
    status, answer = send(log_in(), "submit_new", body)
    assert status == 422
    assert sorted(error["field"] for error in answer["errors"]) == [
        "lines.0.price",
        "lines.0.product",
        "lines.0.quantity",
        "lines.1.price",
        "lines.1.quantity",
        "valid_until_date",
        "warehouse",
    ]
    with company_scope(system_actor(acme.pk, "test")):
        assert Quotation.objects.count() == 1


def test_a_price_below_the_floor_is_said_beside_what_else_is_wrong(shop: dict[str, int], log_in: LogIn) -> None:
    typed = [*rows("1", "-1"), *rows("1", "29"), {"product": "GHOST", "quantity": "1"}]
    status, answer = send(log_in(), "submit_new", {"header": header(shop), "lines": typed, "verb": "order"})
    told = {error["field"]: error["message"] for error in answer["errors"]}
    assert (status, set(told)) == (422, {"lines.0.price", "lines.1.price", "lines.2.product"})
    assert "below the price floor of 30" in told["lines.1.price"]


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
