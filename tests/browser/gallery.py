"""Goes through all screens in one language, theme and width at a time."""

from collections import defaultdict
from pathlib import Path

from django.urls import reverse
from playwright.sync_api import Browser, Page

from tests.browser.checks import accessible, english_words, sideways, untranslated
from tests.browser.driver import Site, Visitor
from tests.browser.screens import RECORD_LINKS, SCREENS, Screen

SETTLED = """() => document.fonts.status === "loaded" && !document.querySelector(".htmx-request")
  && [...document.querySelectorAll("[data-chart]")].every((box) => box.firstElementChild)"""


class Gallery:
    """Draws pictures; `wrong` holds what was found, by picture."""

    def __init__(self, browser: Browser, site: Site, folder: Path, *, only: str = "") -> None:
        self.browser, self.site, self.folder, self.only = browser, site, folder, only
        self.english = english_words()
        self.wrong: dict[str, list[str]] = defaultdict(list)
        self.drawn = 0
        self.found: list[Screen] | None = None
        self.session: dict[str, object] | None = None

    def draw(self, language: str, theme: str, width: int, height: int) -> None:
        """All screens in one variant."""
        for anonymous in (True, False):
            visitor = self._visitor(width, height, theme, signed_in=not anonymous)
            page = visitor.page()
            page.goto(self.site.url + reverse("identity:login") if anonymous else self.site.url + "/")
            visitor.prefer(page, reverse("screens:language"), language=language)
            if not anonymous:
                visitor.prefer(page, reverse("screens:theme"), theme=theme)
                if self.found is None:
                    self.found = self._discover(page)
            for screen in [*SCREENS, *(self.found or [])]:
                if screen.anonymous == anonymous and self.only in screen.name:
                    self._one(visitor, page, screen, language, theme, width)
            visitor.context.close()

    def restore(self) -> None:
        """Leave the person's language and theme as a newcomer finds them."""
        visitor = self._visitor(1440, 900, "light", signed_in=True)
        page = visitor.page()
        page.goto(self.site.url + "/")
        visitor.prefer(page, reverse("screens:language"), language="en")
        visitor.prefer(page, reverse("screens:theme"), theme="auto")
        visitor.context.close()

    def _visitor(self, width: int, height: int, theme: str, *, signed_in: bool) -> Visitor:
        state = self._signed_in() if signed_in else None
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            storage_state=state,  # type: ignore[arg-type]
        )
        return Visitor(self.site, context)

    def _signed_in(self) -> dict[str, object]:
        """The cookies of one log-in, used for all variants."""
        if self.session is None:
            visitor = Visitor(self.site, self.browser.new_context())
            visitor.log_in(visitor.page(), reverse("identity:login"))
            self.session = dict(visitor.context.storage_state())
            visitor.context.close()
        return self.session

    def _discover(self, page: Page) -> list[Screen]:
        """The entries of the rail, the first record of each list, and what those records link to."""
        page.goto(self.site.url + "/")
        entries = page.eval_on_selector_all("#rail nav a[href]", "links => links.map((a) => a.getAttribute('href'))")
        known = {screen.address for screen in SCREENS}
        found: list[Screen] = []
        for path in dict.fromkeys(entries):
            if path in known or path.startswith(reverse("screens:kit")):
                continue
            name = path.strip("/").replace("/", "-")
            found.append(Screen(name, path))
            page.goto(self.site.url + path)
            first = page.query_selector("#list-table tbody tr[data-url]")
            if record := first and first.get_attribute("data-url"):
                found.append(Screen(f"{name}-record", record))
                page.goto(self.site.url + record)
                for what, selector in RECORD_LINKS.items():
                    link = page.query_selector(selector)
                    if href := link and link.get_attribute("href"):
                        found.append(Screen(f"{name}-{what}", href))
            action = page.query_selector(".w-head-end a.btn-primary[href]") if not record else None
            if href := action and action.get_attribute("href"):
                found.append(Screen(f"{name}-new", href))
        return list({screen.address: screen for screen in found}.values())

    def _one(self, visitor: Visitor, page: Page, screen: Screen, language: str, theme: str, width: int) -> None:
        name = f"{screen.name}-{language}-{theme}-{width}"
        visitor.complaints.clear()
        answer = page.goto(self.site.url + screen.address, wait_until="load")
        page.wait_for_function(SETTLED)
        page.screenshot(path=self.folder / f"{name}.png")
        self.drawn += 1
        wrong = list(visitor.complaints)
        if answer is None or answer.status != screen.status:
            wrong.append(f"answered {answer.status if answer else 'nothing'}, expected {screen.status}")
        if width < 500:
            wrong += sideways(page)
        if language != "en":
            wrong += untranslated(page, self.english)
        if language == "en":  # contrast and names of controls do not depend on the language
            wrong += accessible(page)
        if wrong:
            self.wrong[name] = list(dict.fromkeys(wrong))
