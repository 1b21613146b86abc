"""The line of Weft as people walk it, on a site with its real web server and worker."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.driver import Site, Visitor
from tests.browser.editor import Editor
from tests.browser.people import SALES_MANAGER, SALESPERSON, People

pytestmark = pytest.mark.xdist_group("browser")


def accept(page: Page) -> None:
    page.locator("[data-verb=accept]").click()


def orders_of(page: Page, site: Site, reference: str) -> int:
    page.goto(f"{site.url}{reverse('sales:orders')}?q={reference}")
    return page.locator("#list-table tbody tr").count()


def test_a_wrong_password_is_refused_and_the_right_one_opens_home(visitor: Visitor, page: Page) -> None:
    page.goto(visitor.site.url + reverse("identity:login"))
    page.fill("[name=username]", SALESPERSON)
    page.fill("[name=password]", "not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page).to_have_url(re.compile(reverse("identity:login")))
    visitor.log_in(page, reverse("identity:login"), user=SALESPERSON)
    expect(page.locator("#rail")).to_be_visible()
    assert visitor.complaints == []


def test_the_kit_draws_every_component_without_an_error(people: People) -> None:
    page = people.page("demo", reverse("screens:kit"))
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator("main")).to_contain_text(re.compile(r"\w"))


def test_a_quotation_by_keyboard_and_paste_becomes_delivery_and_invoice_by_itself(people: People) -> None:
    page = people.page(SALES_MANAGER)
    editor = Editor.new(page, people.site, "C-1002")
    editor.type(0, "NL-1001", "3")
    editor.paste(1, ("NL-9001", "10"), ("NL-9003", "2"))
    expect(editor.field(2, "quantity")).to_have_value("2")
    expect(editor.row(0).locator(".w-stock")).to_contain_text(re.compile(r"\d"))
    expect(editor.row(0).locator(".w-stock")).to_have_attribute("title", re.compile(r"\d.*\d.*\d"))
    expect(editor.field(2, "price")).not_to_have_value("")
    editor.save()
    accept(page)
    expect(page.get_by_role("status")).to_contain_text("SO-")
    page.locator("main a[href*=thread]").first.click()
    for kind in ("Delivery", "Invoice"):
        expect_to_come(page, kind)


def expect_to_come(page: Page, kind: str) -> None:
    """Somebody presses reload until the worker has done it."""
    node = page.locator(".w-node", has=page.get_by_text(kind, exact=True)).first
    for _attempt in range(40):
        if node.is_visible():
            return
        page.wait_for_timeout(250)
        page.reload()
    expect(node).to_be_visible()


@pytest.mark.parametrize(("person", "sees"), [(SALESPERSON, False), (SALES_MANAGER, True)])
def test_the_margin_is_for_those_who_may_see_cost(people: People, person: str, sees: bool) -> None:
    page = people.page(person)
    editor = Editor.new(page, people.site, "C-1003")
    with page.expect_response(re.compile(re.escape(reverse("pipeline:lookup")))) as answered:
        editor.type(0, "NL-1001", "1")
    expect(page.get_by_role("columnheader", name="Margin")).to_have_count(int(sees))
    assert ("cost" in answered.value.json()["products"]["NL-1001"]) is sees


def test_a_price_below_the_floor_is_refused_beside_its_line(people: People) -> None:
    editor = Editor.new(people.page(SALESPERSON), people.site, "C-1003")
    editor.type(0, "NL-9001", "5")
    editor.type(1, "NL-1001", "1")
    editor.field(1, "price").fill("1")
    editor.press("order")
    expect(editor.row(1).locator(".w-price .w-error")).to_contain_text("55")
    expect(editor.row(0).locator(".w-error:visible")).to_have_count(0)
    expect(editor.page.locator(".w-summary")).to_be_visible()


def test_a_double_click_on_a_verb_has_one_effect(people: People) -> None:
    page = people.page(SALES_MANAGER)
    quotation, reference = people.quotation(page, ("NL-9002", "1"))
    page.goto(people.site.url + reverse("pipeline:quotation", args=[quotation]))
    page.locator("[data-verb=accept]").dblclick()
    expect(page.get_by_role("status")).to_contain_text("SO-")
    assert orders_of(page, people.site, reference) == 1


def test_two_people_pressing_the_same_button_have_one_effect_and_one_is_told(people: People) -> None:
    first, second = people.page(SALES_MANAGER), people.page(SALESPERSON)
    quotation, reference = people.quotation(first, ("NL-9002", "1"))
    for page in (first, second):
        page.goto(people.site.url + reverse("pipeline:quotation", args=[quotation]))
    accept(first)
    expect(first.get_by_role("status")).to_contain_text("SO-")
    accept(second)
    expect(second.get_by_role("alert")).to_be_visible()
    assert orders_of(first, people.site, reference) == 1
