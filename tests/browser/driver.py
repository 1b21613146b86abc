"""A browser on a running Weft: logs in, changes language and theme, listens for everything that goes wrong."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
CSP_LISTENER = (
    "document.addEventListener('securitypolicyviolation',"
    " (e) => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sourceFile))"
)
MILLISECONDS = 15_000
EXPECTED = (401, 404, 409, 422)  # answers that screens ask for and show; Chromium calls them errors


@dataclass(frozen=True)
class Site:
    url: str
    user: str
    password: str
    api_key: str = ""


def read_site(lines: Iterable[str]) -> Site:
    """The site of the lines of a demo.env; WEFT_URL of the environment wins."""
    found = {name: value.strip().strip("'\"") for name, _, value in (line.partition("=") for line in lines)}
    url = os.environ.get("WEFT_URL") or found.get("WEFT_URL", "")
    return Site(url.rstrip("/"), found.get("WEFT_USER", ""), found.get("WEFT_PASSWORD", ""), found.get("WEFT_API_KEY", ""))


def find_site() -> Site | None:
    """The running Weft of DATA_DIR, from its demo.env; None if there is none."""
    path = Path(os.environ.get("DATA_DIR", ".data")) / "demo.env"
    try:
        site = read_site(path.read_text().splitlines())
    except OSError:
        return None
    return site if site.url else None


def chromium_path() -> str | None:
    """The Chromium of this machine; WEFT_CHROMIUM names another one."""
    names = [os.environ.get("WEFT_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    return next((path for name in names if name and (path := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, for the length of the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visitor:
    """One browser context; `complaints` collects console errors, policy violations and failed requests."""

    site: Site
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def page(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(MILLISECONDS)
        page.add_init_script(CSP_LISTENER)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("requestfailed", self._failed)
        return page

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a page that is left gives up what it asked for
            self.complaints.append(f"request failed: {request.url} {request.failure}")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(f"status of {status}" in message.text for status in EXPECTED):
            self.complaints.append(f"console: {message.text[:300]}")

    def log_in(self, page: Page, path: str, *, user: str = "") -> None:
        """As somebody of the demo company; they all have its password."""
        page.goto(self.site.url + path)
        page.fill("[name=username]", user or self.site.user)
        page.fill("[name=password]", self.site.password)
        page.click("main form button")
        page.wait_for_url(lambda url: path not in url)

    def prefer(self, page: Page, path: str, **values: str) -> None:
        """Send one of the shell's own forms: language or theme."""
        token = next((c["value"] for c in self.context.cookies() if c["name"] == "csrftoken"), "")
        answer = page.request.post(
            self.site.url + path,
            form={**values, "next": "/", "csrfmiddlewaretoken": token},
            headers={"Referer": self.site.url + "/"},
            max_redirects=0,
        )
        if answer.status not in {200, 204, 302}:
            raise RuntimeError(f"{path} answered {answer.status}")
