"""Forms that do what was meant: numbers as written, drafts that are really saved, nothing posted twice."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.driver import Visitor
from tests.browser.editor import Editor
from tests.browser.people import ADMINISTRATOR, SALES_MANAGER, SALESPERSON, People, new_reference

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("browser")]


def test_a_decimal_comma_and_an_unknown_product_are_marked_together(people: People) -> None:
    editor = Editor.new(people.page(SALESPERSON), people.site, "C-1003")
    editor.type(0, "NL-9001", "2,5")
    editor.paste(1, ("NO-SUCH", "1"), ("NL-9003", "1,200", "3,25"))
    expect(editor.row(1).locator(".w-sku .w-error")).to_be_visible()
    editor.press("save")
    expect(editor.row(0).locator(".w-qty .w-error")).to_have_text("Write 2.5 with a point.")
    expect(editor.row(1).locator(".w-sku .w-error")).to_be_visible()
    expect(editor.row(2).locator(".w-price .w-error")).to_have_text("Write 3.25 with a point.")
    expect(editor.row(2).locator(".w-qty .w-error")).to_be_hidden()
    assert editor.page.locator(".w-summary li").count() == 3


def test_whoever_was_logged_out_is_told_and_saves_after_logging_in_elsewhere(visitor: Visitor) -> None:
    page = visitor.page()
    visitor.log_in(page, reverse("identity:login"), user=SALES_MANAGER)
    editor = Editor.new(page, visitor.site, "C-1004")
    editor.type(0, "NL-1002", "7")
    expect(page.locator(".w-saved")).to_contain_text("Draft saved")
    visitor.context.clear_cookies(name="sessionid")
    editor.field(0, "quantity").fill("8")
    expect(page.locator(".w-saved")).to_have_text("You are logged out. Log in in a new tab, then save.")
    visitor.log_in(visitor.page(), reverse("identity:login"), user=SALES_MANAGER)
    editor.save()
    expect(page.locator(".w-lines tbody tr").first).to_contain_text("8")
    assert visitor.complaints == []


def test_going_back_to_a_posted_payment_asks_before_another_is_entered(people: People) -> None:
    page = people.page(ADMINISTRATOR, reverse("receivables:new_payment", query={"customer": "C-1003"}))
    expect(page.locator("[name=amount]")).to_be_focused()
    page.fill("[name=amount]", "1.5")
    page.get_by_role("button", name="Post payment").click()
    expect(page.get_by_role("status").first).to_contain_text("Payment posted.")
    page.go_back()
    bar = page.get_by_text("Already posted. Enter another?")
    expect(bar).to_be_visible()
    assert page.locator("main form[method=post]").evaluate("(form) => form.inert")
    page.get_by_role("button", name="Enter another").click()
    expect(bar).to_be_hidden()
    page.fill("[name=amount]", "2.5")
    page.get_by_role("button", name="Post payment").click()
    expect(page.get_by_role("status").first).to_contain_text("Payment posted.")


def test_a_refused_form_is_simply_sent_again(people: People) -> None:
    page = people.page(ADMINISTRATOR, reverse("receivables:new_payment", query={"customer": "C-1003"}))
    page.fill("[name=amount]", "2,5")
    page.get_by_role("button", name="Post payment").click()
    expect(page.locator(".w-summary")).to_contain_text("Write 2.5 with a point.")
    page.fill("[name=amount]", "2.5")
    page.get_by_role("button", name="Post payment").click()
    expect(page.get_by_role("status").first).to_contain_text("Payment posted.")


def test_a_new_quotation_becomes_its_draft_and_what_is_unsaved_goes_with_the_page(people: People) -> None:
    page = people.page(SALES_MANAGER)
    editor = Editor.new(page, people.site, "C-1004")
    editor.type(0, "NL-1002", "7")
    expect(page).to_have_url(re.compile(r"/quotations/\d+/edit/$"))
    address = page.url
    editor.field(0, "quantity").fill("9")
    page.goto(people.site.url + reverse("pipeline:quotations"))
    page.goto(address)
    for _attempt in range(40):  # what is sent on leaving may arrive after the next page was drawn
        if editor.field(0, "quantity").input_value() == "9":
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(editor.field(0, "quantity")).to_have_value("9")


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("pipeline:new_quotation", "customer"),
        ("pipeline:new_order", "customer"),
        ("receivables:new_payment", "customer"),
        ("inventory:new_receipt", "warehouse"),
        ("inventory:new_adjustment", "warehouse"),
    ],
)
def test_a_new_document_begins_in_its_first_field(people: People, name: str, first: str) -> None:
    page = people.page(ADMINISTRATOR, reverse(name))
    expect(page.locator(f"main [name={first}]")).to_be_focused()


def test_a_conflict_names_fields_as_the_page_does(people: People) -> None:
    helper = people.page(SALES_MANAGER)
    quotation, _reference = people.quotation(helper, ("NL-9001", "5"))
    first, second = (open_draft(people, person, quotation) for person in (SALES_MANAGER, SALESPERSON))
    with first.expect_response(re.compile("/autosave/")):
        first.fill("[name=reference]", new_reference())
        first.select_option("[name=partial_delivery]", "yes")
    second.fill("[name=reference]", new_reference())
    dialog = second.get_by_role("dialog")
    expect(dialog.locator("tbody th")).to_have_text(["Delivery terms", "Customer's reference"])
    expect(dialog).to_contain_text("Partial deliveries allowed")
    dialog.get_by_role("button", name="Keep mine").click()
    expect(dialog).to_be_hidden()


def open_draft(people: People, person: str, quotation: int) -> Page:
    page = people.page(person, reverse("pipeline:edit_quotation", args=[quotation]))
    expect(page.locator("#lines-0-quantity")).not_to_have_value("")
    return page
