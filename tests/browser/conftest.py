"""Browser tests drive the system's Chromium on a Weft of their own, or on the running one that WEFT_URL names.

Fixtures have the scope of this folder: Playwright's loop must have ended before the next folder uses the database.
Every module belongs to the group "browser", so that one worker runs them all and starts one site.
"""

import os
import warnings
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.driver import MILLISECONDS, Site, Visitor, chromium, chromium_path, find_site
from tests.browser.own_site import own_site
from tests.browser.people import People

expect.set_options(timeout=MILLISECONDS)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if chromium_path() is None:
        warnings.warn("NO BROWSER TEST HAS RUN: there is no Chromium (install it, or set WEFT_CHROMIUM)", stacklevel=1)
        pytest.skip("no Chromium")
    with chromium() as started:
        yield started


@pytest.fixture(scope="package")
def site(browser: Browser) -> Iterator[Site]:
    running = find_site() if os.environ.get("WEFT_URL") else None
    if running:
        yield running
        return
    with own_site() as started:
        yield started


@pytest.fixture(scope="package")
def people(site: Site, browser: Browser) -> Iterator[People]:
    """Pages of people of the demo company, each logged in once."""
    made = People(site, browser)
    yield made
    made.leave()


@pytest.fixture(autouse=True)
def nothing_goes_wrong(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test: no console error, no violated policy, no failed request in any page it used."""
    yield
    people: People | None = request.node.funcargs.get("people")
    if people:
        assert people.complaints() == []


@pytest.fixture
def visitor(site: Site, browser: Browser) -> Iterator[Visitor]:
    """Somebody new: no cookies."""
    made = Visitor(site, browser.new_context(viewport={"width": 1440, "height": 900}))
    yield made
    made.context.close()


@pytest.fixture
def page(visitor: Visitor) -> Page:
    return visitor.page()
