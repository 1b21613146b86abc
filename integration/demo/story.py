"""The demo story: three orders told through the public API while web, worker and beat do the work.

Every time printed is measured: from the moment the order was accepted to the event's own instant.
"""

import datetime
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from integration.demo.client import Client

WAIT_SECONDS = 60.0
Say = Callable[[str], None]


class StoryFailed(RuntimeError):
    """A step did not happen in time."""


class Story:
    """Tells the story with a client; `say` prints a line."""

    def __init__(self, client: Client, say: Say) -> None:
        self.client, self.say = client, say

    def play(self) -> None:
        """An order that runs by itself, one that waits for stock, one for a person, and one for which everything is bought and
        made."""
        self.order_to_cash()
        self.waiting_for_stock()
        self.above_the_limit()
        self.factory()
        self.books()

    def order_to_cash(self) -> None:
        self.say("1. An order is taken in the CRM and runs to the books by itself")
        order = self._take_order("C-1002", [("NL-1001", "12"), ("NL-9001", "2", "box"), ("NL-S02", "1")])
        thread = self._wait_for(order, "invoice")
        self._tell(order, thread)
        invoice = self._get_numbered("erp/invoices", _nodes(thread, "invoice")[0]["number"])
        began = time.perf_counter()
        payment = self.client.post(
            "erp/payments/", {"customer": "C-1002", "amount": invoice["total"], "invoices": [invoice["number"]]}
        )
        took = time.perf_counter() - began
        self.say(f"   {took:7.3f} s  {payment['number']} received, {invoice['number']} is settled")

    def waiting_for_stock(self) -> None:
        self.say("2. An order finds no stock; the goods come in and go out by themselves")
        order = self._take_order("C-1004", [("NL-3003", "8")])
        self._wait_for_state(order, "confirmed")
        self.say(f"            {order['number']} waits for 8 × NL-3003")
        receipt = self.client.post(
            "erp/receipts/",
            {
                "warehouse": "MAIN",
                "supplier": "S-2002",
                "lines": [{"product": "NL-3003", "quantity": "20", "unit_cost": "71.40"}],
            },
        )
        began = datetime.datetime.now(datetime.UTC)
        self.say(f"            {receipt['number']} brings 20")
        self._tell(order, self._wait_for(order, "invoice"), since=began)

    def above_the_limit(self) -> None:
        self.say("3. An order above the limit of automation waits for a person, who clicks once")
        order = self._take_order("C-1002", [("NL-2003", "40")])
        item = self._wait("the exception", lambda: self._exception_of(order))
        self.say(f"            {order['number']} is in the inbox: {item['message']}")
        self.client.post(f"integration/exceptions/{item['id']}/run/")
        self.say("            one click: confirmed")
        item = self._wait("the next exception", lambda: self._exception_of(order))
        self.client.post(f"integration/exceptions/{item['id']}/run/")
        self.say("            one click: delivered")
        self._wait_for(order, "invoice")
        self.say("            invoiced by itself")

    def factory(self) -> None:
        """Nothing of the lamp is there. Suppliers, operator and customer act by themselves, over the same API (`run_actors`)."""
        self.say("4. An order of 40 lamps finds none: parts are bought, lamps are made, delivered, invoiced and paid")
        order = self._take_order("C-1008", [("NL-2004", "40")])
        thread = self._wait_for(order, "payment")
        bought, made = (len(_nodes(thread, kind)) for kind in ("purchase_order", "manufacturing_order"))
        self.say(f"            {bought} purchase orders, {made} manufacturing orders")
        self._tell(order, thread)

    def books(self) -> None:
        accounts = self.client.get("erp/trial-balance/")["results"]
        debit, credit = (sum(Decimal(a[side]) for a in accounts) for side in ("debit", "credit"))
        self.say(f"The books: debits {debit:,.2f} = credits {credit:,.2f}")

    def _take_order(self, customer: str, lines: list[tuple[str, ...]]) -> dict[str, Any]:
        began = time.perf_counter()
        body = {"customer": customer, "lines": [dict(zip(("product", "quantity", "unit"), line, strict=False)) for line in lines]}
        quotation = self.client.post("crm/quotations/", body)
        total = f"{quotation['total']} {quotation['currency_code']}"
        self.say(f"   {time.perf_counter() - began:7.3f} s  {quotation['number']} for {customer}, {total}")
        began = time.perf_counter()
        order: dict[str, Any] = self.client.post(f"crm/quotations/{quotation['number']}/accept/")["sales_order"]
        self.say(f"   {time.perf_counter() - began:7.3f} s  accepted; sales order {order['number']} is in the ERP")
        return order

    def _tell(self, order: dict[str, Any], thread: dict[str, Any], since: datetime.datetime | None = None) -> None:
        start = since or _instant(next(n for n in thread["nodes"] if n["type"] == "sales_order")["at"])
        for node in sorted(thread["nodes"], key=lambda n: n["at"]):
            at = _instant(node["at"])
            if at > start and node["type"] != "sales_order":
                self.say(f"   {(at - start).total_seconds():7.3f} s  {node['type'].replace('_', ' ')} {node['number']}")

    def _wait_for(self, order: dict[str, Any], kind: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            thread: dict[str, Any] = self.client.get(f"erp/sales-orders/{order['id']}/thread/")
            return thread if _nodes(thread, kind) else None

        return self._wait(f"{kind} of {order['number']}", look)

    def _wait_for_state(self, order: dict[str, Any], state: str) -> None:
        self._wait(
            f"{order['number']} {state}", lambda: self.client.get(f"erp/sales-orders/{order['id']}/")["state"] == state or None
        )

    def _exception_of(self, order: dict[str, Any]) -> dict[str, Any] | None:
        items = self.client.get("integration/exceptions/?state=open&limit=200")["results"]
        return next((item for item in items if item["number"] == order["number"]), None)

    def _get_numbered(self, path: str, number: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"{path}/{number}/")
        return found

    def _wait(self, what: str, look: Callable[[], Any]) -> Any:
        for _ in _until(WAIT_SECONDS):
            if (found := look()) is not None:
                return found
        raise StoryFailed(f"{what} did not come within {WAIT_SECONDS:.0f} s; see the monitor for parked events")


def _until(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.05)


def _nodes(thread: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [node for node in thread["nodes"] if node["type"] == kind]


def _instant(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
