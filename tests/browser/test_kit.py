"""What the kit gives every page: keys, drafts of forms, files, tasks, counters, a timeline to narrow."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.people import ADMINISTRATOR, SALES_MANAGER, SALESPERSON, People, new_reference

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("browser")]

SCAN = """(code) => [...code, "Enter"].forEach((key) =>
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))"""


def first_order(people: People, person: str = SALES_MANAGER) -> Page:
    page = people.page(person, reverse("sales:orders"))
    page.locator("#list-table tbody tr a").first.click()
    expect(page.locator(".w-doc-head")).to_be_visible()
    return page


def test_the_sheet_of_keys_opens_and_each_letter_waits_for_a_scanner(people: People) -> None:
    page = people.page(SALES_MANAGER, reverse("sales:orders"))
    number = page.locator("#list-table tbody tr a").nth(1).inner_text()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("c")
    expect(page).to_have_url(re.compile(reverse("pipeline:new_order")))
    page.goto(people.site.url + reverse("screens:tasks"))
    page.evaluate(SCAN, "C-1002")  # begins with the letter that means "new"
    expect(page.locator("h1")).to_contain_text("C-1002")
    page.evaluate(SCAN, number)
    expect(page.locator("h1")).to_contain_text(number)


def test_j_and_k_walk_through_the_list_a_record_was_opened_from(people: People) -> None:
    page = people.page(SALES_MANAGER, reverse("sales:orders"))
    numbers = page.locator("#list-table tbody tr a.w-open").all_inner_texts()
    page.locator("#list-table tbody tr a.w-open").first.click()
    expect(page.locator("h1")).to_contain_text(numbers[0])
    page.keyboard.press("j")
    expect(page.locator("h1")).to_contain_text(numbers[1])
    page.keyboard.press("k")
    expect(page.locator("h1")).to_contain_text(numbers[0])


def test_a_form_that_was_left_offers_what_was_typed_and_forgets_it_when_saved(people: People) -> None:
    page = people.page(ADMINISTRATOR, reverse("inventory:new_warehouse"))
    code = new_reference()
    page.fill("[name=code]", code)
    page.fill("[name=name]", "Hall by the water")
    expect(page.locator(".w-draft-kept")).to_be_visible()
    page.goto(people.site.url + "/")
    page.goto(people.site.url + reverse("inventory:new_warehouse"))
    expect(page.locator("[name=code]")).to_have_value("")
    page.locator("[data-restore]").click()
    expect(page.locator("[name=code]")).to_have_value(code)
    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator("h1")).to_contain_text("Hall by the water")
    page.goto(people.site.url + reverse("inventory:new_warehouse"))
    expect(page.locator("[name=code]")).to_be_visible()
    expect(page.locator(".w-draft")).to_have_count(0)


def test_a_kept_form_of_a_record_changed_meanwhile_meets_the_other_value(people: People) -> None:
    page = people.page(ADMINISTRATOR, reverse("inventory:new_warehouse"))
    code = new_reference()
    page.fill("[name=code]", code)
    page.fill("[name=name]", "Before")
    page.keyboard.press("ControlOrMeta+s")
    expect(page).to_have_url(re.compile(r"/warehouses/\d+/$"))
    edit = page.url + "edit/"
    page.goto(edit)
    page.fill("[name=name]", "Mine")
    expect(page.locator(".w-draft-kept")).to_be_visible()
    page.goto(people.site.url + "/")
    resource = f"{people.site.url}/api/v1/erp/warehouses/{code}/"
    headers = {"Authorization": f"Bearer {people.site.api_key}"}
    etag = page.request.get(resource, headers=headers).headers.get("etag", "")
    changed = page.request.patch(resource, data={"name": "Theirs"}, headers={**headers, "If-Match": etag} if etag else headers)
    assert changed.ok, changed.text()
    page.goto(edit)
    expect(page.locator("[name=name]")).to_have_value("Theirs")
    page.locator("[data-restore]").click()
    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator("main")).to_contain_text("Saved meanwhile: “Theirs”.")
    expect(page.locator("[name=name]")).to_have_value("Mine")
    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator("h1")).to_contain_text("Mine")


def test_a_file_is_attached_found_and_removed_and_the_timeline_narrows_to_it(people: People) -> None:
    page = first_order(people, SALESPERSON)
    page.locator("#timeline textarea").fill("Please call first.")
    page.get_by_role("button", name="Add comment").click()
    expect(page.locator(".w-by-comment").first).to_contain_text("Please call first.")
    name = f"{new_reference()}.pdf"
    page.set_input_files("[data-drop] input[type=file]", {"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"})
    link = page.locator("#files").get_by_role("link", name=name)
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == name
    page.locator("[data-narrow=file]").click()
    expect(page.locator("#timeline li:visible").first).to_contain_text(name)
    expect(page.locator(".w-by-comment:visible")).to_have_count(0)
    page.locator("[data-narrow='']").click()
    expect(page.locator(".w-by-comment:visible").first).to_be_visible()
    page.locator("#files").get_by_role("button", name=f"Remove {name}").click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#files").get_by_role("link", name=name)).to_have_count(0)


def test_a_file_that_may_not_be_attached_is_refused_in_words(people: People) -> None:
    page = first_order(people, SALESPERSON)
    sent = {"name": "page.pdf", "mimeType": "application/pdf", "buffer": b"<script>alert(1)</script>"}
    page.set_input_files("[data-drop] input[type=file]", sent)
    expect(page.get_by_role("alert")).to_contain_text("not a file of an allowed type")


def test_a_task_for_a_colleague_is_on_their_home_and_ticked_off_there(people: People) -> None:
    page = first_order(people, SALESPERSON)
    subject = f"Call {new_reference()}"
    page.locator(".w-plan summary").click()
    page.fill("#task-subject", subject)
    page.select_option("#task-owner", label="Mara Sales Manager")
    page.get_by_role("button", name="Plan task").click()
    expect(page.locator("#tasks")).to_contain_text(subject)
    home = people.page(SALES_MANAGER, "/")
    expect(home.locator("main")).to_contain_text(subject)
    home.get_by_role("button", name=f"Done: {subject}").click()
    expect(home.get_by_role("status").first).to_contain_text("Done.")
    expect(home.get_by_role("button", name=f"Done: {subject}")).to_have_count(0)


def test_counters_of_an_order_open_what_they_count(people: People) -> None:
    page = people.page(ADMINISTRATOR, f"{reverse('sales:orders')}?state=invoiced")
    page.locator("#list-table tbody tr a").first.click()
    counter = page.locator(".w-counter", has_text="Invoice")
    expect(counter).to_be_visible()
    counter.click()
    expect(page.locator("h1")).to_contain_text("INV-")
    expect(page.locator(".w-counter", has_text="Sales order")).to_be_visible()


def test_the_button_of_a_row_asks_about_that_row_and_no_means_no(people: People) -> None:
    page = people.page(ADMINISTRATOR, reverse("automation:inbox"))
    dismiss = page.locator("#list-table tbody tr").first.get_by_role("button", name=re.compile("^Dismiss"))
    waiting = page.locator("#list-table tbody tr").count()
    dismiss.click()
    expect(page.locator("#confirm-text")).to_have_text("Dismiss this exception. Nothing is done about its document.")
    page.keyboard.press("Escape")
    expect(page.locator("#list-table tbody tr")).to_have_count(waiting)


def test_the_bulk_bar_leaves_the_totals_to_be_read(people: People) -> None:
    page = people.page(SALES_MANAGER, reverse("sales:orders"))
    page.locator("#list-table tbody input[name=ids]").first.check()
    expect(page.locator("#bulk-bar")).to_be_visible()
    totals, bar = page.locator("#list-table tfoot td").first.bounding_box(), page.locator("#bulk-bar").bounding_box()
    assert totals and bar and totals["y"] + totals["height"] <= bar["y"]
