"""A browser on a running Weft: logs in, changes language and theme, listens for everything that goes wrong."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
CSP_LISTENER = (
    "document.addEventListener('securitypolicyviolation',"
    " (e) => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sourceFile))"
)
MILLISECONDS = 15_000


@dataclass(frozen=True)
class Site:
    url: str
    user: str
    password: str


def find_site() -> Site | None:
    """The running Weft of DATA_DIR, from its demo.env; None if there is none."""
    path = Path(os.environ.get("DATA_DIR", ".data")) / "demo.env"
    try:
        pairs = dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    except OSError:
        return None
    found = {name: value.strip("'\"") for name, value in pairs.items()}
    url = os.environ.get("WEFT_URL") or found.get("WEFT_URL", "")
    return Site(url.rstrip("/"), found.get("WEFT_USER", ""), found.get("WEFT_PASSWORD", "")) if url else None


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium; WEFT_CHROMIUM names another one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("WEFT_CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS)
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
        page.on("requestfailed", lambda request: self.complaints.append(f"request failed: {request.url}"))
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 404" not in message.text:
            self.complaints.append(f"console: {message.text[:300]}")

    def log_in(self, page: Page, path: str) -> None:
        page.goto(self.site.url + path)
        page.fill("[name=username]", self.site.user)
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
