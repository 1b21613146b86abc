"""Goes through all screens in one language, theme and width at a time."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from django.urls import reverse
from playwright.sync_api import Browser, Page

from tests.browser.checks import accessible, english_words, sideways, untranslated
from tests.browser.driver import Site, Visitor
from tests.browser.screens import RECORD_LINKS, SCREENS, Screen

SETTLED = """() => document.fonts.status === "loaded" && !document.querySelector(".htmx-request")
  && [...document.querySelectorAll("[data-chart]")].every((box) => box.firstElementChild)"""
HEIGHTS = {1440: 900, 390: 844}
PHONE = 500


@dataclass(frozen=True)
class Variant:
    """How the screens are drawn."""

    language: str
    theme: str
    width: int

    def __str__(self) -> str:
        return f"{self.language}-{self.theme}-{self.width}"


VARIANTS = tuple(
    Variant(language, theme, width)
    for language in ("en", "zh-hans", "zh-hant")
    for theme in ("light", "dark")
    for width in HEIGHTS
)


class Gallery:
    """Checks screens, and draws them if it has a `folder`; `wrong` holds what was found, by picture."""

    def __init__(self, browser: Browser, site: Site, folder: Path | None, *, only: str = "") -> None:
        self.browser, self.site, self.folder, self.only = browser, site, folder, only
        self.english = english_words()
        self.wrong: dict[str, list[str]] = defaultdict(list)
        self.drawn = 0
        self.variant: Variant | None = None
        self.tabs: dict[bool, tuple[Visitor, Page]] = {}
        self.found: dict[str, list[Screen]] = {}
        self.session: dict[str, object] | None = None

    def draw(self, variant: Variant) -> None:
        """All screens in one variant."""
        for screen in SCREENS:
            self.check(screen, variant)
        for path in self.rail(variant):
            for screen in self.behind(path, variant):
                self.check(screen, variant)

    def check(self, screen: Screen, variant: Variant) -> list[str]:
        """What is wrong with one screen in one variant."""
        if self.only not in screen.name:
            return []
        visitor, page = self._tab(variant, anonymous=screen.anonymous)
        visitor.complaints.clear()
        answer = page.goto(self.site.url + screen.address, wait_until="load")
        page.wait_for_function(SETTLED)
        name = f"{screen.name}-{variant}"
        if self.folder:
            page.screenshot(path=self.folder / f"{name}.png")
        self.drawn += 1
        wrong = list(visitor.complaints)
        if answer is None or answer.status != screen.status:
            wrong.append(f"answered {answer.status if answer else 'nothing'}, expected {screen.status}")
        if variant.width < PHONE:
            wrong += sideways(page)
        if variant.language != "en":
            wrong += untranslated(page, self.english)
        else:  # contrast and names of controls do not depend on the language
            wrong += accessible(page)
        if wrong:
            self.wrong[name] = list(dict.fromkeys(wrong))
        return self.wrong.get(name, [])

    def rail(self, variant: Variant) -> list[str]:
        """The addresses of the rail that are not key screens of their own."""
        _visitor, page = self._tab(variant, anonymous=False)
        page.goto(self.site.url + "/")
        links = page.eval_on_selector_all("#rail nav a[href]", "links => links.map((a) => a.getAttribute('href'))")
        known = {screen.address for screen in SCREENS}
        return [path for path in dict.fromkeys(links) if path not in known and not path.startswith(reverse("screens:kit"))]

    def behind(self, path: str, variant: Variant) -> list[Screen]:
        """The screen of an entry of the rail, its first record or form, and what the record links to; found once."""
        if path not in self.found:
            screens = self._behind(path, self._tab(variant, anonymous=False)[1])
            taken = {screen.address for known in self.found.values() for screen in known}
            self.found[path] = [screen for screen in screens if screen.address not in taken]
        return self.found[path]

    def restore(self) -> None:
        """Leave the person's language and theme as a newcomer finds them, and close everything."""
        visitor, _page = self._tab(Variant("en", "light", 1440), anonymous=False)
        visitor.prefer(_page, reverse("screens:theme"), theme="auto")
        self._close()

    def _behind(self, path: str, page: Page) -> list[Screen]:
        name = path.strip("/").replace("/", "-")
        found = [Screen(name, path)]
        page.goto(self.site.url + path)
        first = page.query_selector("#list-table tbody tr[data-url]")
        if record := first and first.get_attribute("data-url"):
            found.append(Screen(f"{name}-record", record))
            page.goto(self.site.url + record)
            for what, selector in RECORD_LINKS.items():
                link = page.query_selector(selector)
                if href := link and link.get_attribute("href"):
                    found.append(Screen(f"{name}-{what}", href))
        else:
            action = page.query_selector(".w-head-end a.btn-primary[href]")
            if href := action and action.get_attribute("href"):
                found.append(Screen(f"{name}-new", href))
        return found

    def _tab(self, variant: Variant, *, anonymous: bool) -> tuple[Visitor, Page]:
        """A page of a person, or of nobody, in this variant."""
        if variant != self.variant:
            self._close()
            self.variant = variant
        if anonymous not in self.tabs:
            visitor = self._visitor(variant, signed_in=not anonymous)
            page = visitor.page()
            page.goto(self.site.url + (reverse("identity:login") if anonymous else "/"))
            visitor.prefer(page, reverse("screens:language"), language=variant.language)
            if not anonymous:
                visitor.prefer(page, reverse("screens:theme"), theme=variant.theme)
            self.tabs[anonymous] = visitor, page
        return self.tabs[anonymous]

    def _close(self) -> None:
        for visitor, _page in self.tabs.values():
            visitor.context.close()
        self.tabs.clear()

    def _visitor(self, variant: Variant, *, signed_in: bool) -> Visitor:
        state = self._signed_in() if signed_in else None
        context = self.browser.new_context(
            viewport={"width": variant.width, "height": HEIGHTS[variant.width]},
            color_scheme="dark" if variant.theme == "dark" else "light",
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
