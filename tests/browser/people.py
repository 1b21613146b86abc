"""People of the demo company in the browser, and quotations and orders made for them through the API."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from playwright.sync_api import APIRequestContext, Browser, Page

from tests.browser.driver import Site, Visitor

SALESPERSON, SALES_MANAGER, ADMINISTRATOR = "sam", "mara", "demo"
WIDE, PHONE = (1440, 900), (390, 844)


def new_reference() -> str:
    """Found nowhere else, also on a site that has seen other runs."""
    return f"T-{uuid.uuid4().hex[:10]}"


@dataclass
class People:
    """Opens pages; whoever was here before need not log in again and has what does not change in the cache."""

    site: Site
    browser: Browser
    visitors: dict[tuple[str, tuple[int, int]], Visitor] = field(default_factory=dict)

    def page(self, name: str, address: str = "", *, size: tuple[int, int] = WIDE) -> Page:
        """A new tab of somebody, on an address."""
        known = self.visitors.get((name, size))
        visitor = known or Visitor(
            self.site,
            self.browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                reduced_motion="reduce",
                permissions=["clipboard-read", "clipboard-write"],
            ),
        )
        page = visitor.page()
        if known is None:
            visitor.log_in(page, reverse("identity:login"), user=name)
            self.visitors[name, size] = visitor
        if address:
            page.goto(self.site.url + address)
        return page

    def complaints(self) -> list[str]:
        """What went wrong since the last call, in all tabs; the tabs are closed."""
        found = [line for visitor in self.visitors.values() for line in visitor.complaints]
        for visitor in self.visitors.values():
            visitor.complaints.clear()
            for page in visitor.context.pages:
                page.close()
        return found

    def leave(self) -> None:
        for visitor in self.visitors.values():
            visitor.context.close()

    def quotation(self, page: Page, *lines: tuple[str, str], customer: str = "C-1002", reference: str = "") -> tuple[int, str]:
        """A draft made through the API: its id, and the reference to find it and its order by."""
        reference = reference or new_reference()
        body = {
            "customer": customer,
            "reference": reference,
            "lines": [{"product": sku, "quantity": quantity} for sku, quantity in lines],
        }
        return int(self._post(page.request, "crm/quotations/", body)["id"]), reference

    def customer(self, page: Page, *, name: str) -> str:
        """A customer made through the API; returns the code."""
        code = new_reference()
        body = {"code": code, "name": name, "is_customer": True, "currency": "EUR", "payment_term": "NET30"}
        return str(self._post(page.request, "erp/parties/", body)["code"])

    def _post(self, request: APIRequestContext, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A connection that the server has just closed is tried again, as the one call that its key names."""
        headers = {"Authorization": f"Bearer {self.site.api_key}", "Idempotency-Key": new_reference()}
        answer = request.post(f"{self.site.url}/api/v1/{path}", data=body, headers=headers, max_retries=2)
        assert answer.ok, answer.text()
        return dict(answer.json())
