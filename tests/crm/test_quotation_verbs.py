"""The buttons of a quotation's page: pressed twice, or on a page that shows it as it was before."""

import re

from django.urls import reverse

from tests.crm.shop import LogIn, header, rows, send, text_of


def test_accepting_twice_says_so_once(shop: dict[str, int], log_in: LogIn) -> None:
    client, url = log_in(), reverse("pipeline:accept", args=[shop["quotation"]])
    assert "is placed" in text_of(client.post(url, {"next": reverse("pipeline:quotations")}, follow=True))
    text = text_of(client.post(url, {"next": reverse("pipeline:quotations")}, follow=True))
    assert "is already Accepted. Reload the page" in text
    assert "Open the thread" in text_of(client.get(reverse("pipeline:quotation", args=[shop["quotation"]])))


def test_accepting_a_quotation_that_was_changed_meanwhile_is_refused(shop: dict[str, int], log_in: LogIn) -> None:
    client, page = log_in(), reverse("pipeline:quotation", args=[shop["quotation"]])
    [seen] = set(re.findall(r'name="version" value="(\d+)"', text_of(client.get(page))))
    assert send(client, "autosave", {"header": header(shop), "lines": rows("9"), "version": seen}, shop["quotation"])[0] == 200
    for verb in ("accept", "cancel"):
        pressed = client.post(reverse(f"pipeline:{verb}", args=[shop["quotation"]]), {"next": page, "version": seen}, follow=True)
        assert "was changed by somebody else after you opened it. Look at it again" in text_of(pressed)
