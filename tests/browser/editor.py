"""The lines editor as a person uses it: with keys."""

import re
from dataclasses import dataclass

from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import Site


@dataclass
class Editor:
    """The editor of a quotation on a page."""

    page: Page

    @classmethod
    def new(cls, page: Page, site: Site, customer: str) -> "Editor":
        """Choose the customer by code, as the first screen asks."""
        page.goto(site.url + reverse("pipeline:new_quotation"))
        page.locator("[name=customer]").press_sequentially(customer)
        page.keyboard.press("Enter")
        expect(page.locator("#lines-0-product")).to_be_visible()
        return cls(page)

    def field(self, line: int, name: str) -> Locator:
        return self.page.locator(f"#lines-{line}-{name}")

    def row(self, line: int) -> Locator:
        return self.page.locator(".w-editor tbody tr").nth(line)

    def type(self, line: int, sku: str, quantity: str) -> None:
        """One line by keyboard: the code, the suggestion taken with Enter, the quantity, Enter for the next line."""
        self.field(line, "product").focus()
        self.page.keyboard.type(sku)
        expect(self.page.locator("#product-options [role=option]").first).to_contain_text(sku)
        self.page.keyboard.press("Enter")
        expect(self.field(line, "quantity")).to_be_focused()
        self.page.keyboard.type(quantity)
        self.page.keyboard.press("Enter")
        expect(self.field(line + 1, "product")).to_be_focused()

    def paste(self, line: int, *rows: tuple[str, ...]) -> None:
        """What a spreadsheet leaves in the clipboard."""
        self.field(line, "product").focus()
        self.page.evaluate("(text) => navigator.clipboard.writeText(text)", "\n".join("\t".join(row) for row in rows))
        self.page.keyboard.press("ControlOrMeta+v")

    def press(self, verb: str) -> None:
        self.page.locator(f"button[name=verb][value={verb}]").click()

    def save(self) -> None:
        """Save and arrive at the quotation's own page."""
        self.press("save")
        expect(self.page).to_have_url(re.compile(r"/quotations/\d+/$"))
