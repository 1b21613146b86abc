"""Every screen in three languages, light and dark, wide and phone: no error, no English in Chinese, no sideways scroll, AA."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from erp.screens.navigation import list_entries
from tests.browser.driver import Site
from tests.browser.gallery import VARIANTS, Gallery, Variant
from tests.browser.screens import SCREENS, Screen

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("browser")]
OWNER = SimpleNamespace(can=lambda _permission: True, party_id=None)
KEY_SCREENS = {screen.address for screen in SCREENS}
RAIL = [
    url
    for entry in list_entries(OWNER, staff=True)  # type: ignore[arg-type]
    if (url := reverse(entry.url_name)) not in KEY_SCREENS and not url.startswith(reverse("screens:kit"))
]
CASES = [(variant, screen) for variant in VARIANTS for screen in (*SCREENS, *RAIL)]


@pytest.fixture(scope="module")
def gallery(browser: Browser, site: Site) -> Iterator[Gallery]:
    made = Gallery(browser, site, folder=None)
    yield made
    made.restore()


def name_of(screen: Screen | str) -> str:
    return screen.name if isinstance(screen, Screen) else screen.strip("/").replace("/", "-")


@pytest.mark.parametrize(("variant", "screen"), CASES, ids=[f"{name_of(screen)}-{variant}" for variant, screen in CASES])
def test_a_screen_and_what_it_opens(gallery: Gallery, variant: Variant, screen: Screen | str) -> None:
    screens = [screen] if isinstance(screen, Screen) else gallery.behind(screen, variant)
    wrong = {one.name: found for one in screens if (found := gallery.check(one, variant))}
    assert wrong == {}


def test_the_rail_shows_the_administrator_every_screen_of_the_test(gallery: Gallery) -> None:
    assert set(gallery.rail(VARIANTS[0])) == set(RAIL)
