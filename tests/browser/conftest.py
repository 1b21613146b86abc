"""Browser tests use Playwright with the system's Chromium, on a Weft that runs (see driver.find_site)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.driver import Site, Visitor, chromium, find_site


@pytest.fixture(scope="session")
def site() -> Site:
    found = find_site()
    if found is None:
        pytest.skip("no Weft runs in DATA_DIR")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def visitor(site: Site, browser: Browser) -> Iterator[Visitor]:
    """Somebody new: no cookies."""
    made = Visitor(site, browser.new_context(viewport={"width": 1440, "height": 900}))
    yield made
    made.context.close()


@pytest.fixture
def page(visitor: Visitor) -> Page:
    return visitor.page()
