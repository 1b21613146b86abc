"""What makes the screens good to work in all day: drafts, conflicts, the palette, the powers of lists, the phone."""

import csv
import io
import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.editor import Editor
from tests.browser.people import PHONE, SALES_MANAGER, SALESPERSON, People, new_reference

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("browser")]
FORMULA = '=HYPERLINK("http://evil.example")'


def edit(people: People, person: str, quotation: int) -> Editor:
    page = people.page(person, reverse("pipeline:edit_quotation", args=[quotation]))
    expect(page.locator("#lines-0-quantity")).not_to_have_value("")
    return Editor(page)


def quotations(people: People, page: Page, query: str) -> None:
    page.goto(f"{people.site.url}{reverse('pipeline:quotations')}?{query}")


def listed(page: Page) -> int:
    return page.locator("#list-table tbody tr").count()


def test_a_draft_saves_itself_and_is_there_after_a_reload(people: People) -> None:
    page = people.page(SALES_MANAGER)
    reference = new_reference()
    editor = Editor.new(page, people.site, "C-1004")
    page.fill("[name=reference]", reference)
    with page.expect_response(re.compile("/autosave/")) as saved:
        editor.type(0, "NL-1002", "7")
    assert saved.value.status == 200
    quotations(people, page, f"q={reference}")
    assert listed(page) == 1
    record = page.locator("#list-table tbody tr").get_attribute("data-url") or ""
    page.goto(f"{people.site.url}{record.split('?')[0]}edit/")
    expect(editor.field(0, "product")).to_have_value("NL-1002")
    expect(editor.field(0, "quantity")).to_have_value("7")
    with page.expect_response(re.compile("/autosave/")) as saved:
        editor.field(0, "quantity").fill("8")
    assert saved.value.status == 200
    page.reload()
    expect(editor.field(0, "quantity")).to_have_value("8")


def test_a_box_is_chosen_pasted_scanned_and_discounted_and_the_draft_saves_itself(people: People) -> None:
    page = people.page(SALES_MANAGER)
    editor = Editor.new(page, people.site, "C-1004")
    editor.type(0, "NL-9001", "3")
    expect(editor.field(0, "price")).to_have_value("6.9")
    editor.field(0, "unit").select_option("box")
    expect(editor.field(0, "price")).to_have_value("82.8")
    expect(editor.row(0)).to_contain_text("= 36 PC")
    editor.field(0, "discount").fill("5")
    expect(editor.row(0)).to_contain_text("235.98")
    with page.expect_response(re.compile("/autosave/")) as saved:
        editor.paste(1, ("NL-9001", "1", "pallet", "2500", "10%"), ("8710000090012", "2"))
    assert saved.value.status == 200
    expect(editor.row(1)).to_contain_text("2,250.00")
    expect(editor.field(2, "product")).to_have_value("NL-9001")
    expect(editor.field(2, "unit")).to_have_value("box")
    editor.save()
    rows = page.locator(".w-lines").first.locator("tbody tr")
    for i, words in enumerate(("3 box (36 PC)", "1 pallet (480 PC)", "2 box (24 PC)")):
        expect(rows.nth(i)).to_contain_text(re.compile(re.escape(words).replace(r"\ ", r"\s*")))


def test_the_barcode_of_a_box_offers_the_product_and_taking_it_chooses_the_box(people: People) -> None:
    page = people.page(SALESPERSON)
    editor = Editor.new(page, people.site, "C-1003")
    editor.field(0, "product").focus()
    page.keyboard.type("8710000090012")
    option = page.locator("#product-options [role=option]")
    expect(option).to_contain_text(re.compile("NL-9001.*box"))
    page.keyboard.press("Enter")
    expect(editor.field(0, "quantity")).to_be_focused()
    expect(editor.field(0, "product")).to_have_value("NL-9001")
    expect(editor.field(0, "unit")).to_have_value("box")
    expect(editor.field(0, "price")).to_have_value("82.8")


def test_a_unit_the_product_does_not_have_is_refused_beside_its_line(people: People) -> None:
    editor = Editor.new(people.page(SALESPERSON), people.site, "C-1003")
    editor.paste(0, ("NL-9003", "2", "bag"), ("NL-9001", "0.3", "box"))
    expect(editor.field(0, "unit")).to_have_value("bag")
    editor.press("save")
    expect(editor.row(0).locator(".w-unit-cell .w-error")).to_contain_text("bag")
    expect(editor.row(1).locator(".w-qty .w-error")).to_contain_text("whole PC")


@pytest.mark.parametrize(("choice", "stays"), [("Keep mine", "22"), ("Take theirs", "11")])
def test_when_two_people_edit_the_second_sees_both_values_and_chooses(people: People, choice: str, stays: str) -> None:
    helper = people.page(SALES_MANAGER)
    quotation, _reference = people.quotation(helper, ("NL-9001", "5"))
    first, second = edit(people, SALES_MANAGER, quotation), edit(people, SALESPERSON, quotation)
    with first.page.expect_response(re.compile("/autosave/")):
        first.field(0, "quantity").fill("11")
    second.field(0, "quantity").fill("22")
    dialog = second.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Mara")
    expect(dialog.locator("tbody")).to_contain_text("× 22")
    expect(dialog.locator("tbody")).to_contain_text("× 11")
    dialog.get_by_role("button", name=choice).click()
    expect(dialog).to_be_hidden()
    second.save()
    expect(second.page.locator(".w-lines tbody tr").first).to_contain_text(stays)


def test_the_palette_opens_a_number_and_a_screen(people: People) -> None:
    page = people.page(SALES_MANAGER, reverse("sales:orders"))
    number = page.locator("#list-table tbody tr a").first.inner_text()
    page.keyboard.press("ControlOrMeta+k")
    expect(page.locator("#palette-input")).to_be_focused()
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(number)
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.type("quotat")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(reverse("pipeline:quotations") + "$"))


def test_a_filter_becomes_a_chip_that_can_be_taken_away(people: People) -> None:
    page = people.page(SALES_MANAGER, reverse("sales:orders"))
    everything = page.locator(".w-count").inner_text()
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_label("Customer code").fill("C-1002")
    page.get_by_role("button", name="Apply filters").click()
    chip = page.locator(".w-chip")
    expect(chip).to_contain_text("C-1002")
    expect(page).to_have_url(re.compile("C-1002"))
    assert set(page.locator("#list-table tbody tr td:nth-child(3)").all_inner_texts()) == {"Hotel Vesterport"}
    chip.get_by_role("link").click()
    expect(chip).to_have_count(0)
    expect(page.locator(".w-count")).to_have_text(everything)


def test_a_click_sorts_and_another_turns_it_round(people: People) -> None:
    page = people.page(SALES_MANAGER, reverse("sales:orders"))
    header = page.locator("#list-table th[data-name=number]")
    header.get_by_role("link").click()
    expect(header).to_have_attribute("aria-sort", "ascending")
    numbers = page.locator("#list-table tbody td .w-code").all_inner_texts()
    header.get_by_role("link").click()
    expect(header).to_have_attribute("aria-sort", "descending")
    assert page.locator("#list-table tbody td .w-code").first.inner_text() >= numbers[-1]


def test_all_matching_rows_are_done_at_once_and_the_refused_ones_are_named(people: People) -> None:
    page = people.page(SALES_MANAGER, reverse("sales:orders"))
    reference = new_reference()
    for i in range(52):
        people.quotation(page, ("NL-9002", "1"), reference=f"{reference}-{i}")
    people.quotation(page, ("NL-2003", "2"), customer="C-1010", reference=f"{reference}-poor")  # above its credit limit
    quotations(people, page, f"q={reference}")
    page.locator("#tick-page").check()
    expect(page.locator("#bulk-count")).to_have_text("50")
    page.locator("#bulk-everything").click()
    expect(page.locator("#bulk-count")).to_have_text("53")
    page.locator("#bulk-bar").get_by_role("button", name="Accept").click()
    outcome = page.locator(".w-outcome")
    expect(outcome).to_contain_text("52 done")
    expect(outcome).to_contain_text("1 refused")
    outcome.locator("summary").click()
    expect(outcome.locator("li")).to_contain_text("redit")


def test_the_export_does_not_hand_a_spreadsheet_a_formula(people: People) -> None:
    page = people.page(SALES_MANAGER)
    customer = people.customer(page, name=FORMULA)
    people.quotation(page, ("NL-9001", "1"), customer=customer)
    quotations(people, page, f"customer={customer}")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("csv")).click()
    header, row = csv.reader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig")))
    assert row[header.index("Customer")] == "'" + FORMULA
    assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in row)


def test_a_phone_has_the_areas_at_the_bottom_and_the_rest_behind_more(people: People) -> None:
    page = people.page(SALES_MANAGER, "/", size=PHONE)
    bar = page.locator(".w-foot-bar")
    expect(bar).to_be_visible()
    assert bar.locator("a, button").count() == 5
    box = bar.bounding_box()
    assert box and abs(box["y"] + box["height"] - PHONE[1]) <= 1
    expect(page.locator("#rail")).to_be_hidden()
    page.locator("#rail-sheet").click()
    page.locator("#rail summary", has_text="Sell").click()
    page.locator("#rail").get_by_role("link", name="Quotations").click()
    expect(page.locator("h1")).to_have_text("Quotations")


def test_on_a_phone_a_line_is_a_card_and_the_keys_lead_on(people: People) -> None:
    page = people.page(SALES_MANAGER, size=PHONE)
    editor = Editor.new(page, people.site, "C-1004")
    expect(editor.field(0, "quantity")).to_be_hidden()  # nothing to count yet
    editor.type(0, "NL-9001", "3")
    editor.field(0, "unit").select_option("box")
    expect(editor.row(0)).to_contain_text("248.40")
    editor.type(1, "NL-1001", "2")
    for name in ("product", "quantity", "unit", "price", "discount"):
        box = editor.field(0, name).bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0] and box["height"] >= 40, name
    wide, there = page.locator(".w-editor").evaluate("(box) => [box.scrollWidth, box.clientWidth]")
    assert wide <= there
    editor.save()


def test_the_columns_kept_with_a_click_are_there_after_a_reload(people: People) -> None:
    page = people.page(SALESPERSON, reverse("sales:orders"))
    columns = page.locator("#list-table th[data-name]")
    before = columns.evaluate_all("(cells) => cells.map((cell) => cell.dataset.name)")
    keep_columns(page, ticked=False)
    expect(columns).to_have_count(len(before) - 1)
    page.reload()
    expect(columns).to_have_count(len(before) - 1)
    expect(page.locator("#list-table th[data-name=total]")).to_have_count(0)
    keep_columns(page, ticked=True)
    expect(page.locator("#list-table th[data-name=total]")).to_be_visible()
    assert sorted(columns.evaluate_all("(cells) => cells.map((cell) => cell.dataset.name)")) == sorted(before)


def keep_columns(page: Page, *, ticked: bool) -> None:
    """Show or hide the total, move a column up and keep that, with the mouse itself."""
    page.get_by_role("button", name="Columns", exact=True).click()
    page.locator("#column-choice").get_by_role("checkbox", name="Total", exact=True).set_checked(ticked)
    page.locator("#column-choice [data-up]:visible").last.click()
    box = page.get_by_role("button", name="Keep these columns").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    with page.expect_response(lambda answer: answer.request.method == "POST") as saved:
        page.mouse.down()
        page.mouse.up()
    assert saved.value.status == 200
    expect(page.locator("#column-choice")).to_be_hidden()


def test_a_wide_window_has_the_rail_and_no_bottom_bar(people: People) -> None:
    page = people.page(SALESPERSON, "/")
    expect(page.locator("#rail")).to_be_visible()
    expect(page.locator(".w-foot-bar")).to_be_hidden()
